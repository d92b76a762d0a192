package dev.javernetes.apiserver.admission.quota;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.admission.pod.Pods;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an object takes out of quotas: a pod {@code pods: 1}, {@code requests.cpu: 500m}, {@code
 * count/pods: 1} …; every object its {@code count/RESOURCE.GROUP}. Pure; the quota controller must
 * count alike.
 */
public final class Usage {
  private static final Quantity ONE = Quantity.of(1);
  private static final Set<String> COUNTED_BY_NAME =
      Set.of("configmaps", "secrets", "replicationcontrollers", "resourcequotas");
  private static final String CLASS_SUFFIX = ".storageclass.storage.k8s.io/";

  private Usage() {}

  public static Map<String, Quantity> of(GroupResource resource, JsonObject object, Instant now) {
    Map<String, Quantity> usage = new TreeMap<>();
    usage.put("count/" + resource, ONE);
    switch (resource.toString()) {
      case "pods" -> addPod(usage, object, now);
      case "services" -> addService(usage, object);
      case "persistentvolumeclaims" -> addClaim(usage, object);
      default -> {
        if (COUNTED_BY_NAME.contains(resource.toString())) {
          usage.put(resource.resource(), ONE);
        }
      }
    }
    return usage;
  }

  private static void addPod(Map<String, Quantity> usage, JsonObject pod, Instant now) {
    if (!counts(pod, now)) {
      return;
    }
    usage.put("pods", ONE);
    Map<String, Quantity> requests = Pods.total(pod, "requests");
    Map<String, Quantity> limits = Pods.total(pod, "limits");
    Map<String, Quantity> overhead = Pods.quantities(pod.objectOrEmpty("spec").object("overhead"));
    Pods.addAll(requests, overhead);
    overhead.forEach(
        (name, quantity) -> limits.computeIfPresent(name, (key, old) -> old.add(quantity)));
    addCompute(usage, requests, limits);
  }

  /** The names under which requests and limits count. */
  static void addCompute(
      Map<String, Quantity> usage, Map<String, Quantity> requests, Map<String, Quantity> limits) {
    requests.forEach((name, quantity) -> {
      switch (name) {
        case "cpu", "memory", "ephemeral-storage" -> {
          usage.put(name, quantity);
          usage.put("requests." + name, quantity);
        }
        default -> {
          if (name.startsWith("hugepages-")) {
            usage.put(name, quantity);
            usage.put("requests." + name, quantity);
          } else if (isExtended(name)) {
            usage.put("requests." + name, quantity);
          }
        }
      }
    });
    limits.forEach((name, quantity) -> {
      switch (name) {
        case "cpu", "memory", "ephemeral-storage" -> usage.put("limits." + name, quantity);
        default -> {
          // other limits equal their requests
        }
      }
    });
  }

  private static boolean isExtended(String name) {
    int slash = name.indexOf('/');
    return slash > 0 && !name.substring(0, slash).endsWith("kubernetes.io");
  }

  /** Finished pods and those that should long be gone use nothing. */
  private static boolean counts(JsonObject pod, Instant now) {
    String phase = pod.objectOrEmpty("status").string("phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return false;
    }
    JsonObject metadata = pod.objectOrEmpty("metadata");
    String deletion = metadata.string("deletionTimestamp");
    if (deletion.isEmpty() || !metadata.has("deletionGracePeriodSeconds")) {
      return true;
    }
    try {
      Instant end =
          OffsetDateTime.parse(deletion)
              .toInstant()
              .plusSeconds(metadata.integer("deletionGracePeriodSeconds"));
      return !now.isAfter(end);
    } catch (DateTimeException unreadable) {
      return true;
    }
  }

  private static void addService(Map<String, Quantity> usage, JsonObject service) {
    JsonObject spec = service.objectOrEmpty("spec");
    long ports = spec.objects("ports").size();
    usage.put("services", ONE);
    usage.put("services.nodeports", Quantity.ZERO);
    usage.put("services.loadbalancers", Quantity.ZERO);
    switch (spec.string("type")) {
      case "NodePort" -> usage.put("services.nodeports", Quantity.of(ports));
      case "LoadBalancer" -> {
        boolean allocates = !Boolean.FALSE.equals(spec.boolOrNull("allocateLoadBalancerNodePorts"));
        long explicit =
            spec.objects("ports").stream().filter(port -> port.integer("nodePort") != 0).count();
        usage.put("services.nodeports", Quantity.of(allocates ? ports : explicit));
        usage.put("services.loadbalancers", ONE);
      }
      default -> {
        // takes no port and no balancer
      }
    }
  }

  private static void addClaim(Map<String, Quantity> usage, JsonObject claim) {
    usage.put("persistentvolumeclaims", ONE);
    JsonObject spec = claim.objectOrEmpty("spec");
    JsonObject annotations = claim.objectOrEmpty("metadata").objectOrEmpty("annotations");
    String className =
        annotations.has("volume.beta.kubernetes.io/storage-class")
            ? annotations.string("volume.beta.kubernetes.io/storage-class")
            : spec.string("storageClassName");
    Quantity storage =
        Pods.quantities(spec.objectOrEmpty("resources").object("requests")).get("storage");
    if (!className.isEmpty()) {
      usage.put(className + CLASS_SUFFIX + "persistentvolumeclaims", ONE);
    }
    if (storage != null) {
      usage.put("requests.storage", storage);
      if (!className.isEmpty()) {
        usage.put(className + CLASS_SUFFIX + "requests.storage", storage);
      }
    }
  }
}
