package dev.javernetes.scheduler.plugins.preemption;

import dev.javernetes.api.model.policy.v1.PodDisruptionBudget;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes room for a pod that fits nowhere by evicting pods of lower priority from the node where
 * that costs least.
 */
public final class DefaultPreemption implements Plugin.PostFilter {
  /** Candidates looked at: a tenth of the nodes, at least so many. */
  private static final int FEWEST_CANDIDATES = 100;

  private final Fit fit;
  private final Supplier<List<PodDisruptionBudget>> budgets;
  private final Evictions evictions;

  /**
   * Whether the pod passes all filters on {@code changed}, in the snapshot that has it in place of
   * the node as it is.
   */
  @FunctionalInterface
  public interface Fit {
    boolean fits(PodInfo pod, Snapshot snapshot, NodeInfo changed);
  }

  /** Deletes the victims; returns at once. */
  @FunctionalInterface
  public interface Evictions {
    void evict(PodInfo preemptor, String node, List<PodInfo> victims);
  }

  public DefaultPreemption(
      Fit fit, Supplier<List<PodDisruptionBudget>> budgets, Evictions evictions) {
    this.fit = fit;
    this.budgets = budgets;
    this.evictions = evictions;
  }

  @Override
  public String name() {
    return "DefaultPreemption";
  }

  @Override
  public PostFilterResult postFilter(
      CycleState state, PodInfo pod, Snapshot snapshot, Map<String, Status> rejections) {
    int nodes = snapshot.nodes().size();
    String none = "preemption: 0/" + nodes + " nodes are available: ";
    if (pod.spec().preemptionPolicy().equals("Never")) {
      return notDone(none + nodes + " Preemption is not helpful for scheduling.");
    }
    if (waitsForVictims(pod, snapshot)) {
      return new PostFilterResult(
          Status.unschedulable(
              none + "not eligible due to a terminating pod on the nominated node."),
          null);
    }
    List<VictimSelection.Candidate> candidates = new ArrayList<>();
    int resolvable = 0;
    int enough = Math.max(FEWEST_CANDIDATES, nodes / 10);
    for (Map.Entry<String, Status> rejection : rejections.entrySet()) {
      NodeInfo node = snapshot.node(rejection.getKey());
      if (node == null || rejection.getValue().code() != Status.Code.UNSCHEDULABLE) {
        continue;
      }
      resolvable++;
      VictimSelection.Candidate candidate =
          VictimSelection.onNode(
              pod, node, budgets.get(), changed -> fit.fits(pod, snapshot, changed));
      if (candidate != null) {
        candidates.add(candidate);
        if (candidates.size() >= enough) {
          break;
        }
      }
    }
    VictimSelection.Candidate cheapest = VictimSelection.cheapest(candidates);
    if (cheapest == null) {
      return notDone(none + explain(nodes, resolvable));
    }
    evictions.evict(pod, cheapest.node(), cheapest.victims());
    return new PostFilterResult(Status.SUCCESS, cheapest.node());
  }

  private static String explain(int nodes, int resolvable) {
    List<String> parts = new ArrayList<>();
    if (resolvable > 0) {
      parts.add(resolvable + " No preemption victims found for incoming pod");
    }
    if (nodes > resolvable) {
      parts.add((nodes - resolvable) + " Preemption is not helpful for scheduling");
    }
    return String.join(", ", parts) + ".";
  }

  /**
   * The pod has preempted already and its victims are still going: another round would evict more
   * than needed.
   */
  private static boolean waitsForVictims(PodInfo pod, Snapshot snapshot) {
    String nominated = pod.pod().status().nominatedNodeName();
    NodeInfo node = nominated.isEmpty() ? null : snapshot.node(nominated);
    return node != null
        && node.pods().stream()
            .anyMatch(present -> present.priority() < pod.priority() && present.terminating());
  }

  private static PostFilterResult notDone(String why) {
    return new PostFilterResult(Status.unschedulable(why), "");
  }

  @Override
  public List<WakeUp> wakeUps() {
    return List.of(WakeUp.on(WakeUp.Event.ASSIGNED_POD_DELETE));
  }
}
