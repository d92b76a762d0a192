package dev.javernetes.apiserver.strategy.scheduling;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import java.util.Map;

/** PriorityClass. */
public final class PriorityClassStrategy implements Strategy {
  private static final long HIGHEST_USER_VALUE = 1_000_000_000;
  private static final Map<String, Long> SYSTEM =
      Map.of("system-node-critical", 2_000_001_000L, "system-cluster-critical", 2_000_000_000L);

  @Override
  public void checkDelete(StrategyContext context, JsonObject priorityClass) {
    String name = priorityClass.objectOrEmpty("metadata").string("name");
    if (name.equals("system-node-critical") || name.equals("system-cluster-critical")) {
      throw ApiException.forbidden(
          new GroupResource("scheduling.k8s.io", "priorityclasses"),
          name,
          "this is a system priority class and cannot be deleted");
    }
  }

  @Override
  public void applyDefaults(JsonObject priorityClass) {
    FieldRules.defaultIfAbsent(priorityClass, "preemptionPolicy", "PreemptLowerPriority");
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject priorityClass) {
    priorityClass.ensureObject("metadata").put("generation", 1L);
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return true;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject priorityClass, ErrorList errors) {
    String name = priorityClass.objectOrEmpty("metadata").string("name");
    long value = priorityClass.integer("value");
    if (name.startsWith("system-")) {
      String problem = systemProblem(name, value, priorityClass.bool("globalDefault"));
      if (!problem.isEmpty()) {
        errors.forbidden(
            FieldPath.of("metadata", "name"),
            "priority class names with 'system-' prefix are reserved for system use only. error: "
                + problem);
      }
    } else if (value > HIGHEST_USER_VALUE) {
      errors.forbidden(
          FieldPath.of("value"),
          "maximum allowed value of a user defined priority is " + HIGHEST_USER_VALUE);
    }
    String policy = priorityClass.stringOrNull("preemptionPolicy");
    if (policy != null) {
      FieldRules.oneOf(
          policy,
          List.of("PreemptLowerPriority", "Never"),
          FieldPath.of("preemptionPolicy"),
          errors);
    }
  }

  private static String systemProblem(String name, long value, boolean globalDefault) {
    Long known = SYSTEM.get(name);
    if (known == null) {
      return name + " is not a known system priority class";
    }
    if (known != value) {
      return "value of %s PriorityClass must be %d".formatted(name, known);
    }
    return globalDefault ? "globalDefault of %s PriorityClass must be false".formatted(name) : "";
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject priorityClass, JsonObject old, ErrorList errors) {
    if (priorityClass.integer("value") != old.integer("value")) {
      errors.forbidden(FieldPath.of("value"), "may not be changed in an update.");
    }
    FieldRules.immutable(
        priorityClass.get("preemptionPolicy"),
        old.get("preemptionPolicy"),
        FieldPath.of("preemptionPolicy"),
        errors);
  }
}
