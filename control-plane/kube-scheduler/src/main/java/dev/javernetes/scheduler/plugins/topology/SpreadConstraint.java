package dev.javernetes.scheduler.plugins.topology;

import dev.javernetes.api.model.core.v1.TopologySpreadConstraint;
import dev.javernetes.api.model.meta.v1.LabelSelector;
import dev.javernetes.api.model.meta.v1.LabelSelectorRequirement;
import dev.javernetes.scheduler.framework.LabelMatcher;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.plugins.nodeaffinity.NodeSelectors;
import dev.javernetes.scheduler.plugins.nodes.Tolerations;
import java.util.ArrayList;
import java.util.List;

/** A topology spread constraint of one pod, ready to be asked. */
record SpreadConstraint(
    String topologyKey,
    int maxSkew,
    int minDomains,
    LabelMatcher selector,
    boolean honorAffinity,
    boolean honorTaints) {

  /** Those of the pod's own constraints that say {@code whenUnsatisfiable}. */
  static List<SpreadConstraint> of(PodInfo pod, String whenUnsatisfiable) {
    List<SpreadConstraint> found = new ArrayList<>();
    for (TopologySpreadConstraint constraint : pod.spec().topologySpreadConstraints()) {
      if (constraint.whenUnsatisfiable().equals(whenUnsatisfiable)) {
        found.add(of(pod, constraint));
      }
    }
    return found;
  }

  private static SpreadConstraint of(PodInfo pod, TopologySpreadConstraint constraint) {
    LabelSelector selector = constraint.labelSelector();
    if (!constraint.matchLabelKeys().isEmpty() && selector != null) {
      List<LabelSelectorRequirement> all = new ArrayList<>(selector.matchExpressions());
      for (String key : constraint.matchLabelKeys()) {
        String value = pod.labels().get(key);
        if (value != null) {
          all.add(
              LabelSelectorRequirement.builder()
                  .key(key)
                  .operator("In")
                  .values(List.of(value))
                  .build());
        }
      }
      selector = selector.toBuilder().matchExpressions(all).build();
    }
    return new SpreadConstraint(
        constraint.topologyKey(),
        constraint.maxSkew() == null ? 1 : constraint.maxSkew(),
        constraint.minDomains() == null ? 1 : constraint.minDomains(),
        LabelMatcher.of(selector),
        !constraint.nodeAffinityPolicy().equals("Ignore"),
        constraint.nodeTaintsPolicy().equals("Honor"));
  }

  /** Whether the node's pods count, given what the waiting pod may use at all (KEP-3094). */
  boolean counts(PodInfo pod, NodeInfo node) {
    if (honorAffinity && !NodeSelectors.required(pod.spec(), node.node())) {
      return false;
    }
    return !honorTaints
        || node.node().spec().taints().stream()
            .filter(
                taint -> taint.effect().equals("NoSchedule") || taint.effect().equals("NoExecute"))
            .allMatch(taint -> Tolerations.tolerate(pod.spec().tolerations(), taint));
  }

  int matching(PodInfo waiting, NodeInfo node) {
    int count = 0;
    for (PodInfo present : node.pods()) {
      if (!present.terminating()
          && present.namespace().equals(waiting.namespace())
          && selector.matches(present.labels())) {
        count++;
      }
    }
    return count;
  }
}
