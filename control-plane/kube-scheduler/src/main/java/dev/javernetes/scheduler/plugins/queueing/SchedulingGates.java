package dev.javernetes.scheduler.plugins.queueing;

import dev.javernetes.api.model.core.v1.PodSchedulingGate;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.List;

/** Keeps a pod out of the queue while {@code spec.schedulingGates} holds a name (KEP-3521). */
public final class SchedulingGates implements Plugin.PreEnqueue {
  @Override
  public String name() {
    return "SchedulingGates";
  }

  @Override
  public Status preEnqueue(PodInfo pod) {
    List<PodSchedulingGate> gates = pod.spec().schedulingGates();
    if (gates.isEmpty()) {
      return Status.SUCCESS;
    }
    String names = String.join(" ", gates.stream().map(PodSchedulingGate::name).toList());
    return Status.unresolvable("waiting for scheduling gates: [" + names + "]");
  }

  @Override
  public List<WakeUp> wakeUps() {
    return List.of(WakeUp.on(WakeUp.Event.POD_UPDATE));
  }
}
