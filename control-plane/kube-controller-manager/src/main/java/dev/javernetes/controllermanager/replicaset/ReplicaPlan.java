package dev.javernetes.controllermanager.replicaset;

import dev.javernetes.api.model.core.v1.ContainerStatus;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodCondition;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How many pods to create, or which ones to delete.
 *
 * <p>Three desired, five active: the two go that are missed least: without a node before those with
 * one, pending before running, not ready before ready, cheap before dear
 * (controller.kubernetes.io/pod-deletion-cost), crowded nodes before lone ones, young before old,
 * often restarted before steady.
 */
sealed interface ReplicaPlan {
  /** No more than so many changes in one go; the rest follows when the cache has caught up. */
  int BURST = 1000;

  record Nothing() implements ReplicaPlan {}

  record Create(int count) implements ReplicaPlan {}

  record Delete(List<Pod> pods) implements ReplicaPlan {}

  /**
   * @param active the owned pods that are neither finished nor going
   * @param related all active pods of the same workload (an older and a newer ReplicaSet's), which
   *     tell how crowded a node is
   */
  static ReplicaPlan of(int desired, List<Pod> active, List<Pod> related, Instant now) {
    int missing = desired - active.size();
    if (missing > 0) {
      return new Create(Math.min(missing, BURST));
    }
    if (missing == 0) {
      return new Nothing();
    }
    int surplus = Math.min(-missing, BURST);
    if (surplus == active.size()) {
      return new Delete(active);
    }
    List<Pod> ranked = new ArrayList<>(active);
    ranked.sort(order(related, now));
    return new Delete(List.copyOf(ranked.subList(0, surplus)));
  }

  /** First those to delete first. */
  static Comparator<Pod> order(List<Pod> related, Instant now) {
    Map<String, Integer> perNode = new HashMap<>();
    for (Pod pod : related) {
      if (PodStates.active(pod)) {
        perNode.merge(pod.spec().nodeName(), 1, Integer::sum);
      }
    }
    return Comparator.comparing((Pod pod) -> !pod.spec().nodeName().isEmpty())
        .thenComparing(ReplicaPlan::phase)
        .thenComparing(PodStates::ready)
        .thenComparing(ReplicaPlan::deletionCost)
        .thenComparing(pod -> -perNode.getOrDefault(pod.spec().nodeName(), 0))
        .thenComparing(pod -> ageStep(readySince(pod), now))
        .thenComparing(pod -> -restarts(pod))
        .thenComparing(pod -> ageStep(Meta.created(pod), now))
        .thenComparing(Meta::uid);
  }

  private static int phase(Pod pod) {
    return switch (pod.status().phase()) {
      case "Pending", "" -> 0;
      case "Unknown" -> 1;
      default -> 2;
    };
  }

  private static int deletionCost(Pod pod) {
    try {
      String cost = Meta.annotation(pod, "controller.kubernetes.io/pod-deletion-cost");
      return cost.isEmpty() ? 0 : Integer.parseInt(cost);
    } catch (NumberFormatException invalid) {
      return 0;
    }
  }

  private static Instant readySince(Pod pod) {
    PodCondition ready = PodStates.condition(pod, "Ready");
    return ready == null || !ready.status().equals("True")
        ? Instant.MAX
        : Objects.requireNonNullElse(ready.lastTransitionTime(), Instant.EPOCH);
  }

  /** Ages within a power of two count as one, lest the oldest pods always survive: KEP-2185. */
  private static int ageStep(Instant since, Instant now) {
    if (since.isAfter(now)) {
      return 0;
    }
    long nanos =
        since.equals(Instant.EPOCH) ? Long.MAX_VALUE : Duration.between(since, now).toNanos();
    return 64 - Long.numberOfLeadingZeros(Math.max(0, nanos));
  }

  private static int restarts(Pod pod) {
    int most = 0;
    for (ContainerStatus status : pod.status().containerStatuses()) {
      most = Math.max(most, Meta.or(status.restartCount(), 0));
    }
    return most;
  }
}
