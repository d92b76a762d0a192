package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.strategy.InternalForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * HorizontalPodAutoscaler between autoscaling/v2, in which it is stored, and v1, which knows but
 * one metric: the processor's utilization. What v1 has no field for stands in annotations there.
 *
 * <pre>
 * v2 metrics: cpu at 60 percent, pods' requests_per_second at 10
 * v1 targetCPUUtilizationPercentage: 60, annotation autoscaling.alpha.kubernetes.io/metrics: […]
 * </pre>
 */
final class AutoscalerConversion implements Conversion {
  private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
  private static final String METRICS = PREFIX + "metrics";
  private static final String CURRENT_METRICS = PREFIX + "current-metrics";
  private static final String CONDITIONS = PREFIX + "conditions";
  private static final String BEHAVIOR = PREFIX + "behavior";
  private static final List<String> OURS =
      List.of(
          METRICS,
          BEHAVIOR,
          PREFIX + "scale-down-tolerance",
          PREFIX + "scale-up-tolerance",
          CURRENT_METRICS,
          CONDITIONS);
  private static final long UTILIZATION = 80;

  @Override
  public JsonObject convert(JsonObject object, ServedVersion from, ServedVersion to) {
    JsonObject converted = new JsonObject();
    converted.put("kind", to.kind().kind());
    converted.put("apiVersion", to.kind().apiVersion());
    JsonObject metadata = new JsonObject(object.objectOrEmpty("metadata"));
    JsonObject annotations = new JsonObject(metadata.objectOrEmpty("annotations"));
    JsonObject given = new JsonObject(annotations);
    OURS.forEach(annotations::remove);
    converted.put("metadata", metadata);
    if (to.kind().version().equals("v1")) {
      toV1(object, converted, annotations);
    } else {
      toV2(object, converted, given);
    }
    if (annotations.isEmpty()) {
      metadata.remove("annotations");
    } else {
      metadata.put("annotations", annotations);
    }
    return converted;
  }

  private static void toV1(JsonObject v2, JsonObject v1, JsonObject annotations) {
    JsonObject from = v2.objectOrEmpty("spec");
    JsonObject spec = new JsonObject();
    AutoscalerMetrics.copy(from, spec, "scaleTargetRef", "minReplicas", "maxReplicas");
    List<Object> others = new ArrayList<>();
    Object utilization = null;
    for (JsonObject metric : from.objects("metrics")) {
      Object target = processorTarget(metric);
      if (target == null) {
        others.add(AutoscalerMetrics.specToV1(metric));
      } else if (utilization == null) {
        utilization = target;
      }
    }
    if (utilization != null) {
      spec.put("targetCPUUtilizationPercentage", utilization);
    }
    v1.put("spec", spec);
    JsonObject before = v2.objectOrEmpty("status");
    JsonObject status = new JsonObject();
    AutoscalerMetrics.copy(before, status, "observedGeneration", "lastScaleTime");
    status.put("currentReplicas", before.integer("currentReplicas"));
    status.put("desiredReplicas", before.integer("desiredReplicas"));
    for (JsonObject metric : before.objects("currentMetrics")) {
      JsonObject resource = metric.objectOrEmpty("resource");
      Object current = resource.objectOrEmpty("current").get("averageUtilization");
      if (isProcessor(metric) && current != null) {
        status.put("currentCPUUtilizationPercentage", current);
      }
    }
    v1.put("status", status);
    annotate(annotations, METRICS, others);
    annotate(
        annotations,
        CURRENT_METRICS,
        each(before.objects("currentMetrics"), AutoscalerMetrics::statusToV1));
    if (from.object("behavior") instanceof JsonObject behavior) {
      annotations.put(
          BEHAVIOR,
          Json.text(InternalForm.of("autoscaling.HorizontalPodAutoscalerBehavior", behavior)));
    }
    annotate(
        annotations, CONDITIONS, each(before.objects("conditions"), AutoscalerMetrics::condition));
  }

  private static boolean isProcessor(JsonObject metric) {
    return metric.string("type").equals("Resource")
        && metric.objectOrEmpty("resource").string("name").equals("cpu");
  }

  /** The percentage that v1 has a field for. */
  private static @Nullable Object processorTarget(JsonObject metric) {
    return isProcessor(metric)
        ? metric.objectOrEmpty("resource").objectOrEmpty("target").get("averageUtilization")
        : null;
  }

