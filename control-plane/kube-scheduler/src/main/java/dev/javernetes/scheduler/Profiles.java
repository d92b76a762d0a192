package dev.javernetes.scheduler;

import dev.javernetes.api.model.policy.v1.PodDisruptionBudget;
import dev.javernetes.scheduler.framework.AffinityTerm;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Profile;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.plugins.nodeaffinity.NodeAffinity;
import dev.javernetes.scheduler.plugins.noderesources.ImageLocality;
import dev.javernetes.scheduler.plugins.noderesources.NodePorts;
import dev.javernetes.scheduler.plugins.noderesources.NodeResourcesBalancedAllocation;
import dev.javernetes.scheduler.plugins.noderesources.NodeResourcesFit;
import dev.javernetes.scheduler.plugins.nodes.NodeName;
import dev.javernetes.scheduler.plugins.nodes.NodeUnschedulable;
import dev.javernetes.scheduler.plugins.nodes.TaintToleration;
import dev.javernetes.scheduler.plugins.preemption.DefaultPreemption;
import dev.javernetes.scheduler.plugins.queueing.PrioritySort;
import dev.javernetes.scheduler.plugins.queueing.SchedulingGates;
import dev.javernetes.scheduler.plugins.topology.InterPodAffinity;
import dev.javernetes.scheduler.plugins.topology.PodTopologySpread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The default profile: upstream's plug-ins, order and weights. */
final class Profiles {
  private static final Map<String, Integer> WEIGHTS =
      Map.of(
          "TaintToleration", 3, "NodeAffinity", 2, "PodTopologySpread", 2, "InterPodAffinity", 2);

  private Profiles() {}

  /** What plug-ins need from outside the framework. */
  record Ports(
      AffinityTerm.NamespaceLabels namespaceLabels,
      Supplier<List<PodDisruptionBudget>> budgets,
      DefaultPreemption.Evictions evictions,
      Plugin.Bind binder) {}

  static Profile standard(String schedulerName, Ports ports) {
    List<Plugin> filters =
        List.of(
            new PrioritySort(),
            new SchedulingGates(),
            new NodeUnschedulable(),
            new NodeName(),
            new TaintToleration(),
            new NodeAffinity(),
            new NodePorts(),
            new NodeResourcesFit(NodeResourcesFit.Strategy.LEAST_ALLOCATED),
            new PodTopologySpread(),
            new InterPodAffinity(ports.namespaceLabels()),
            new NodeResourcesBalancedAllocation(),
            new ImageLocality(),
            ports.binder());
    Profile withoutPreemption = new Profile(schedulerName, filters, WEIGHTS);
    List<Plugin> all = new ArrayList<>(filters);
    all.add(
        new DefaultPreemption(
            (pod, snapshot, changed) -> fits(withoutPreemption, pod, snapshot, changed),
            ports.budgets(),
            ports.evictions()));
    return new Profile(schedulerName, all, WEIGHTS);
  }

  /**
   * A cycle of its own for each try: what preFilter counted over other nodes must not see the pods
   * that were taken away.
   */
  private static boolean fits(Profile profile, PodInfo pod, Snapshot snapshot, NodeInfo changed) {
    CycleState state = new CycleState();
    return profile.preFilter(state, pod, snapshot.with(changed)).status().isSuccess()
        && profile.filter(state, pod, changed).isSuccess();
  }
}
