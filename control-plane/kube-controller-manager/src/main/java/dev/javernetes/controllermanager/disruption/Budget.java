package dev.javernetes.controllermanager.disruption;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.meta.v1.Condition;
import dev.javernetes.api.model.policy.v1.PodDisruptionBudget;
import dev.javernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A PodDisruptionBudget's status. Pure.
 *
 * <p>minAvailable 2 of three healthy pods: one may be evicted. The eviction notes the pod under
 * disruptedPods before it deletes it; such a pod counts as unhealthy until it is gone, or for two
 * minutes.
 */
final class Budget {
  static final Duration DISRUPTION_NOTED = Duration.ofMinutes(2);

  private Budget() {}

  /** {@code scale}: how many pods their owners want in all. */
  static PodDisruptionBudgetStatus status(
      PodDisruptionBudget budget, List<Pod> pods, int scale, Instant now) {
    Map<String, Instant> disrupted = disrupted(budget, pods, now);
    int healthy = 0;
    for (Pod pod : pods) {
      if (!Meta.deleting(pod)
          && PodStates.ready(pod)
          && !disrupted.containsKey(pod.metadata().name())) {
        healthy++;
      }
    }
    int expected = pods.size();
    int desired = 0;
    IntOrString maxUnavailable = budget.spec().maxUnavailable();
    IntOrString minAvailable = budget.spec().minAvailable();
    if (maxUnavailable != null) {
      expected = scale;
      desired = Math.max(0, expected - maxUnavailable.scaledValue(expected, true));
    } else if (minAvailable instanceof IntOrString.OfInt(int number)) {
      desired = number;
    } else if (minAvailable != null) {
      expected = scale;
      desired = minAvailable.scaledValue(expected, true);
    }
    int allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
    return PodDisruptionBudgetStatus.builder()
        .observedGeneration(budget.metadata().generation())
        .disruptedPods(disrupted)
        .disruptionsAllowed(allowed)
        .currentHealthy(healthy)
        .desiredHealthy(desired)
        .expectedPods(expected)
        .conditions(conditions(budget, allowed, now))
        .build();
  }

  private static Map<String, Instant> disrupted(
      PodDisruptionBudget budget, List<Pod> pods, Instant now) {
    Map<String, Instant> still = new LinkedHashMap<>();
    budget
        .status()
        .disruptedPods()
        .forEach((name, since) -> {
          boolean pending =
              pods.stream()
                  .anyMatch(pod -> pod.metadata().name().equals(name) && !Meta.deleting(pod));
          if (pending && since.plus(DISRUPTION_NOTED).isAfter(now)) {
            still.put(name, since);
          }
        });
    return still;
  }

  private static List<Condition> conditions(PodDisruptionBudget budget, int allowed, Instant now) {
    String status = allowed > 0 ? "True" : "False";
    Condition next =
        new Condition(
            "DisruptionAllowed",
            status,
            budget.metadata().generation(),
            now,
            allowed > 0 ? "SufficientPods" : "InsufficientPods",
            "");
    List<Condition> conditions = new ArrayList<>();
    for (Condition present : budget.status().conditions()) {
      if (!present.type().equals(next.type())) {
        conditions.add(present);
      } else if (present.status().equals(status)) {
        next = next.toBuilder().lastTransitionTime(present.lastTransitionTime()).build();
      }
    }
    conditions.add(next);
    return conditions;
  }
}
