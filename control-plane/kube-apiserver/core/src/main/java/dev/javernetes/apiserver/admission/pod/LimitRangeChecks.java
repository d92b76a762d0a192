package dev.javernetes.apiserver.admission.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Whether a pod or claim keeps to a LimitRange, in upstream's words. */
final class LimitRangeChecks {
  private LimitRangeChecks() {}

  static void pod(JsonObject limitRange, JsonObject pod, List<String> errors) {
    JsonObject spec = pod.objectOrEmpty("spec");
    for (JsonObject item : limitRange.objectOrEmpty("spec").objects("limits")) {
      switch (item.string("type")) {
        case "Container" -> {
          for (JsonObject container : Pods.containers(spec, "containers", "initContainers")) {
            JsonObject resources = container.objectOrEmpty("resources");
            all(
                item,
                "Container",
                Pods.quantities(resources.object("requests")),
                Pods.quantities(resources.object("limits")),
                errors);
          }
        }
        case "Pod" ->
            all(item, "Pod", Pods.total(pod, "requests"), Pods.total(pod, "limits"), errors);
        default -> {
          // limits of other kinds do not concern pods
        }
      }
    }
  }

  static void claim(JsonObject limitRange, JsonObject claim, List<String> errors) {
    Map<String, Quantity> requests =
        Pods.quantities(claim.objectOrEmpty("spec").objectOrEmpty("resources").object("requests"));
    for (JsonObject item : limitRange.objectOrEmpty("spec").objects("limits")) {
      if (!item.string("type").equals("PersistentVolumeClaim")) {
        continue;
      }
      Pods.quantities(item.object("min"))
          .forEach((name, bound) ->
              minimum("PersistentVolumeClaim", name, bound, requests, Map.of(), errors));
      Pods.quantities(item.object("max"))
          .forEach((name, bound) -> {
            Quantity request = requests.get(name);
            if (request == null) {
              errors.add(
                  "maximum %s usage per PersistentVolumeClaim is %s.  No request is specified"
                      .formatted(name, bound));
            } else if (request.compareTo(bound) > 0) {
              errors.add(
                  "maximum %s usage per PersistentVolumeClaim is %s, but request is %s"
                      .formatted(name, bound, request));
            }
          });
    }
  }

  private static void all(
      JsonObject item,
      String type,
      Map<String, Quantity> requests,
      Map<String, Quantity> limits,
      List<String> errors) {
    Pods.quantities(item.object("min"))
        .forEach((name, bound) -> minimum(type, name, bound, requests, limits, errors));
    Pods.quantities(item.object("max"))
        .forEach((name, bound) -> maximum(type, name, bound, requests, limits, errors));
    Pods.quantities(item.object("maxLimitRequestRatio"))
        .forEach((name, bound) -> ratio(type, name, bound, requests, limits, errors));
  }

  private static void minimum(
      String type,
      String name,
      Quantity bound,
      Map<String, Quantity> requests,
      Map<String, Quantity> limits,
      List<String> errors) {
    Quantity request = requests.get(name);
    Quantity limit = limits.get(name);
    String start = "minimum %s usage per %s is %s".formatted(name, type, bound);
    if (request == null) {
      errors.add(start + ".  No request is specified");
    } else if (request.compareTo(bound) < 0) {
      errors.add(start + ", but request is " + request);
    } else if (limit != null && limit.compareTo(bound) < 0) {
      errors.add(start + ", but limit is " + limit);
    }
  }

  private static void maximum(
      String type,
      String name,
      Quantity bound,
      Map<String, Quantity> requests,
      Map<String, Quantity> limits,
      List<String> errors) {
    Quantity request = requests.get(name);
    Quantity limit = limits.get(name);
    String start = "maximum %s usage per %s is %s".formatted(name, type, bound);
    if (limit == null) {
      errors.add(start + ".  No limit is specified");
    } else if (limit.compareTo(bound) > 0) {
      errors.add(start + ", but limit is " + limit);
    } else if (request != null && request.compareTo(bound) > 0) {
      errors.add(start + ", but request is " + request);
    }
  }

  private static void ratio(
      String type,
      String name,
      Quantity bound,
      Map<String, Quantity> requests,
      Map<String, Quantity> limits,
      List<String> errors) {
    String start = "%s max limit to request ratio per %s is %s".formatted(name, type, bound);
    Quantity request = requests.get(name);
    Quantity limit = limits.get(name);
    if (request == null || request.isZero()) {
      errors.add(start + ", but no request is specified or request is 0");
      return;
    }
    if (limit == null || limit.isZero()) {
      errors.add(start + ", but no limit is specified or limit is 0");
      return;
    }
    double observed = limit.amount().doubleValue() / request.amount().doubleValue();
    if (observed > bound.amount().doubleValue()) {
      errors.add(
          start
              + ", but provided ratio is "
              + String.format(java.util.Locale.ROOT, "%.6f", observed));
    }
  }
}
