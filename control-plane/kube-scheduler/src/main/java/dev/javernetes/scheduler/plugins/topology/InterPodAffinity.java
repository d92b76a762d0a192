package dev.javernetes.scheduler.plugins.topology;

import dev.javernetes.scheduler.framework.AffinityTerm;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Pods that want to be near others or away from them, counted by topology pair ({@code zone=a}):
 * required terms of the waiting pod, required anti-affinity of pods that run already, and preferred
 * terms of both for the score.
 *
 * <p>The first pod of a group that wants to be near itself finds nobody: it may run anywhere, or
 * the group could never start.
 */
public final class InterPodAffinity
    implements Plugin.PreFilter, Plugin.Filter, Plugin.PreScore, Plugin.Score {
  private final AffinityTerm.NamespaceLabels namespaces;

  public InterPodAffinity(AffinityTerm.NamespaceLabels namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public String name() {
    return "InterPodAffinity";
  }

  /** A label of a node: the topology domain that it belongs to. */
  private record Domain(String key, String value) {}

  private record Required(
      Map<Domain, Integer> repelledByOthers,
      Map<Domain, Integer> attracting,
      Map<Domain, Integer> repelling) {}

  private record Preferred(Map<Domain, Long> weights) {}

  @Override
  public PreFilterResult preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
    Map<Domain, Integer> repelledByOthers = new HashMap<>();
    for (NodeInfo node : snapshot.nodesWithRequiredAntiAffinity()) {
      for (PodInfo present : node.pods()) {
        for (AffinityTerm term : present.requiredAntiAffinity()) {
          if (term.matches(pod, namespaces)) {
            count(repelledByOthers, node, term.topologyKey());
          }
        }
      }
    }
    Map<Domain, Integer> attracting = new HashMap<>();
    Map<Domain, Integer> repelling = new HashMap<>();
    if (!pod.requiredAffinity().isEmpty() || !pod.requiredAntiAffinity().isEmpty()) {
      for (NodeInfo node : snapshot.nodes()) {
        for (PodInfo present : node.pods()) {
          countOwnTerms(pod, node, present, attracting, repelling);
        }
      }
    }
    if (repelledByOthers.isEmpty()
        && pod.requiredAffinity().isEmpty()
        && pod.requiredAntiAffinity().isEmpty()) {
      return PreFilterResult.SKIP;
    }
    state.put(this, new Required(repelledByOthers, attracting, repelling));
    return PreFilterResult.ALL_NODES;
  }

  private void countOwnTerms(
      PodInfo pod,
      NodeInfo node,
      PodInfo present,
      Map<Domain, Integer> attracting,
      Map<Domain, Integer> repelling) {
    // A pod attracts only if it matches all terms at once (upstream's rule, however odd).
    if (!pod.requiredAffinity().isEmpty() && matchesAll(pod.requiredAffinity(), present)) {
      pod.requiredAffinity().forEach(term -> count(attracting, node, term.topologyKey()));
    }
    for (AffinityTerm term : pod.requiredAntiAffinity()) {
      if (term.matches(present, namespaces)) {
        count(repelling, node, term.topologyKey());
      }
    }
  }

  private boolean matchesAll(List<AffinityTerm> terms, PodInfo pod) {
    return terms.stream().allMatch(term -> term.matches(pod, namespaces));
  }

  private static void count(Map<Domain, Integer> counts, NodeInfo node, String key) {
    String value = node.labels().get(key);
    if (value != null) {
      counts.merge(new Domain(key, value), 1, Integer::sum);
    }
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    Required required = state.require(this, Required.class);
    if (!affinitySatisfied(required, pod, node)) {
      return Status.unresolvable("node(s) didn't match pod affinity rules");
    }
    for (AffinityTerm term : pod.requiredAntiAffinity()) {
      String value = node.labels().get(term.topologyKey());
      if (value != null
          && required.repelling().containsKey(new Domain(term.topologyKey(), value))) {
        return Status.unschedulable("node(s) didn't match pod anti-affinity rules");
      }
    }
    for (Domain domain : required.repelledByOthers().keySet()) {
      if (Objects.equals(node.labels().get(domain.key()), domain.value())) {
        return Status.unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
      }
    }
    return Status.SUCCESS;
  }

  private boolean affinitySatisfied(Required required, PodInfo pod, NodeInfo node) {
    boolean near = true;
    for (AffinityTerm term : pod.requiredAffinity()) {
      String value = node.labels().get(term.topologyKey());
      if (value == null) {
        return false;
      }
      near &= required.attracting().containsKey(new Domain(term.topologyKey(), value));
    }
    return near || required.attracting().isEmpty() && matchesAll(pod.requiredAffinity(), pod);
  }

  @Override
  public Status preScore(CycleState state, PodInfo pod, List<NodeInfo> nodes) {
    Map<Domain, Long> weights = new HashMap<>();
    for (NodeInfo node : nodes) {
      for (PodInfo present : node.pods()) {
        weigh(weights, node, present, pod.preferredAffinity(), 1);
        weigh(weights, node, present, pod.preferredAntiAffinity(), -1);
        weighOthers(weights, node, present, pod);
      }
    }
    if (weights.isEmpty()) {
      return Status.SKIP;
    }
    state.put(this, new Preferred(weights));
    return Status.SUCCESS;
  }

  private void weigh(
      Map<Domain, Long> weights,
      NodeInfo node,
      PodInfo matched,
      List<AffinityTerm> terms,
      int sign) {
    for (AffinityTerm term : terms) {
      String value = node.labels().get(term.topologyKey());
      if (value != null && term.matches(matched, namespaces)) {
        weights.merge(
            new Domain(term.topologyKey(), value), (long) sign * term.weight(), Long::sum);
      }
    }
  }

  /**
   * Pods that run already have wishes about the waiting one; their required affinity counts with a
   * weight of 1.
   */
  private void weighOthers(
      Map<Domain, Long> weights, NodeInfo node, PodInfo present, PodInfo waiting) {
    if (!present.hasAffinity()) {
      return;
    }
    weigh(weights, node, waiting, present.preferredAffinity(), 1);
    weigh(weights, node, waiting, present.preferredAntiAffinity(), -1);
    for (AffinityTerm term : present.requiredAffinity()) {
      String value = node.labels().get(term.topologyKey());
      if (value != null && term.matches(waiting, namespaces)) {
        weights.merge(new Domain(term.topologyKey(), value), 1L, Long::sum);
      }
    }
  }

  @Override
  public long score(CycleState state, PodInfo pod, NodeInfo node) {
    long score = 0;
    for (Map.Entry<Domain, Long> weight :
        state.require(this, Preferred.class).weights().entrySet()) {
      if (Objects.equals(node.labels().get(weight.getKey().key()), weight.getKey().value())) {
        score += weight.getValue();
      }
    }
    return score;
  }

  @Override
  public void normalize(CycleState state, PodInfo pod, long[] scores) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (long score : scores) {
      least = Math.min(least, score);
      most = Math.max(most, score);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = most == least ? 0 : MAX_SCORE * (scores[i] - least) / (most - least);
    }
  }

  @Override
  public List<WakeUp> wakeUps() {
    return List.of(
        WakeUp.on(WakeUp.Event.NODE_ADD),
        WakeUp.on(WakeUp.Event.NODE_LABELS),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_ADD),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_UPDATE),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_DELETE),
        WakeUp.on(WakeUp.Event.POD_UPDATE));
  }
}
