package dev.javernetes.apiserver.strategy.autoscaling;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An autoscaler's metrics. */
final class MetricRules {
  private static final Map<String, String> FIELDS =
      Map.of(
          "Object", "object",
          "Pods", "pods",
          "Resource", "resource",
          "External", "external",
          "ContainerResource", "containerResource");
  private static final List<String> ORDER =
      List.of("object", "external", "pods", "resource", "containerResource");

  private MetricRules() {}

  static void check(JsonObject spec, @Nullable JsonObject old, FieldPath path, ErrorList errors) {
    List<JsonObject> metrics = spec.objects("metrics");
    boolean checkVersion = old == null || !hasInvalidVersion(old);
    boolean independent = false;
    for (int i = 0; i < metrics.size(); i++) {
      metric(metrics.get(i), checkVersion, path.index(i), errors);
      independent |= List.of("Object", "External").contains(metrics.get(i).string("type"));
    }
    if (spec.has("minReplicas") && spec.integer("minReplicas") == 0 && !independent) {
      errors.forbidden(
          path,
          "must specify at least one Object or External metric to support scaling to zero replicas");
    }
  }

  private static boolean hasInvalidVersion(JsonObject spec) {
    return spec.objects("metrics").stream()
        .map(metric -> metric.object("object"))
        .anyMatch(source ->
            source != null
                && AutoscalerRules.versionProblem(
                        source.objectOrEmpty("describedObject").string("apiVersion"), true)
                    != null);
  }

  private static void metric(
      JsonObject metric, boolean checkVersion, FieldPath path, ErrorList errors) {
    String type = metric.string("type");
    List<String> types = FIELDS.keySet().stream().sorted().toList();
    if (type.isEmpty()) {
      errors.required(path.child("type"), "must specify a metric source type");
    }
    FieldRules.supported(type, types, path.child("type"), errors);
    List<String> present = ORDER.stream().filter(field -> metric.object(field) != null).toList();
    if (!present.isEmpty()) {
      String field = present.getFirst();
      source(field, metric.objectOrEmpty(field), checkVersion, path.child(field), errors);
    }
    String expected = FIELDS.get(type);
    if (expected == null) {
      FieldRules.supported(type, types, path.child("type"), errors);
    } else if (metric.object(expected) == null) {
      errors.required(
          path.child(expected), "must populate information for the given metric source");
    }
    if (present.size() != 1) {
      for (String field : present) {
        if (!field.equals(expected)) {
          errors.forbidden(path.child(field), "must populate the given metric source only");
        }
      }
    }
  }

  private static void source(
      String kind, JsonObject source, boolean checkVersion, FieldPath path, ErrorList errors) {
    switch (kind) {
      case "object" ->
          AutoscalerRules.reference(
              source.objectOrEmpty("describedObject"),
              checkVersion,
              true,
              path.child("describedObject"),
              errors);
      case "resource", "containerResource" -> resource(kind, source, path, errors);
      default -> {}
    }
    if (!kind.endsWith("esource")) {
      identifier(source.objectOrEmpty("metric"), path.child("metric"), errors);
    }
    JsonObject target = source.objectOrEmpty("target");
    FieldPath at = path.child("target");
    target(target, at, errors);
    boolean average = target.has("averageValue");
    switch (kind) {
      case "object" -> {
        if (!target.has("value") && !average) {
          errors.required(
              at.child("averageValue"), "must set either a target value or averageValue");
        }
      }
      case "external" -> {
        if (!target.has("value") && !average) {
          errors.required(
              at.child("averageValue"),
              "must set either a target value for metric or a per-pod target");
        } else if (target.has("value") && average) {
          errors.forbidden(
              at.child("value"), "may not set both a target value for metric and a per-pod target");
        }
      }
      case "pods" -> {
        if (!average) {
          errors.required(at.child("averageValue"), "must specify a positive target averageValue");
        }
      }
      default -> {
        if (!target.has("averageUtilization") && !average) {
          errors.required(
              at.child("averageUtilization"),
              "must set either a target raw value or a target utilization");
        } else if (target.has("averageUtilization") && average) {
          errors.forbidden(
              at.child("averageValue"),
              "may not set both a target raw value and a target utilization");
        }
      }
    }
  }

  private static void resource(String kind, JsonObject source, FieldPath path, ErrorList errors) {
    boolean ofContainer = kind.equals("containerResource");
    String name = source.string("name");
    if (name.isEmpty()) {
      errors.required(path.child("name"), "must specify a resource name");
    } else if (ofContainer) {
      ResourceNames.checkForContainer(name, path.child("name"), errors);
    }
    if (ofContainer && source.string("container").isEmpty()) {
      errors.required(path.child("container"), "must specify a container");
    } else if (ofContainer) {
      FieldRules.dnsLabel(source.string("container"), path.child("container"), errors);
    }
  }

  private static void identifier(JsonObject metric, FieldPath path, ErrorList errors) {
    String name = metric.string("name");
    if (name.isEmpty()) {
      errors.required(path.child("name"), "must specify a metric name");
    } else {
      FieldRules.invalid(NameFormats.pathSegment(name), path.child("name"), name, errors);
    }
  }

  private static void target(JsonObject target, FieldPath path, ErrorList errors) {
    String type = target.string("type");
    if (type.isEmpty()) {
      errors.required(path.child("type"), "must specify a metric target type");
    }
    if (!List.of("Utilization", "Value", "AverageValue").contains(type)) {
      errors.invalid(
          path.child("type"), type, "must be either Utilization, Value, or AverageValue");
    }
    for (String field : List.of("value", "averageValue")) {
      Object value = target.get(field);
      if (value != null && FieldRules.quantity(value).amount().signum() != 1) {
        errors.invalid(path.child(field), value, "must be positive");
      }
    }
    Long utilization = target.integerOrNull("averageUtilization");
    if (utilization != null && utilization < 1) {
      errors.invalid(path.child("averageUtilization"), utilization, "must be greater than 0");
    }
  }
}
