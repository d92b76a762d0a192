package dev.javernetes.scheduler.plugins.nodeaffinity;

import dev.javernetes.api.model.core.v1.Affinity;
import dev.javernetes.api.model.core.v1.NodeSelector;
import dev.javernetes.api.model.core.v1.NodeSelectorRequirement;
import dev.javernetes.api.model.core.v1.NodeSelectorTerm;
import dev.javernetes.api.model.core.v1.PreferredSchedulingTerm;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Scores;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pod's own wishes about nodes. A required affinity to nodes by name (as daemon pods have)
 * narrows the search to those nodes before any other filter looks.
 */
public final class NodeAffinity
    implements Plugin.PreFilter, Plugin.Filter, Plugin.PreScore, Plugin.Score {
  private static final String MISMATCH = "node(s) didn't match Pod's node affinity/selector";

  @Override
  public String name() {
    return "NodeAffinity";
  }

  @Override
  public PreFilterResult preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
    NodeSelector required = required(pod);
    if (required == null) {
      return pod.spec().nodeSelector().isEmpty() ? PreFilterResult.SKIP : PreFilterResult.ALL_NODES;
    }
    Set<String> names = namedNodes(required);
    if (names != null && names.isEmpty()) {
      return PreFilterResult.rejected(Status.unresolvable("pod affinity terms conflict"));
    }
    return new PreFilterResult(Status.SUCCESS, names);
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    return NodeSelectors.required(pod.spec(), node.node())
        ? Status.SUCCESS
        : Status.unresolvable(MISMATCH);
  }

  @Override
  public Status preScore(CycleState state, PodInfo pod, List<NodeInfo> nodes) {
    return preferred(pod).isEmpty() ? Status.SKIP : Status.SUCCESS;
  }

  @Override
  public long score(CycleState state, PodInfo pod, NodeInfo node) {
    long score = 0;
    for (PreferredSchedulingTerm term : preferred(pod)) {
      Integer weight = term.weight();
      NodeSelectorTerm preference = term.preference();
      // An empty preference matches every node here, unlike an empty required term.
      if (weight != null
          && preference != null
          && (empty(preference) || NodeSelectors.matches(preference, node.node()))) {
        score += weight;
      }
    }
    return score;
  }

  @Override
  public void normalize(CycleState state, PodInfo pod, long[] scores) {
    Scores.normalize(scores, false);
  }

  @Override
  public List<WakeUp> wakeUps() {
    WakeUp.Hint fits =
        (pod, before, after) ->
            after instanceof NodeInfo node && NodeSelectors.required(pod.spec(), node.node());
    return List.of(
        WakeUp.on(WakeUp.Event.NODE_ADD, fits),
        WakeUp.on(WakeUp.Event.NODE_LABELS, fits),
        WakeUp.on(WakeUp.Event.POD_UPDATE));
  }

  private static boolean empty(NodeSelectorTerm term) {
    return term.matchExpressions().isEmpty() && term.matchFields().isEmpty();
  }

  private static @Nullable NodeSelector required(PodInfo pod) {
    Affinity affinity = pod.spec().affinity();
    return affinity == null || affinity.nodeAffinity() == null
        ? null
        : affinity.nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution();
  }

  private static List<PreferredSchedulingTerm> preferred(PodInfo pod) {
    Affinity affinity = pod.spec().affinity();
    return affinity == null || affinity.nodeAffinity() == null
        ? List.of()
        : affinity.nodeAffinity().preferredDuringSchedulingIgnoredDuringExecution();
  }

  /**
   * The union over the terms of the names that each asks for; {@code null} if a term leaves the
   * name open.
   */
  private static @Nullable Set<String> namedNodes(NodeSelector selector) {
    Set<String> all = new HashSet<>();
    for (NodeSelectorTerm term : selector.nodeSelectorTerms()) {
      Set<String> names = null;
      for (NodeSelectorRequirement field : term.matchFields()) {
        if (field.key().equals("metadata.name") && field.operator().equals("In")) {
          if (names == null) {
            names = new HashSet<>(field.values());
          } else {
            names.retainAll(field.values());
          }
        }
      }
      if (names == null) {
        return null;
      }
      all.addAll(names);
    }
    return all;
  }
}
