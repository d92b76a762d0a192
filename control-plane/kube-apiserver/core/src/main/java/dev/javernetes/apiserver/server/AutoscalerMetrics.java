package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of an autoscaler in the forms of autoscaling/v1's annotations and of v2. Members are
 * put in the order in which Go writes them: an annotation's text is seen by clients.
 */
final class AutoscalerMetrics {
  private AutoscalerMetrics() {}

  /** Copies the members that are there. */
  static void copy(JsonObject from, JsonObject to, String... members) {
    for (String member : members) {
      put(to, member, from.get(member));
    }
  }

  private static void put(JsonObject object, String member, @Nullable Object value) {
    if (value != null) {
      object.put(member, value);
    }
  }

  private static String orZero(JsonObject holder, String member) {
    return holder.has(member) ? holder.string(member) : "0";
  }

  static JsonObject condition(JsonObject condition) {
    JsonObject copy = new JsonObject();
    copy.put("type", condition.string("type"));
    copy.put("status", condition.string("status"));
    copy.put("lastTransitionTime", condition.get("lastTransitionTime"));
    copy(condition, copy, "reason", "message");
    return copy;
  }

  static JsonObject specToV1(JsonObject metric) {
    JsonObject v1 = JsonObject.of("type", metric.string("type"));
    if (metric.object("object") instanceof JsonObject source) {
      JsonObject target = source.objectOrEmpty("target");
      JsonObject out = new JsonObject();
      out.put("target", source.get("describedObject"));
      out.put("metricName", source.objectOrEmpty("metric").string("name"));
      out.put("targetValue", orZero(target, "value"));
      put(out, "selector", source.objectOrEmpty("metric").get("selector"));
      copy(target, out, "averageValue");
      v1.put("object", out);
    }
    if (metric.object("pods") instanceof JsonObject source) {
      JsonObject out = new JsonObject();
      out.put("metricName", source.objectOrEmpty("metric").string("name"));
      out.put("targetAverageValue", orZero(source.objectOrEmpty("target"), "averageValue"));
      put(out, "selector", source.objectOrEmpty("metric").get("selector"));
      v1.put("pods", out);
    }
    for (String kind : new String[] {"resource", "containerResource"}) {
      if (metric.object(kind) instanceof JsonObject source) {
        JsonObject target = source.objectOrEmpty("target");
        JsonObject out = JsonObject.of("name", source.string("name"));
        put(out, "targetAverageUtilization", target.get("averageUtilization"));
        put(out, "targetAverageValue", target.get("averageValue"));
        copy(source, out, "container");
        v1.put(kind, out);
      }
    }
    if (metric.object("external") instanceof JsonObject source) {
      JsonObject target = source.objectOrEmpty("target");
      JsonObject out = new JsonObject();
      out.put("metricName", source.objectOrEmpty("metric").string("name"));
      put(out, "metricSelector", source.objectOrEmpty("metric").get("selector"));
      put(out, "targetValue", target.get("value"));
      put(out, "targetAverageValue", target.get("averageValue"));
      v1.put("external", out);
    }
    return v1;
  }

  static JsonObject specToV2(JsonObject metric) {
    JsonObject v2 = JsonObject.of("type", metric.string("type"));
    if (metric.object("object") instanceof JsonObject source) {
      JsonObject target = new JsonObject();
      boolean average = source.has("averageValue");
      target.put("type", average ? "AverageValue" : "Value");
      if (!average || !orZero(source, "targetValue").equals("0")) {
        target.put("value", orZero(source, "targetValue"));
      }
      copy(source, target, "averageValue");
      JsonObject out = new JsonObject();
      out.put("describedObject", source.objectOrEmpty("target"));
      out.put("target", target);
      out.put("metric", metric(source, "selector"));
      v2.put("object", out);
    }
    if (metric.object("pods") instanceof JsonObject source) {
      JsonObject target =
          JsonObject.of(
              "type", "AverageValue", "averageValue", orZero(source, "targetAverageValue"));
      v2.put("pods", JsonObject.of("metric", metric(source, "selector"), "target", target));
    }
    for (String kind : new String[] {"resource", "containerResource"}) {
      if (metric.object(kind) instanceof JsonObject source) {
        JsonObject target = new JsonObject();
        target.put("type", source.has("targetAverageUtilization") ? "Utilization" : "AverageValue");
        put(target, "averageValue", source.get("targetAverageValue"));
        put(target, "averageUtilization", source.get("targetAverageUtilization"));
        JsonObject out = JsonObject.of("name", source.string("name"));
        out.put("target", target);
        copy(source, out, "container");
        v2.put(kind, out);
      }
    }
    if (metric.object("external") instanceof JsonObject source) {
      JsonObject target = new JsonObject();
      target.put("type", source.has("targetValue") ? "Value" : "AverageValue");
      put(target, "value", source.get("targetValue"));
      put(target, "averageValue", source.get("targetAverageValue"));
      v2.put(
          "external", JsonObject.of("metric", metric(source, "metricSelector"), "target", target));
    }
    return v2;
  }

