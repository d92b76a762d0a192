package dev.javernetes.scheduler.plugins.preemption;

import dev.javernetes.api.model.policy.v1.PodDisruptionBudget;
import dev.javernetes.scheduler.framework.LabelMatcher;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.PodInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which pods must leave a node so that another fits, and which node is the cheapest to clear.
 *
 * <p>On a node with pods of priority 10, 20 and 30 for one of 25: take away 10 and 20; if the pod
 * fits now, give back as many as possible, the most important first and those that a disruption
 * budget protects before all others. What could not be given back are the victims.
 */
final class VictimSelection {
  private static final Comparator<PodInfo> MOST_IMPORTANT_FIRST =
      Comparator.comparingInt(PodInfo::priority)
          .reversed()
          .thenComparing(VictimSelection::startTime);

  private VictimSelection() {}

  /**
   * The victims of one node, the most important first, and how many of them a budget does not allow
   * to evict.
   */
  record Candidate(String node, List<PodInfo> victims, int violations) {
    private int highestPriority() {
      return victims.getFirst().priority();
    }

    /** Shifted so that one pod more always counts, whatever its priority. */
    private long sumOfPriorities() {
      return victims.stream().mapToLong(pod -> (long) pod.priority() - Integer.MIN_VALUE).sum();
    }

    private Instant latestStart() {
      return victims.stream()
          .filter(pod -> pod.priority() == highestPriority())
          .map(VictimSelection::startTime)
          .min(Comparator.naturalOrder())
          .orElse(Instant.MIN);
    }
  }

  /**
   * {@code fits} is asked of the node without some of its pods; {@code null}: no eviction would
   * help.
   */
  static @Nullable Candidate onNode(
      PodInfo pod, NodeInfo node, List<PodDisruptionBudget> budgets, Predicate<NodeInfo> fits) {
    List<PodInfo> lesser =
        node.pods().stream()
            .filter(present -> present.priority() < pod.priority())
            .sorted(MOST_IMPORTANT_FIRST)
            .toList();
    if (lesser.isEmpty()) {
      return null;
    }
    NodeInfo cleared = node;
    for (PodInfo present : lesser) {
      cleared = cleared.without(present);
    }
    if (!fits.test(cleared)) {
      return null;
    }
    List<PodInfo> violating = new ArrayList<>();
    List<PodInfo> free = new ArrayList<>();
    divide(lesser, budgets, violating, free);
    List<PodInfo> victims = new ArrayList<>();
    int violations = 0;
    for (List<PodInfo> group : List.of(violating, free)) {
      for (PodInfo present : group) {
        NodeInfo with = cleared.with(present);
        if (fits.test(with)) {
          cleared = with;
        } else {
          victims.add(present);
          violations += group == violating ? 1 : 0;
        }
      }
    }
    victims.sort(MOST_IMPORTANT_FIRST);
    return victims.isEmpty() ? null : new Candidate(node.name(), victims, violations);
  }

  /** Counts each budget down as if its pods were evicted in this order. */
  private static void divide(
      List<PodInfo> pods,
      List<PodDisruptionBudget> budgets,
      List<PodInfo> violating,
      List<PodInfo> free) {
    Map<String, Integer> left = new HashMap<>();
    for (PodInfo pod : pods) {
      boolean violates = false;
      for (PodDisruptionBudget budget : budgets) {
        if (covers(budget, pod)) {
          Integer allowed = budget.status().disruptionsAllowed();
          int now = left.getOrDefault(budget.metadata().uid(), allowed == null ? 0 : allowed) - 1;
          left.put(budget.metadata().uid(), now);
          violates |= now < 0;
        }
      }
      (violates ? violating : free).add(pod);
    }
  }

  private static boolean covers(PodDisruptionBudget budget, PodInfo pod) {
    return budget.metadata().namespace().equals(pod.namespace())
        && !pod.labels().isEmpty()
        && !budget.status().disruptedPods().containsKey(pod.name())
        && LabelMatcher.of(budget.spec().selector()).matches(pod.labels());
  }

  /**
   * Fewest violations, then the least important victims, then the fewest, then the youngest; equal:
   * the first.
   */
  static @Nullable Candidate cheapest(List<Candidate> candidates) {
    return candidates.stream()
        .min(
            Comparator.comparingInt(Candidate::violations)
                .thenComparingInt(Candidate::highestPriority)
                .thenComparingLong(Candidate::sumOfPriorities)
                .thenComparingInt(candidate -> candidate.victims().size())
                .thenComparing(Candidate::latestStart, Comparator.reverseOrder()))
        .orElse(null);
  }

  private static Instant startTime(PodInfo pod) {
    Instant started = pod.pod().status().startTime();
    return started == null ? Instant.MAX : started;
  }
}
