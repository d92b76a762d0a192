package dev.javernetes.kubelet.eviction;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.kubelet.container.Resources;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Who goes first: pods that use more than they asked for, then by priority, then by how much more.
 * Static and critical pods are never evicted. Pure.
 */
final class EvictionOrder {
  /** Priorities from here on are system-critical. */
  private static final int CRITICAL = 2_000_000_000;

  private EvictionOrder() {}

  /** {@code usage} by pod uid, in bytes. */
  static List<Pod> of(List<Pod> pods, Map<String, Long> usage, String resource) {
    return pods.stream()
        .filter(pod -> !exempt(pod))
        .sorted(
            Comparator.comparing((Pod pod) -> excess(pod, usage, resource) <= 0)
                .thenComparingInt(EvictionOrder::priority)
                .thenComparing(
                    Comparator.comparingLong((Pod pod) -> excess(pod, usage, resource)).reversed()))
        .toList();
  }

  private static long excess(Pod pod, Map<String, Long> usage, String resource) {
    return usage.getOrDefault(pod.metadata().uid(), 0L) - Resources.podRequest(pod, resource);
  }

  private static boolean exempt(Pod pod) {
    boolean fixed =
        !pod.metadata()
            .annotations()
            .getOrDefault("kubernetes.io/config.source", "api")
            .equals("api");
    return fixed || priority(pod) >= CRITICAL;
  }

  private static int priority(Pod pod) {
    return pod.spec().priority() == null ? 0 : pod.spec().priority();
  }
}
