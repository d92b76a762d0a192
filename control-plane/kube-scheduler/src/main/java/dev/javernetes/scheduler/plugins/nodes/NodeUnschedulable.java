package dev.javernetes.scheduler.plugins.nodes;

import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.List;

/** A cordoned node takes only pods that tolerate that. */
public final class NodeUnschedulable implements Plugin.Filter {
  private static final Taint UNSCHEDULABLE =
      Taint.builder().key("node.kubernetes.io/unschedulable").effect("NoSchedule").build();

  @Override
  public String name() {
    return "NodeUnschedulable";
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    return !Boolean.TRUE.equals(node.node().spec().unschedulable())
            || Tolerations.tolerate(pod.spec().tolerations(), UNSCHEDULABLE)
        ? Status.SUCCESS
        : Status.unresolvable("node(s) were unschedulable");
  }

  @Override
  public List<WakeUp> wakeUps() {
    return List.of(
        WakeUp.on(WakeUp.Event.NODE_ADD),
        WakeUp.on(WakeUp.Event.NODE_TAINTS),
        WakeUp.on(WakeUp.Event.POD_UPDATE));
  }
}
