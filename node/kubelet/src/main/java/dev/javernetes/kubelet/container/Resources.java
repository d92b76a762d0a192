package dev.javernetes.kubelet.container;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ResourceRequirements;
import java.util.List;
import java.util.Map;

/**
 * What a pod and its containers ask for, as numbers.
 *
 * <p>A pod's request is the larger of what its regular containers and sidecars ask together and
 * what any init container asks with the sidecars started before it, plus overhead; pod-level
 * resources (KEP-2837) replace it where given.
 */
public final class Resources {
  public static final String CPU = "cpu";
  public static final String MEMORY = "memory";
  public static final String EPHEMERAL_STORAGE = "ephemeral-storage";

  private Resources() {}

  public static long milliCpuRequest(Container container) {
    return milli(requests(container), CPU);
  }

  public static long milliCpuLimit(Container container) {
    return milli(limits(container), CPU);
  }

  public static long memoryRequest(Container container) {
    return value(requests(container), MEMORY);
  }

  public static long memoryLimit(Container container) {
    return value(limits(container), MEMORY);
  }

  /** Requests; a limit without a request counts as request, as defaulting has it. */
  public static Map<String, Quantity> requests(Container container) {
    ResourceRequirements resources = container.resources();
    return resources == null ? Map.of() : withLimits(resources);
  }

  public static Map<String, Quantity> limits(Container container) {
    ResourceRequirements resources = container.resources();
    return resources == null ? Map.of() : resources.limits();
  }

  /** The pod's request for {@code resource}: millicores for CPU, whole units for all else. */
  public static long podRequest(Pod pod, String resource) {
    ResourceRequirements podLevel = pod.spec().resources();
    Map<String, Quantity> podRequests = podLevel == null ? Map.of() : withLimits(podLevel);
    long request;
    if (podRequests.containsKey(resource)) {
      request = amount(podRequests, resource);
    } else {
      request = aggregate(pod, resource);
    }
    return request + amount(pod.spec().overhead(), resource);
  }

  /** The pod's limit; 0 if any of its containers has none, as then the pod has none. */
  public static long podLimit(Pod pod, String resource) {
    ResourceRequirements podLevel = pod.spec().resources();
    long overhead = amount(pod.spec().overhead(), resource);
    if (podLevel != null && podLevel.limits().containsKey(resource)) {
      return amount(podLevel.limits(), resource) + overhead;
    }
    long sum = 0;
    for (Container container : PodContainers.regular(pod)) {
      long limit = amount(limits(container), resource);
      if (limit == 0) {
        return 0;
      }
      sum += limit;
    }
    long sidecars = 0;
    long initPeak = 0;
    for (Container container : PodContainers.init(pod)) {
      long limit = amount(limits(container), resource);
      if (limit == 0) {
        return 0;
      }
      if (PodContainers.isSidecar(container)) {
        sidecars += limit;
        initPeak = Math.max(initPeak, sidecars);
      } else {
        initPeak = Math.max(initPeak, sidecars + limit);
      }
    }
    return Math.max(sum + sidecars, initPeak) + overhead;
  }

  private static long aggregate(Pod pod, String resource) {
    long regular = 0;
    for (Container container : PodContainers.regular(pod)) {
      regular += amount(requests(container), resource);
    }
    long sidecars = 0;
    long initPeak = 0;
    for (Container container : PodContainers.init(pod)) {
      long request = amount(requests(container), resource);
      if (PodContainers.isSidecar(container)) {
        sidecars += request;
        initPeak = Math.max(initPeak, sidecars);
      } else {
        initPeak = Math.max(initPeak, sidecars + request);
      }
    }
    return Math.max(regular + sidecars, initPeak);
  }

  /** The class that decides who is killed first: computed as upstream's GetPodQOS. */
  public static QosClass qos(Pod pod) {
    if (pod.spec().resources() instanceof ResourceRequirements podLevel
        && (!podLevel.requests().isEmpty() || !podLevel.limits().isEmpty())) {
      return qosOf(List.of(podLevel));
    }
    List<ResourceRequirements> all =
        java.util.stream.Stream.concat(
                PodContainers.init(pod).stream(), PodContainers.regular(pod).stream())
            .map(container ->
                container.resources() == null
                    ? ResourceRequirements.builder().build()
                    : container.resources())
            .toList();
    return qosOf(all);
  }

  private static QosClass qosOf(List<ResourceRequirements> all) {
    boolean anything = false;
    boolean guaranteed = true;
    for (ResourceRequirements resources : all) {
      Map<String, Quantity> requests = withLimits(resources);
      for (String name : List.of(CPU, MEMORY)) {
        long request = amount(requests, name);
        long limit = amount(resources.limits(), name);
        anything |= request > 0 || limit > 0;
        guaranteed &= limit > 0 && request == limit;
      }
    }
    if (!anything) {
      return QosClass.BEST_EFFORT;
    }
    return guaranteed ? QosClass.GUARANTEED : QosClass.BURSTABLE;
  }

  /** Millicores for CPU, whole units for all else; 0 where absent. */
  public static long amount(Map<String, Quantity> list, String resource) {
    return resource.equals(CPU) ? milli(list, resource) : value(list, resource);
  }

  private static long milli(Map<String, Quantity> list, String resource) {
    Quantity quantity = list.get(resource);
    return quantity == null ? 0 : quantity.milliValue();
  }

  private static long value(Map<String, Quantity> list, String resource) {
    Quantity quantity = list.get(resource);
    return quantity == null ? 0 : quantity.value();
  }

  private static Map<String, Quantity> withLimits(ResourceRequirements resources) {
    if (resources.limits().isEmpty()) {
      return resources.requests();
    }
    Map<String, Quantity> merged = new java.util.LinkedHashMap<>(resources.limits());
    merged.putAll(resources.requests());
    return merged;
  }
}