  private static JsonObject metric(JsonObject source, String selector) {
    JsonObject metric = JsonObject.of("name", source.string("metricName"));
    put(metric, "selector", source.get(selector));
    return metric;
  }

  static JsonObject statusToV1(JsonObject metric) {
    JsonObject v1 = JsonObject.of("type", metric.string("type"));
    if (metric.object("object") instanceof JsonObject source) {
      JsonObject current = source.objectOrEmpty("current");
      JsonObject out = new JsonObject();
      out.put("target", source.get("describedObject"));
      out.put("metricName", source.objectOrEmpty("metric").string("name"));
      out.put("currentValue", orZero(current, "value"));
      put(out, "selector", source.objectOrEmpty("metric").get("selector"));
      copy(current, out, "averageValue");
      v1.put("object", out);
    }
    if (metric.object("pods") instanceof JsonObject source) {
      JsonObject out = new JsonObject();
      out.put("metricName", source.objectOrEmpty("metric").string("name"));
      out.put("currentAverageValue", orZero(source.objectOrEmpty("current"), "averageValue"));
      put(out, "selector", source.objectOrEmpty("metric").get("selector"));
      v1.put("pods", out);
    }
    for (String kind : new String[] {"resource", "containerResource"}) {
      if (metric.object(kind) instanceof JsonObject source) {
        JsonObject current = source.objectOrEmpty("current");
        JsonObject out = JsonObject.of("name", source.string("name"));
        put(out, "currentAverageUtilization", current.get("averageUtilization"));
        out.put("currentAverageValue", orZero(current, "averageValue"));
        copy(source, out, "container");
        v1.put(kind, out);
      }
    }
    if (metric.object("external") instanceof JsonObject source) {
      JsonObject current = source.objectOrEmpty("current");
      JsonObject out = new JsonObject();
      out.put("metricName", source.objectOrEmpty("metric").string("name"));
      put(out, "metricSelector", source.objectOrEmpty("metric").get("selector"));
      out.put("currentValue", orZero(current, "value"));
      put(out, "currentAverageValue", current.get("averageValue"));
      v1.put("external", out);
    }
    return v1;
  }

  static JsonObject statusToV2(JsonObject metric) {
    JsonObject v2 = JsonObject.of("type", metric.string("type"));
    if (metric.object("object") instanceof JsonObject source) {
      JsonObject current = JsonObject.of("value", orZero(source, "currentValue"));
      copy(source, current, "averageValue");
      JsonObject out = JsonObject.of("metric", metric(source, "selector"), "current", current);
      out.put("describedObject", source.objectOrEmpty("target"));
      v2.put("object", out);
    }
    if (metric.object("pods") instanceof JsonObject source) {
      JsonObject current = JsonObject.of("averageValue", orZero(source, "currentAverageValue"));
      v2.put("pods", JsonObject.of("metric", metric(source, "selector"), "current", current));
    }
    for (String kind : new String[] {"resource", "containerResource"}) {
      if (metric.object(kind) instanceof JsonObject source) {
        JsonObject current = JsonObject.of("averageValue", orZero(source, "currentAverageValue"));
        put(current, "averageUtilization", source.get("currentAverageUtilization"));
        JsonObject out = JsonObject.of("name", source.string("name"), "current", current);
        copy(source, out, "container");
        v2.put(kind, out);
      }
    }
    if (metric.object("external") instanceof JsonObject source) {
      JsonObject current = JsonObject.of("value", orZero(source, "currentValue"));
      put(current, "averageValue", source.get("currentAverageValue"));
      v2.put(
          "external",
          JsonObject.of("metric", metric(source, "metricSelector"), "current", current));
    }
    return v2;
  }
}