  private static void annotate(JsonObject annotations, String name, List<Object> values) {
    if (!values.isEmpty()) {
      annotations.put(name, Json.text(values));
    }
  }

  private static List<Object> each(List<JsonObject> from, UnaryOperator<JsonObject> conversion) {
    return new ArrayList<>(from.stream().map(conversion).toList());
  }

  private static void toV2(JsonObject v1, JsonObject v2, JsonObject annotations) {
    JsonObject from = v1.objectOrEmpty("spec");
    JsonObject spec = new JsonObject();
    AutoscalerMetrics.copy(from, spec, "scaleTargetRef", "minReplicas", "maxReplicas");
    List<Object> metrics = new ArrayList<>();
    List<JsonObject> others = read(annotations, METRICS);
    if (others != null) {
      metrics.addAll(each(others, AutoscalerMetrics::specToV2));
    }
    if (from.has("targetCPUUtilizationPercentage")) {
      metrics.add(processor(from.integer("targetCPUUtilizationPercentage")));
    }
    if (metrics.isEmpty()) {
      metrics.add(processor(UTILIZATION));
    }
    spec.put("metrics", metrics);
    behavior(annotations, spec);
    v2.put("spec", spec);
    JsonObject before = v1.objectOrEmpty("status");
    JsonObject status = new JsonObject();
    AutoscalerMetrics.copy(before, status, "observedGeneration", "lastScaleTime");
    if (before.integer("currentReplicas") != 0) {
      status.put("currentReplicas", before.integer("currentReplicas"));
    }
    status.put("desiredReplicas", before.integer("desiredReplicas"));
    status.put("currentMetrics", currentMetrics(annotations, before));
    List<JsonObject> conditions = read(annotations, CONDITIONS);
    if (conditions != null && !conditions.isEmpty()) {
      status.put("conditions", each(conditions, AutoscalerMetrics::condition));
    }
    v2.put("status", status);
  }

  private static JsonObject processor(long utilization) {
    return JsonObject.of(
        "type",
        "Resource",
        "resource",
        JsonObject.of(
            "name",
            "cpu",
            "target",
            JsonObject.of("type", "Utilization", "averageUtilization", utilization)));
  }

  private static @Nullable Object currentMetrics(JsonObject annotations, JsonObject status) {
    List<JsonObject> given = read(annotations, CURRENT_METRICS);
    if (given != null) {
      return each(given, AutoscalerMetrics::statusToV2);
    }
    if (!status.has("currentCPUUtilizationPercentage")) {
      return null;
    }
    JsonObject current =
        JsonObject.of("averageUtilization", status.get("currentCPUUtilizationPercentage"));
    List<Object> metrics = new ArrayList<>();
    metrics.add(
        JsonObject.of(
            "type", "Resource", "resource", JsonObject.of("name", "cpu", "current", current)));
    return metrics;
  }

  /** {@code null} if there is none, or none that can be read: upstream says nothing of those. */
  private static @Nullable List<JsonObject> read(JsonObject annotations, String name) {
    if (!annotations.has(name)) {
      return null;
    }
    try {
      return JsonObject.of("list", parsed(annotations, name)).objects("list");
    } catch (JsonSyntaxException unreadable) {
      return null;
    }
  }

  private static @Nullable Object parsed(JsonObject annotations, String name)
      throws JsonSyntaxException {
    return Json.parse(annotations.string(name).getBytes(StandardCharsets.UTF_8));
  }

  private static void behavior(JsonObject annotations, JsonObject spec) {
    if (!annotations.has(BEHAVIOR)) {
      return;
    }
    try {
      Object behavior = versioned(parsed(annotations, BEHAVIOR));
      if (behavior instanceof JsonObject object && !object.isEmpty()) {
        spec.put("behavior", object);
      }
    } catch (JsonSyntaxException unreadable) {
      // upstream says nothing of those
    }
  }

  /** The internal type's member names with a small first letter, without what is not set. */
  private static @Nullable Object versioned(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      JsonObject named = new JsonObject();
      object.forEach((name, member) -> {
        if (member != null && !name.isEmpty()) {
          named.put(
              name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1), versioned(member));
        }
      });
      return named;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> named = new ArrayList<>();
      list.forEach(element -> named.add(versioned(element)));
      return named;
    }
    return value;
  }
}
