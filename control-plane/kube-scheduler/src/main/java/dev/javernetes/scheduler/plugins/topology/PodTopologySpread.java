package dev.javernetes.scheduler.plugins.topology;

import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Spreads matching pods over the domains of a topology. With {@code maxSkew: 1} over zones that
 * hold 2, 2 and 1 pods, the next pod must go to the third zone. {@code ScheduleAnyway} constraints
 * only rate nodes.
 */
public final class PodTopologySpread
    implements Plugin.PreFilter, Plugin.Filter, Plugin.PreScore, Plugin.Score {
  private static final String MISSING_LABEL =
      "node(s) didn't match pod topology spread constraints (missing required label)";
  private static final String TOO_SKEWED = "node(s) didn't match pod topology spread constraints";

  @Override
  public String name() {
    return "PodTopologySpread";
  }

  @Override
  public PreFilterResult preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
    List<SpreadConstraint> constraints = SpreadConstraint.of(pod, "DoNotSchedule");
    if (constraints.isEmpty()) {
      return PreFilterResult.SKIP;
    }
    List<Domains> counted = new ArrayList<>();
    for (SpreadConstraint constraint : constraints) {
      Map<String, Integer> pods = new HashMap<>();
      for (NodeInfo node : snapshot.nodes()) {
        if (hasAllKeys(constraints, node) && constraint.counts(pod, node)) {
          pods.merge(
              node.labels().get(constraint.topologyKey()),
              constraint.matching(pod, node),
              Integer::sum);
        }
      }
      counted.add(new Domains(constraint, pods));
    }
    state.put(this, new Required(counted));
    return PreFilterResult.ALL_NODES;
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    for (Domains domains : state.require(this, Required.class).domains()) {
      String domain = node.labels().get(domains.constraint().topologyKey());
      if (domain == null) {
        return Status.unresolvable(MISSING_LABEL);
      }
      int self = domains.constraint().selector().matches(pod.labels()) ? 1 : 0;
      if (domains.pods().getOrDefault(domain, 0) + self - domains.fewest()
          > domains.constraint().maxSkew()) {
        return Status.unschedulable(TOO_SKEWED);
      }
    }
    return Status.SUCCESS;
  }

  @Override
  public Status preScore(CycleState state, PodInfo pod, List<NodeInfo> nodes) {
    List<SpreadConstraint> constraints = SpreadConstraint.of(pod, "ScheduleAnyway");
    if (constraints.isEmpty()) {
      return Status.SKIP;
    }
    List<Domains> counted = new ArrayList<>();
    for (SpreadConstraint constraint : constraints) {
      Map<String, Integer> pods = new HashMap<>();
      for (NodeInfo node : nodes) {
        if (hasAllKeys(constraints, node)) {
          pods.merge(
              node.labels().get(constraint.topologyKey()),
              constraint.matching(pod, node),
              Integer::sum);
        }
      }
      counted.add(new Domains(constraint, pods));
    }
    state.put(this, new Preferred(counted));
    return Status.SUCCESS;
  }

  /** Fewer is better; many domains weigh more than few, as upstream's logarithm has it. */
  @Override
  public long score(CycleState state, PodInfo pod, NodeInfo node) {
    double cost = 0;
    for (Domains domains : state.require(this, Preferred.class).domains()) {
      String domain = node.labels().get(domains.constraint().topologyKey());
      if (domain == null) {
        return -1; // not rated: the worst of all after normalizing
      }
      int count = domains.pods().getOrDefault(domain, 0);
      cost += count * Math.log(domains.pods().size() + 2) + (domains.constraint().maxSkew() - 1);
    }
    return Math.round(cost);
  }

  @Override
  public void normalize(CycleState state, PodInfo pod, long[] scores) {
    long fewest = Long.MAX_VALUE;
    long most = 0;
    for (long score : scores) {
      if (score >= 0) {
        fewest = Math.min(fewest, score);
        most = Math.max(most, score);
      }
    }
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] < 0) {
        scores[i] = 0;
      } else {
        scores[i] = most == 0 ? MAX_SCORE : MAX_SCORE * (most + fewest - scores[i]) / most;
      }
    }
  }

  @Override
  public List<WakeUp> wakeUps() {
    return List.of(
        WakeUp.on(WakeUp.Event.NODE_ADD),
        WakeUp.on(WakeUp.Event.NODE_LABELS),
        WakeUp.on(WakeUp.Event.NODE_TAINTS),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_ADD),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_UPDATE),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_DELETE),
        WakeUp.on(WakeUp.Event.POD_UPDATE));
  }

  private static boolean hasAllKeys(List<SpreadConstraint> constraints, NodeInfo node) {
    return constraints.stream()
        .allMatch(constraint -> node.labels().containsKey(constraint.topologyKey()));
  }

  private record Domains(SpreadConstraint constraint, Map<String, Integer> pods) {
    /**
     * The least filled domain's count; 0 while there are fewer domains than {@code minDomains}
     * (KEP-3022).
     */
    int fewest() {
      return pods.size() < constraint.minDomains()
          ? 0
          : pods.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }
  }

  private record Required(List<Domains> domains) {}

  private record Preferred(List<Domains> domains) {}
}
