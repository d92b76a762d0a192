package dev.javernetes.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.kubelet.Pods;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.probe.ProbeKind;
import dev.javernetes.kubelet.probe.ProbeVerdict;
import dev.javernetes.kubelet.probe.ProbeVerdicts;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PodPlanTest {
  private static final Pod ALWAYS =
      Pods.pod(
          "{'restartPolicy':'Always','containers':[{'name':'a','image':'i'},{'name':'b','image':'i'}]}");
  private static final Pod ON_FAILURE =
      Pods.pod(
          "{'restartPolicy':'OnFailure','containers':[{'name':'a','image':'i'},{'name':'b','image':'i'}]}");
  private static final Pod NEVER =
      Pods.pod(
          "{'restartPolicy':'Never','containers':[{'name':'a','image':'i'},{'name':'b','image':'i'}]}");
  private static final Pod INIT =
      Pods.pod(
          "{'restartPolicy':'Never','initContainers':[{'name':'i1','image':'i'},{'name':'i2','image':'i'}],"
              + "'containers':[{'name':'a','image':'i'}]}");
  private static final Pod SIDECAR =
      Pods.pod(
          "{'restartPolicy':'Never','initContainers':[{'name':'side','image':'i','restartPolicy':'Always',"
              + "'startupProbe':{'exec':{'command':['x']}}},{'name':'i2','image':'i'}],"
              + "'containers':[{'name':'a','image':'i'}]}");

  @Test
  void aNewPodGetsASandboxAndAllItsContainers() {
    assertThat(plan(ALWAYS, PodView.empty("u1")))
        .containsExactly("sandbox 0", "start a", "start b");
  }

  @Test
  void aRunningPodIsLeftAlone() {
    assertThat(plan(ALWAYS, new Pods.View().sandbox(true).running("a").running("b").build()))
        .isEmpty();
  }

  @Test
  void whatDiesIsStartedAgainAsThePolicySays() {
    PodView view = new Pods.View().sandbox(true).exited("a", 0).exited("b", 1).build();
    assertThat(plan(ALWAYS, view)).containsExactly("start a", "start b");
    assertThat(plan(ON_FAILURE, view)).containsExactly("start b");
    assertThat(plan(NEVER, view)).containsExactly("stop pod");
  }

  @Test
  void aDeadSandboxIsReplacedWithWhatMayStillRun() {
    PodView view = new Pods.View().sandbox(false).exited("a", 0).exited("b", 1).build();
    assertThat(plan(ALWAYS, view))
        .containsExactly("stop pod, anew", "sandbox 1", "start a", "start b");
    assertThat(plan(ON_FAILURE, view)).containsExactly("stop pod, anew", "sandbox 1", "start b");
    assertThat(plan(NEVER, view)).isEmpty();
  }

  @Test
  void initContainersRunOneAfterTheOther() {
    assertThat(plan(INIT, PodView.empty("u1"))).containsExactly("sandbox 0", "start i1");
    assertThat(plan(INIT, new Pods.View().sandbox(true).running("i1").build())).isEmpty();
    assertThat(plan(INIT, new Pods.View().sandbox(true).exited("i1", 0).build()))
        .containsExactly("start i2");
    assertThat(plan(INIT, new Pods.View().sandbox(true).exited("i1", 0).exited("i2", 0).build()))
        .containsExactly("start a");
    assertThat(plan(INIT, new Pods.View().sandbox(true).exited("i1", 2).build()))
        .containsExactly("stop pod");
  }

  @Test
  void collectedInitContainersAreNotRunAgain() {
    assertThat(plan(INIT, new Pods.View().sandbox(true).exited("i2", 0).build()))
        .containsExactly("start a");
    assertThat(plan(INIT, new Pods.View().sandbox(true).running("a").build())).isEmpty();
  }

  @Test
  void aSidecarHoldsBackTheNextUntilItHasStartedUp() {
    PodView view = new Pods.View().sandbox(true).running("side").build();
    assertThat(plan(SIDECAR, view)).isEmpty();
    assertThat(plan(SIDECAR, view, ProbeKind.STARTUP, ProbeVerdict.SUCCESS))
        .containsExactly("start i2");
    assertThat(plan(SIDECAR, view, ProbeKind.STARTUP, ProbeVerdict.FAILURE))
        .containsExactly("kill side: Init container side failed startup probe", "start side");
  }

  @Test
  void aSidecarThatDiesIsStartedAgainWhilePodRuns() {
    PodView view =
        new Pods.View().sandbox(true).exited("side", 1).exited("i2", 0).running("a").build();
    assertThat(plan(SIDECAR, view)).containsExactly("start side");
  }

  @Test
  void anUnhealthyContainerIsKilledAndStartedAgain() {
    PodView view = new Pods.View().sandbox(true).running("a").running("b").build();
    assertThat(plan(ALWAYS, view, ProbeKind.LIVENESS, ProbeVerdict.FAILURE))
        .containsExactly(
            "kill a: Container a failed liveness probe, will be restarted",
            "kill b: Container b failed liveness probe, will be restarted",
            "start a",
            "start b");
    assertThat(plan(NEVER, view, ProbeKind.LIVENESS, ProbeVerdict.FAILURE))
        .containsExactly(
            "kill a: Container a failed liveness probe",
            "kill b: Container b failed liveness probe");
  }

  @Test
  void ephemeralContainersAreStartedOnceAndNeverAgain() {
    Pod pod =
        Pods.pod(
            "{'restartPolicy':'Always','containers':[{'name':'a','image':'i'}],"
                + "'ephemeralContainers':[{'name':'debug','image':'i','targetContainerName':'a'}]}");
    assertThat(plan(pod, new Pods.View().sandbox(true).running("a").build()))
        .containsExactly("start debug");
    assertThat(plan(pod, new Pods.View().sandbox(true).running("a").exited("debug", 1).build()))
        .isEmpty();
  }

  @Test
  void aContainersOwnRulesComeFirst() {
    Pod pod =
        Pods.pod(
            "{'restartPolicy':'Never','containers':[{'name':'a','image':'i','restartPolicy':'Never',"
                + "'restartPolicyRules':[{'action':'Restart','exitCodes':{'operator':'In','values':[42]}}]}]}");
    assertThat(plan(pod, new Pods.View().sandbox(true).exited("a", 42).build()))
        .containsExactly("start a");
    assertThat(plan(pod, new Pods.View().sandbox(true).exited("a", 1).build()))
        .containsExactly("stop pod");
  }

  private static List<String> plan(Pod pod, PodView view) {
    return texts(PodPlan.of(pod, view, ProbeVerdicts.NONE));
  }

  private static List<String> plan(Pod pod, PodView view, ProbeKind kind, ProbeVerdict verdict) {
    return texts(
        PodPlan.of(pod, view, (asked, id) -> asked == kind ? verdict : ProbeVerdict.UNKNOWN));
  }

  private static List<String> texts(List<PodAction> actions) {
    return actions.stream()
        .map(action ->
            switch (action) {
              case PodAction.StopPod(boolean anew) -> anew ? "stop pod, anew" : "stop pod";
              case PodAction.KillContainer kill ->
                  "kill " + kill.container().name() + ": " + kill.message();
              case PodAction.CreateSandbox(int attempt) -> "sandbox " + attempt;
              case PodAction.StartContainer start -> "start " + start.container().name();
            })
        .toList();
  }
}
