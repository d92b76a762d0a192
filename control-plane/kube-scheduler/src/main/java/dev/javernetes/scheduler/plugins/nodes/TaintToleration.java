package dev.javernetes.scheduler.plugins.nodes;

import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.core.v1.Toleration;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Scores;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.List;

/**
 * NoSchedule and NoExecute taints keep a pod away; each PreferNoSchedule taint that it does not
 * tolerate makes a node less liked.
 */
public final class TaintToleration implements Plugin.Filter, Plugin.PreScore, Plugin.Score {
  @Override
  public String name() {
    return "TaintToleration";
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    for (Taint taint : node.node().spec().taints()) {
      boolean repels = taint.effect().equals("NoSchedule") || taint.effect().equals("NoExecute");
      if (repels && !Tolerations.tolerate(pod.spec().tolerations(), taint)) {
        return Status.unresolvable("node(s) had untolerated taint(s)");
      }
    }
    return Status.SUCCESS;
  }

  @Override
  public Status preScore(CycleState state, PodInfo pod, List<NodeInfo> nodes) {
    state.put(
        this,
        new Preferring(
            pod.spec().tolerations().stream()
                .filter(toleration ->
                    toleration.effect().isEmpty() || toleration.effect().equals("PreferNoSchedule"))
                .toList()));
    return Status.SUCCESS;
  }

  @Override
  public long score(CycleState state, PodInfo pod, NodeInfo node) {
    List<Toleration> tolerations = state.require(this, Preferring.class).tolerations();
    return node.node().spec().taints().stream()
        .filter(taint ->
            taint.effect().equals("PreferNoSchedule") && !Tolerations.tolerate(tolerations, taint))
        .count();
  }

  @Override
  public void normalize(CycleState state, PodInfo pod, long[] scores) {
    Scores.normalize(scores, true);
  }

  @Override
  public List<WakeUp> wakeUps() {
    return List.of(
        WakeUp.on(WakeUp.Event.NODE_ADD),
        WakeUp.on(WakeUp.Event.NODE_TAINTS),
        WakeUp.on(WakeUp.Event.POD_UPDATE));
  }

  private record Preferring(List<Toleration> tolerations) {}
}
