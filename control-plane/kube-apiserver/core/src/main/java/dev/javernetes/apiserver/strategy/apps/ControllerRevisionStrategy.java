package dev.javernetes.apiserver.strategy.apps;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;

/** A workload's state at one time, which never changes. */
public final class ControllerRevisionStrategy implements Strategy {
  private static final FieldPath DATA = FieldPath.of("data");

  @Override
  public void validateCreate(StrategyContext context, JsonObject revision, ErrorList errors) {
    FieldRules.notNegative(revision, "revision", FieldPath.ROOT, errors);
    Object data = revision.get("data");
    if (data == null) {
      errors.required(DATA, "data is mandatory");
    } else if (!(data instanceof JsonObject)) {
      errors.required(DATA, "data must be a valid JSON object");
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject revision, JsonObject old, ErrorList errors) {
    FieldRules.notNegative(revision, "revision", FieldPath.ROOT, errors);
    FieldRules.immutable(revision.get("data"), old.get("data"), DATA, errors);
  }
}
