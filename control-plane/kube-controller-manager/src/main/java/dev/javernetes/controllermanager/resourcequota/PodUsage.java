package dev.javernetes.controllermanager.resourcequota;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ResourceQuota;
import dev.javernetes.api.model.core.v1.ScopedResourceSelectorRequirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one pod uses, and which scopes it is in. Pure. */
final class PodUsage {
  private PodUsage() {}

  /**
   * Requests and limits as a pod's sum: containers and sidecars together, or the largest init
   * container with the sidecars before it, whichever is more; plus the overhead.
   */
  static Map<String, Quantity> of(Pod pod) {
    Map<String, Quantity> used = new TreeMap<>();
    total(pod, true)
        .forEach((name, amount) -> {
          used.put("requests." + name, amount);
          if (name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage")) {
            used.put(name, amount);
          }
        });
    total(pod, false).forEach((name, amount) -> used.put("limits." + name, amount));
    used.put("pods", Quantity.of(1));
    return used;
  }

  static boolean inScopes(ResourceQuota quota, Pod pod) {
    List<ScopedResourceSelectorRequirement> requirements = new ArrayList<>();
    for (String scope : quota.spec().scopes()) {
      requirements.add(new ScopedResourceSelectorRequirement(scope, "Exists", List.of()));
    }
    if (quota.spec().scopeSelector() != null) {
      requirements.addAll(quota.spec().scopeSelector().matchExpressions());
    }
    return requirements.stream().allMatch(requirement -> matches(requirement, pod));
  }

  private static boolean matches(ScopedResourceSelectorRequirement requirement, Pod pod) {
    return switch (requirement.scopeName()) {
      case "Terminating" -> pod.spec().activeDeadlineSeconds() != null;
      case "NotTerminating" -> pod.spec().activeDeadlineSeconds() == null;
      case "BestEffort" -> bestEffort(pod);
      case "NotBestEffort" -> !bestEffort(pod);
      case "PriorityClass" -> {
        String name = pod.spec().priorityClassName();
        yield switch (requirement.operator()) {
          case "In" -> requirement.values().contains(name);
          case "NotIn" -> !requirement.values().contains(name);
          case "DoesNotExist" -> name.isEmpty();
          default -> !name.isEmpty();
        };
      }
      case "CrossNamespacePodAffinity" -> crossesNamespaces(pod);
      default -> false;
    };
  }

  private static boolean bestEffort(Pod pod) {
    return total(pod, true).isEmpty() && total(pod, false).isEmpty();
  }

  private static boolean crossesNamespaces(Pod pod) {
    var affinity = pod.spec().affinity();
    if (affinity == null) {
      return false;
    }
    String text =
        (affinity.podAffinity() == null ? "" : affinity.podAffinity().toJson().toString())
            + (affinity.podAntiAffinity() == null
                ? ""
                : affinity.podAntiAffinity().toJson().toString());
    return text.contains("namespaces=") || text.contains("namespaceSelector=");
  }

  private static Map<String, Quantity> total(Pod pod, boolean requests) {
    Map<String, Quantity> running = new HashMap<>();
    pod.spec().containers().forEach(container -> add(running, amounts(container, requests)));
    Map<String, Quantity> sidecars = new HashMap<>();
    Map<String, Quantity> largestInit = new HashMap<>();
    for (Container init : pod.spec().initContainers()) {
      if (init.restartPolicy().equals("Always")) {
        add(running, amounts(init, requests));
        add(sidecars, amounts(init, requests));
      } else {
        Map<String, Quantity> at = new HashMap<>(sidecars);
        add(at, amounts(init, requests));
        max(largestInit, at);
      }
    }
    max(running, largestInit);
    if (!running.isEmpty()) {
      pod.spec()
          .overhead()
          .forEach((name, amount) -> {
            if (requests || running.containsKey(name)) {
              running.merge(name, amount, Quantity::add);
            }
          });
    }
    return running;
  }

  private static Map<String, Quantity> amounts(Container container, boolean requests) {
    var resources = container.resources();
    if (resources == null) {
      return Map.of();
    }
    if (!requests) {
      return resources.limits();
    }
    Map<String, Quantity> all = new HashMap<>(resources.limits());
    all.putAll(resources.requests());
    return all;
  }

  private static void add(Map<String, Quantity> to, Map<String, Quantity> amounts) {
    amounts.forEach((name, amount) -> to.merge(name, amount, Quantity::add));
  }

  private static void max(Map<String, Quantity> to, Map<String, Quantity> amounts) {
    amounts.forEach(
        (name, amount) -> to.merge(name, amount, (a, b) -> a.compareTo(b) >= 0 ? a : b));
  }
}
