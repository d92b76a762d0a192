package dev.javernetes.apiserver.strategy.autoscaling;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Horizontal pod autoscalers, in their version v2. */
public final class HorizontalPodAutoscalerStrategy implements Strategy {
  private static final String OTHER_METRICS =
      "autoscaling.alpha.kubernetes.io/metrics"; // those that v1 has no field for
  private static final long UTILIZATION = 80;
  private static final long PERIOD = 15;

  @Override
  public void applyDefaults(JsonObject autoscaler) {
    JsonObject spec = autoscaler.ensureObject("spec");
    FieldRules.defaultIfAbsent(spec, "minReplicas", 1L);
    if (!autoscaler.string("apiVersion").endsWith("/v2")) {
      JsonObject annotations = autoscaler.objectOrEmpty("metadata").objectOrEmpty("annotations");
      if (!annotations.has(OTHER_METRICS)) {
        FieldRules.defaultIfAbsent(spec, "targetCPUUtilizationPercentage", UTILIZATION);
      }
      return;
    }
    if (spec.objects("metrics").isEmpty()) {
      JsonObject target = JsonObject.of("type", "Utilization", "averageUtilization", UTILIZATION);
      JsonObject metric =
          JsonObject.of(
              "type", "Resource", "resource", JsonObject.of("name", "cpu", "target", target));
      spec.put("metrics", new ArrayList<Object>(List.of(metric)));
    }
    JsonObject behavior = spec.object("behavior");
    if (behavior != null) {
      JsonObject up = behavior.ensureObject("scaleUp");
      FieldRules.defaultIfAbsent(up, "stabilizationWindowSeconds", 0L);
      rules(up, policy("Pods", 4), policy("Percent", 100));
      rules(behavior.ensureObject("scaleDown"), policy("Percent", 100));
    }
  }

  private static JsonObject policy(String type, long value) {
    return JsonObject.of("type", type, "value", value, "periodSeconds", PERIOD);
  }

  private static void rules(JsonObject rules, JsonObject... policies) {
    FieldRules.defaultIfAbsent(rules, "selectPolicy", "Max");
    if (rules.array("policies") == null) {
      rules.put("policies", new ArrayList<Object>(List.of(policies)));
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject autoscaler) {
    autoscaler.put("status", JsonObject.of("desiredReplicas", 0L, "currentMetrics", null));
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject autoscaler, JsonObject old) {
    CoreTrees.keepStatus(autoscaler, old);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject autoscaler, ErrorList errors) {
    AutoscalerRules.check(autoscaler.objectOrEmpty("spec"), null, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject autoscaler, JsonObject old, ErrorList errors) {
    AutoscalerRules.check(autoscaler.objectOrEmpty("spec"), old.objectOrEmpty("spec"), errors);
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(
            this::applyDefaults, List.of(), HorizontalPodAutoscalerStrategy::checkStatus)
        : null;
  }

  private static void checkStatus(JsonObject autoscaler, JsonObject old, ErrorList errors) {
    JsonObject status = autoscaler.objectOrEmpty("status");
    FieldRules.notNegative(status, "currentReplicas", FieldPath.of("status"), errors);
    FieldRules.notNegative(status, "desiredReplicas", FieldPath.of("status"), errors);
  }
}
