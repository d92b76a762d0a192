package dev.javernetes.scheduler.plugins.noderesources;

import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.HostPort;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.List;

/** A host port goes to one pod of a node. */
public final class NodePorts implements Plugin.PreFilter, Plugin.Filter {
  @Override
  public String name() {
    return "NodePorts";
  }

  @Override
  public PreFilterResult preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
    return pod.hostPorts().isEmpty() ? PreFilterResult.SKIP : PreFilterResult.ALL_NODES;
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    for (PodInfo present : node.pods()) {
      for (HostPort taken : present.hostPorts()) {
        for (HostPort wanted : pod.hostPorts()) {
          if (wanted.conflictsWith(taken)) {
            return Status.unschedulable(
                "node(s) didn't have free ports for the requested pod ports");
          }
        }
      }
    }
    return Status.SUCCESS;
  }

  @Override
  public List<WakeUp> wakeUps() {
    WakeUp.Hint frees =
        (waiting, before, after) ->
            before instanceof PodInfo gone
                && gone.hostPorts().stream()
                    .anyMatch(port -> waiting.hostPorts().stream().anyMatch(port::conflictsWith));
    return List.of(
        WakeUp.on(WakeUp.Event.NODE_ADD), WakeUp.on(WakeUp.Event.ASSIGNED_POD_DELETE, frees));
  }
}
