package dev.javernetes.apiserver.strategy.policy;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pod disruption budgets. */
public final class PodDisruptionBudgetStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final List<String> COUNTS =
      List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");

  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return MetadataCheck.NOTHING;
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return MetadataCheck.NOTHING;
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject budget) {
    JsonObject status = new JsonObject();
    COUNTS.forEach(count -> status.put(count, 0L));
    budget.put("status", status);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject budget, JsonObject old) {
    CoreTrees.keepStatus(budget, old);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject budget, ErrorList errors) {
    JsonObject spec = budget.objectOrEmpty("spec");
    if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
      errors.invalid(
          SPEC,
          InternalForm.of("policy.PodDisruptionBudgetSpec", spec),
          "minAvailable and maxUnavailable cannot be both set");
    }
    for (String field : List.of("minAvailable", "maxUnavailable")) {
      if (spec.has(field)) {
        FieldRules.positiveIntOrPercent(spec.get(field), SPEC.child(field), errors);
        FieldRules.notMoreThan100Percent(spec.get(field), SPEC.child(field), errors);
      }
    }
    FieldRules.labelSelector(spec.object("selector"), SPEC.child("selector"), errors);
    String policy = spec.stringOrNull("unhealthyPodEvictionPolicy");
    if (policy != null) {
      FieldRules.supported(
          policy,
          List.of("AlwaysAllow", "IfHealthyBudget"),
          SPEC.child("unhealthyPodEvictionPolicy"),
          errors);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject budget, JsonObject old, ErrorList errors) {
    validateCreate(context, budget, errors);
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(
                this::applyDefaults, List.of(), PodDisruptionBudgetStrategy::checkStatus)
            .conditional()
        : null;
  }

  private static void checkStatus(JsonObject budget, JsonObject old, ErrorList errors) {
    JsonObject status = budget.objectOrEmpty("status");
    COUNTS.forEach(count -> FieldRules.notNegative(status, count, FieldPath.of("status"), errors));
  }
}
