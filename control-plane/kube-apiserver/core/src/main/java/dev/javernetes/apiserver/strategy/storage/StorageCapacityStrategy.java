package dev.javernetes.apiserver.strategy.storage;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.NodeLabelWarnings;
import java.util.List;

/** How much storage of a class is left in a part of the cluster. */
public final class StorageCapacityStrategy implements Strategy {
  private static final FieldPath TOPOLOGY = FieldPath.of("nodeTopology");

  @Override
  public void validateCreate(StrategyContext context, JsonObject capacity, ErrorList errors) {
    FieldRules.labelSelector(capacity.object("nodeTopology"), TOPOLOGY, errors);
    FieldRules.dnsSubdomain(
        capacity.string("storageClassName"), FieldPath.of("storageClassName"), errors);
    if (capacity.has("capacity") && FieldRules.quantity(capacity.get("capacity")).signum() < 0) {
      errors.invalid(
          FieldPath.of("capacity"), capacity.string("capacity"), FieldRules.NOT_NEGATIVE);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject capacity, JsonObject old, ErrorList errors) {
    validateCreate(context, capacity, errors);
    FieldRules.immutable(capacity.get("nodeTopology"), old.get("nodeTopology"), TOPOLOGY, errors);
    FieldRules.immutable(
        capacity.get("storageClassName"),
        old.get("storageClassName"),
        FieldPath.of("storageClassName"),
        errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject capacity) {
    return NodeLabelWarnings.selector(capacity.objectOrEmpty("nodeTopology"), TOPOLOGY);
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject capacity, JsonObject old) {
    return warningsOnCreate(context, capacity);
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }
}
