package dev.javernetes.scheduler.plugins.nodes;

import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.List;

/** A pod that names its node runs there or nowhere. */
public final class NodeName implements Plugin.Filter {
  @Override
  public String name() {
    return "NodeName";
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    String wanted = pod.spec().nodeName();
    return wanted.isEmpty() || wanted.equals(node.name())
        ? Status.SUCCESS
        : Status.unresolvable("node(s) didn't match the requested node name");
  }

  @Override
  public List<WakeUp> wakeUps() {
    return List.of(WakeUp.on(WakeUp.Event.NODE_ADD));
  }
}
