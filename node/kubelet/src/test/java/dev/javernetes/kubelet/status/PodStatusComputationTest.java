package dev.javernetes.kubelet.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.kubelet.Pods;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.probe.ProbeVerdict;
import dev.javernetes.kubelet.probe.ProbeVerdicts;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import dev.javernetes.kubelet.status.StatusInputs.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PodStatusComputationTest {
  private static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");
  private static final Pod WEB =
      Pods.pod(
          "{'restartPolicy':'Always','containers':[{'name':'a','image':'i'},{'name':'b','image':'i'}]}");

  @Test
  void phasesFollowTheContainers() {
    assertThat(phase("Always", new Pods.View())).isEqualTo("Pending");
    assertThat(phase("Always", view().running("a"))).isEqualTo("Pending");
    assertThat(phase("Always", view().running("a").running("b"))).isEqualTo("Running");
    assertThat(phase("Always", view().exited("a", 1).exited("b", 0))).isEqualTo("Running");
    assertThat(phase("OnFailure", view().exited("a", 1).exited("b", 0))).isEqualTo("Running");
    assertThat(phase("OnFailure", view().exited("a", 0).exited("b", 0))).isEqualTo("Succeeded");
    assertThat(phase("Never", view().exited("a", 1).exited("b", 0))).isEqualTo("Failed");
    assertThat(phase("Never", view().exited("a", 1).running("b"))).isEqualTo("Running");
  }

  @Test
  void initContainersKeepThePodPending() {
    Pod pod =
        Pods.pod(
            "{'restartPolicy':'Always','initContainers':[{'name':'i1','image':'i'}],'containers':[{'name':'a','image':'i'}]}");
    PodStatus status = compute(pod, view().running("i1").build());
    assertThat(status.phase()).isEqualTo("Pending");
    assertThat(condition(status, "Initialized"))
        .isEqualTo("False ContainersNotInitialized containers with incomplete status: [i1]");
    assertThat(waiting(status)).isEqualTo("PodInitializing");
    status = compute(pod, view().exited("i1", 0).running("a").build());
    assertThat(status.phase()).isEqualTo("Running");
    assertThat(condition(status, "Initialized")).isEqualTo("True  ");
    assertThat(condition(status, "Ready")).isEqualTo("True  ");
  }

  @Test
  void conditionsSayWhatIsMissing() {
    PodStatus status = compute(WEB, view().running("a").exited("b", 1).build());
    assertThat(condition(status, "Ready"))
        .isEqualTo("False ContainersNotReady containers with unready status: [b]");
    assertThat(condition(status, "PodReadyToStartContainers")).isEqualTo("True  ");
    assertThat(condition(status, "PodScheduled")).isEqualTo("True  ");
  }

  @Test
  void readinessGatesCount() {
    Pod pod =
        Pods.pod(
            "{'restartPolicy':'Always','readinessGates':[{'conditionType':'example.com/lb'}],'containers':[{'name':'a','image':'i'}]}");
    assertThat(condition(compute(pod, view().running("a").build()), "Ready"))
        .isEqualTo(
            "False ReadinessGatesNotReady corresponding condition of pod readiness gate"
                + " \"example.com/lb\" does not exist.");
  }

  @Test
  void aWaitingContainerShowsWhyAndWhatItDiedOf() {
    StatusInputs inputs =
        inputs(
            view().running("a").exited("b", 7).build(),
            Map.of("b", new Waiting("CrashLoopBackOff", "back-off 10s")),
            null,
            ProbeVerdicts.NONE);
    PodStatus status = PodStatusComputation.of(WEB, WEB.status(), inputs);
    var b = status.containerStatuses().get(1).toJson();
    assertThat(b.at("state", "waiting", "reason")).isEqualTo("CrashLoopBackOff");
    assertThat(b.at("lastState", "terminated", "exitCode")).isEqualTo(7L);
    assertThat(status.phase()).isEqualTo("Running");
  }

  @Test
  void aVerdictFailsThePodForGood() {
    StatusInputs evicted =
        inputs(
            view().exited("a", 137).exited("b", 137).build(),
            Map.of(),
            new Verdict(
                "Evicted", "The node was low on resource: memory. ", "TerminationByKubelet"),
            ProbeVerdicts.NONE);
    PodStatus status = PodStatusComputation.of(WEB, WEB.status(), evicted);
    assertThat(status.phase()).isEqualTo("Failed");
    assertThat(status.reason()).isEqualTo("Evicted");
    assertThat(condition(status, "DisruptionTarget")).startsWith("True TerminationByKubelet");
    assertThat(condition(status, "Ready")).isEqualTo("False PodFailed ");
    PodStatus later =
        PodStatusComputation.of(
            WEB, status, inputs(PodView.empty("u1"), Map.of(), null, ProbeVerdicts.NONE));
    assertThat(later.phase()).isEqualTo("Failed");
    assertThat(later.reason()).isEqualTo("Evicted");
  }

  @Test
  void transitionTimesStandUntilTheStatusChanges() {
    PodStatus first = compute(WEB, view().running("a").running("b").build());
    StatusInputs later =
        new StatusInputs(
            view().running("a").exited("b", 1).build(),
            ProbeVerdicts.NONE,
            Map.of(),
            null,
            false,
            false,
            "test",
            List.of("192.0.2.1"),
            Map.of(),
            ResizeState.NONE,
            NOW.plusSeconds(60));
    PodStatus second = PodStatusComputation.of(WEB, first, later);
    assertThat(time(second, "Initialized")).isEqualTo(NOW);
    assertThat(time(second, "Ready")).isEqualTo(NOW.plusSeconds(60));
    assertThat(second.startTime()).isEqualTo(NOW);
  }

  @Test
  void probesDecideReadiness() {
    Pod pod =
        Pods.pod(
            "{'restartPolicy':'Always','containers':[{'name':'a','image':'i','readinessProbe':{'exec':{'command':['x']}}}]}");
    PodView view = view().running("a").build();
    assertThat(condition(compute(pod, view), "Ready")).startsWith("False ContainersNotReady");
    PodStatus ready =
        PodStatusComputation.of(
            pod, pod.status(), inputs(view, Map.of(), null, (kind, id) -> ProbeVerdict.SUCCESS));
    assertThat(condition(ready, "Ready")).isEqualTo("True  ");
  }

  @Test
  void patchesHoldOnlyWhatChanged() {
    PodStatus first = compute(WEB, view().running("a").running("b").build());
    assertThat(StatusPatch.between("u1", first, first)).isNull();
    PodStatus second =
        PodStatusComputation.of(
            WEB,
            first,
            inputs(view().running("a").exited("b", 1).build(), Map.of(), null, ProbeVerdicts.NONE));
    var patch = Objects.requireNonNull(StatusPatch.between("u1", first, second));
    assertThat(patch.objectOrEmpty("status").keySet())
        .containsExactlyInAnyOrder("containerStatuses", "conditions");
    assertThat(patch.objectOrEmpty("metadata").string("uid")).isEqualTo("u1");
    assertThat(patch.objectOrEmpty("status").objects("conditions"))
        .extracting(c -> c.string("type"))
        .containsExactly("Ready", "ContainersReady");
  }

  private static Pods.View view() {
    return new Pods.View().sandbox(true);
  }

  private static String phase(String policy, Pods.View view) {
    Pod pod = WEB.toBuilder().spec(WEB.spec().toBuilder().restartPolicy(policy).build()).build();
    return compute(pod, view.build()).phase();
  }

  private static PodStatus compute(Pod pod, PodView view) {
    return PodStatusComputation.of(
        pod, pod.status(), inputs(view, Map.of(), null, ProbeVerdicts.NONE));
  }

  private static StatusInputs inputs(
      PodView view, Map<String, Waiting> waiting, @Nullable Verdict verdict, ProbeVerdicts probes) {
    return new StatusInputs(
        view,
        probes,
        waiting,
        verdict,
        false,
        false,
        "test",
        List.of("192.0.2.1"),
        Map.of(),
        ResizeState.NONE,
        NOW);
  }

  private static String condition(PodStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .map(c -> c.status() + " " + c.reason() + " " + c.message())
        .findFirst()
        .orElse("none");
  }

  private static @Nullable Instant time(PodStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow()
        .lastTransitionTime();
  }

  private static String waiting(PodStatus status) {
    var state = status.containerStatuses().getFirst().state();
    return state == null || state.waiting() == null ? "" : state.waiting().reason();
  }
}
