package dev.javernetes.scheduler.framework;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Finds the node for a pod: filter until enough nodes are feasible, score those, take the best.
 *
 * <p>Of a large cluster only a part is looked at ({@code percentageOfNodesToScore}): of 5,000 nodes
 * the search ends at 500 feasible ones, and the next pod's search begins where this one ended, so
 * that over time every node gets its turn.
 */
public final class NodeSearch {
  /** A cluster of fewer nodes is looked at as a whole. */
  private static final int SMALLEST_SEARCH = 100;

  private static final int SMALLEST_PERCENTAGE = 5;

  private final int percentageOfNodesToScore;
  private final RandomGenerator random;
  private int start;

  /**
   * {@code percentageOfNodesToScore} 0: by the cluster's size, 50 % for 100 nodes down to 5 % for
   * 5,600.
   */
  public NodeSearch(int percentageOfNodesToScore, RandomGenerator random) {
    if (percentageOfNodesToScore < 0 || percentageOfNodesToScore > 100) {
      throw new IllegalArgumentException("percentageOfNodesToScore: " + percentageOfNodesToScore);
    }
    this.percentageOfNodesToScore = percentageOfNodesToScore;
    this.random = random;
  }

  /**
   * Pods that were promised a node by preemption and have not got there yet; they count as if they
   * ran there.
   */
  @FunctionalInterface
  public interface Nominated {
    List<PodInfo> on(String node);
  }

  /** What came of it. */
  public sealed interface Outcome {
    record Found(String node, int evaluated, int feasible) implements Outcome {}

    /** {@code rejections} by node; those of {@code preFilter} stand for every node. */
    record NoneFits(int nodes, Map<String, Status> rejections, Status preFilter)
        implements Outcome {}

    record Failed(Status status) implements Outcome {}
  }

  public Outcome search(
      Profile profile, CycleState state, PodInfo pod, Snapshot snapshot, Nominated nominated) {
    List<NodeInfo> nodes = snapshot.nodes();
    if (nodes.isEmpty()) {
      return new Outcome.NoneFits(0, Map.of(), Status.SUCCESS);
    }
    Plugin.PreFilterResult before = profile.preFilter(state, pod, snapshot);
    if (!before.status().isSuccess()) {
      return before.status().isRejected()
          ? new Outcome.NoneFits(nodes.size(), Map.of(), before.status())
          : new Outcome.Failed(before.status());
    }
    List<NodeInfo> candidates =
        before.nodes() == null
            ? nodes
            : nodes.stream().filter(node -> before.nodes().contains(node.name())).toList();
    Map<String, Status> rejections = new LinkedHashMap<>();
    List<NodeInfo> feasible = new ArrayList<>();
    int enough = enough(candidates.size());
    int looked = 0;
    for (; looked < candidates.size() && feasible.size() < enough; looked++) {
      NodeInfo node = candidates.get((start + looked) % candidates.size());
      Status status = filter(profile, state, pod, node, nominated);
      if (status.isSuccess()) {
        feasible.add(node);
      } else if (status.code() == Status.Code.ERROR) {
        return new Outcome.Failed(status);
      } else {
        rejections.put(node.name(), status);
      }
    }
    if (!candidates.isEmpty()) {
      start = (start + looked) % candidates.size();
    }
    if (feasible.isEmpty()) {
      return new Outcome.NoneFits(nodes.size(), rejections, Status.SUCCESS);
    }
    NodeInfo best =
        feasible.size() == 1 ? feasible.getFirst() : best(profile, state, pod, feasible);
    return new Outcome.Found(best.name(), looked, feasible.size());
  }

  /**
   * With the nominated pods of equal or higher priority on the node, and without any of them: it
   * must fit both ways.
   */
  private static Status filter(
      Profile profile, CycleState state, PodInfo pod, NodeInfo node, Nominated nominated) {
    NodeInfo crowded = node;
    for (PodInfo other : nominated.on(node.name())) {
      if (other.priority() >= pod.priority() && !other.uid().equals(pod.uid())) {
        crowded = crowded.with(other);
      }
    }
    if (crowded != node) {
      Status status = profile.filter(state, pod, crowded);
      if (!status.isSuccess()) {
        return status;
      }
    }
    return profile.filter(state, pod, node);
  }

  /** Among equals a random one, so that pods do not pile up on the first. */
  private NodeInfo best(Profile profile, CycleState state, PodInfo pod, List<NodeInfo> feasible) {
    long[] scores = profile.score(state, pod, feasible);
    int best = 0;
    int equals = 1;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
        equals = 1;
      } else if (scores[i] == scores[best] && random.nextInt(++equals) == 0) {
        best = i;
      }
    }
    return feasible.get(best);
  }

  int enough(int nodes) {
    if (nodes < SMALLEST_SEARCH) {
      return nodes;
    }
    int percentage = percentageOfNodesToScore;
    if (percentage == 0) {
      percentage = Math.max(SMALLEST_PERCENTAGE, 50 - nodes / 125);
    }
    return Math.max(SMALLEST_SEARCH, nodes * percentage / 100);
  }
}
