package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * An autoscaler's metrics, current value over target: {@code cpu: 10%/80%, 5/10 (avg)}. An
 * autoscaling/v1 object has one, cpu.
 */
final class MetricTargets {
  private static final int SHOWN = 2;

  private MetricTargets() {}

  static String of(Row row) {
    List<String> all = new ArrayList<>();
    if (row.spec().has("targetCPUUtilizationPercentage")) {
      String current =
          row.status().has("currentCPUUtilizationPercentage")
              ? row.status().integer("currentCPUUtilizationPercentage") + "%"
              : Row.UNKNOWN;
      all.add("cpu: " + current + "/" + row.spec().integer("targetCPUUtilizationPercentage") + "%");
    }
    List<JsonObject> metrics = row.spec().objects("metrics");
    List<JsonObject> statuses = row.status().objects("currentMetrics");
    for (int i = 0; i < metrics.size(); i++) {
      all.add(metric(metrics.get(i), i < statuses.size() ? statuses.get(i) : new JsonObject()));
    }
    if (all.isEmpty()) {
      return Row.NONE;
    }
    return all.size() <= SHOWN
        ? String.join(", ", all)
        : String.join(", ", all.subList(0, SHOWN)) + " + " + (all.size() - SHOWN) + " more...";
  }

  private static String metric(JsonObject metric, JsonObject status) {
    return switch (metric.string("type")) {
      case "External" -> averageOrValue(metric.objectOrEmpty("external"), status, "external");
      case "Object" -> averageOrValue(metric.objectOrEmpty("object"), status, "object");
      case "Pods" ->
          current(status, "pods", "averageValue")
              + "/"
              + target(metric.objectOrEmpty("pods")).string("averageValue");
      case "Resource" -> resource(metric.objectOrEmpty("resource"), status, "resource");
      case "ContainerResource" ->
          resource(metric.objectOrEmpty("containerResource"), status, "containerResource");
      default -> "<unknown type>";
    };
  }

  private static JsonObject target(JsonObject source) {
    return source.objectOrEmpty("target");
  }

  private static String averageOrValue(JsonObject source, JsonObject status, String member) {
    return target(source).has("averageValue")
        ? current(status, member, "averageValue")
            + "/"
            + target(source).string("averageValue")
            + " (avg)"
        : current(status, member, "value") + "/" + target(source).string("value");
  }

  private static String resource(JsonObject source, JsonObject status, String member) {
    String name = source.string("name") + ": ";
    if (target(source).has("averageValue")) {
      return name
          + current(status, member, "averageValue")
          + "/"
          + target(source).string("averageValue");
    }
    JsonObject current = status.objectOrEmpty(member).objectOrEmpty("current");
    return name
        + (current.has("averageUtilization")
            ? current.integer("averageUtilization") + "%"
            : Row.UNKNOWN)
        + "/"
        + (target(source).has("averageUtilization")
            ? target(source).integer("averageUtilization") + "%"
            : "<auto>");
  }

  private static String current(JsonObject status, String member, String value) {
    JsonObject present = status.object(member);
    return present == null
        ? Row.UNKNOWN
        : Row.orElse(present.objectOrEmpty("current").string(value), Row.UNKNOWN);
  }
}
