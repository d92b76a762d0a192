package dev.javernetes.apiserver.strategy.storage;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;

/** Volume attributes classes. */
public final class VolumeAttributesClassStrategy implements Strategy {

  @Override
  public void validateCreate(StrategyContext context, JsonObject attributes, ErrorList errors) {
    StorageClassStrategy.provisioner(
        attributes.string("driverName"), FieldPath.of("driverName"), errors);
    StorageClassStrategy.parameters(attributes.objectOrEmpty("parameters"), false, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject attributes, JsonObject old, ErrorList errors) {
    for (String field : new String[] {"driverName", "parameters"}) {
      if (!FieldRules.same(attributes.get(field), old.get(field))) {
        errors.forbidden(FieldPath.of(field), "updates to " + field + " are forbidden.");
      }
    }
    validateCreate(context, attributes, errors);
  }
}
