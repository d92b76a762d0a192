package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod's containers need together: regular ones and sidecars run side by side, plain init
 * containers one after the other, each beside the sidecars started before it (KEP-753).
 */
public final class PodResources {
  private PodResources() {}

  /** {@code list} is {@code requests} or {@code limits}. */
  public static Map<String, Quantity> containers(JsonObject spec, String list) {
    Map<String, Quantity> running = new TreeMap<>();
    for (JsonObject container : spec.objects("containers")) {
      add(running, amounts(container, list));
    }
    Map<String, Quantity> sidecars = new TreeMap<>();
    Map<String, Quantity> starting = new TreeMap<>();
    for (JsonObject container : spec.objects("initContainers")) {
      Map<String, Quantity> own = new TreeMap<>(amounts(container, list));
      if (container.string("restartPolicy").equals("Always")) {
        add(running, own);
        add(sidecars, own);
        own = new TreeMap<>(sidecars);
      } else {
        add(own, sidecars);
      }
      max(starting, own);
    }
    max(running, starting);
    return running;
  }

  private static Map<String, Quantity> amounts(JsonObject container, String list) {
    Map<String, Quantity> amounts = new TreeMap<>();
    container
        .objectOrEmpty("resources")
        .objectOrEmpty(list)
        .forEach((name, value) -> amounts.put(name, FieldRules.quantity(value)));
    return amounts;
  }

  private static void add(Map<String, Quantity> total, Map<String, Quantity> more) {
    more.forEach((name, value) -> total.merge(name, value, Quantity::add));
  }

  private static void max(Map<String, Quantity> total, Map<String, Quantity> other) {
    other.forEach((name, value) -> total.merge(name, value, (a, b) -> a.compareTo(b) >= 0 ? a : b));
  }

  /** {@code Guaranteed}, {@code Burstable} or {@code BestEffort}. */
  public static String qosClass(JsonObject spec) {
    JsonObject podLevel = spec.object("resources");
    boolean anyRequest = false;
    boolean guaranteed = true;
    List<JsonObject> parts =
        podLevel != null
                && (!podLevel.objectOrEmpty("requests").isEmpty()
                    || !podLevel.objectOrEmpty("limits").isEmpty())
            ? List.of(JsonObject.of("resources", podLevel))
            : allContainers(spec);
    Map<String, Quantity> requests = new TreeMap<>();
    Map<String, Quantity> limits = new TreeMap<>();
    for (JsonObject part : parts) {
      for (String name : List.of("cpu", "memory")) {
        Quantity request = positive(part, "requests", name);
        Quantity limit = positive(part, "limits", name);
        anyRequest |= !request.isZero() || !limit.isZero();
        guaranteed &= !limit.isZero();
        requests.merge(name, request, Quantity::add);
        limits.merge(name, limit, Quantity::add);
      }
    }
    if (!anyRequest) {
      return "BestEffort";
    }
    boolean equal =
        requests.entrySet().stream()
            .allMatch(entry ->
                entry.getValue().compareTo(limits.getOrDefault(entry.getKey(), Quantity.ZERO))
                    == 0);
    return guaranteed && equal ? "Guaranteed" : "Burstable";
  }

  private static Quantity positive(JsonObject part, String list, String name) {
    Quantity value =
        FieldRules.quantity(part.objectOrEmpty("resources").objectOrEmpty(list).get(name));
    return value.signum() > 0 ? value : Quantity.ZERO;
  }

  private static List<JsonObject> allContainers(JsonObject spec) {
    List<JsonObject> all = new java.util.ArrayList<>(spec.objects("containers"));
    all.addAll(spec.objects("initContainers"));
    return all;
  }
}
