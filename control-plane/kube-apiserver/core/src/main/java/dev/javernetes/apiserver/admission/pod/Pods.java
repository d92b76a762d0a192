package dev.javernetes.apiserver.admission.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What plug-ins ask about pods: whether it is one, and what it requests altogether. */
public final class Pods {
  private static final Set<String> POD_LEVEL = Set.of("cpu", "memory");

  private Pods() {}

  /** A pod itself, not one of its subresources. */
  public static boolean isPod(AdmissionRequest request) {
    return request.is("", "pods") && request.subresource().isEmpty();
  }

  public static boolean isMirror(JsonObject pod) {
    return pod.objectOrEmpty("metadata")
        .objectOrEmpty("annotations")
        .containsKey("kubernetes.io/config.mirror");
  }

  /** {@code requests} or {@code limits} of a container, or of anything with such an object. */
  public static Map<String, Quantity> quantities(@Nullable JsonObject list) {
    Map<String, Quantity> quantities = new TreeMap<>();
    if (list != null) {
      list.forEach((name, value) -> {
        Quantity quantity = Quantity.parseOrNull(String.valueOf(value));
        if (quantity != null) {
          quantities.put(name, quantity);
        }
      });
    }
    return quantities;
  }

  /**
   * What the pod as a whole requests (or is limited to): the sum of its containers and sidecars, or
   * what the hungriest init container needs with the sidecars before it, if that is more.
   *
   * @param kind {@code requests} or {@code limits}
   */
  public static Map<String, Quantity> total(JsonObject pod, String kind) {
    JsonObject spec = pod.objectOrEmpty("spec");
    Map<String, Quantity> total = new TreeMap<>();
    for (JsonObject container : spec.objects("containers")) {
      addAll(total, quantities(container.objectOrEmpty("resources").object(kind)));
    }
    Map<String, Quantity> sidecars = new TreeMap<>();
    Map<String, Quantity> initial = new TreeMap<>();
    for (JsonObject container : spec.objects("initContainers")) {
      Map<String, Quantity> own = quantities(container.objectOrEmpty("resources").object(kind));
      if (container.string("restartPolicy").equals("Always")) {
        addAll(total, own);
        addAll(sidecars, own);
        own = sidecars;
      } else {
        addAll(own, sidecars);
      }
      maxAll(initial, own);
    }
    maxAll(total, initial);
    quantities(spec.objectOrEmpty("resources").object(kind))
        .forEach((name, quantity) -> {
          if (POD_LEVEL.contains(name)) {
            total.put(name, quantity);
          }
        });
    return total;
  }

  public static void addAll(Map<String, Quantity> total, Map<String, Quantity> more) {
    more.forEach((name, quantity) -> total.merge(name, quantity, Quantity::add));
  }

  public static void maxAll(Map<String, Quantity> total, Map<String, Quantity> more) {
    more.forEach(
        (name, quantity) -> total.merge(name, quantity, (a, b) -> b.compareTo(a) > 0 ? b : a));
  }

  public static List<JsonObject> containers(JsonObject spec, String... lists) {
    List<JsonObject> all = new java.util.ArrayList<>();
    for (String list : lists) {
      all.addAll(spec.objects(list));
    }
    return all;
  }
}
