package dev.javernetes.kubelet.status;

import dev.javernetes.api.model.core.v1.ContainerStatus;
import dev.javernetes.api.model.core.v1.HostIP;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodIP;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.container.Resources;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A pod's status from what runs, what was said before, and what the kubelet decided: pure.
 *
 * <p>Worked example: container {@code web} runs and has no readiness probe. Then its status is
 * running, started and ready; the phase Running; Ready and ContainersReady True since now, if they
 * were False before.
 */
public final class PodStatusComputation {

  private PodStatusComputation() {}

  /** {@code former} is the status computed last, or the API's for a pod seen for the first time. */
  public static PodStatus of(Pod pod, PodStatus former, StatusInputs inputs) {
    boolean hasInit = !PodContainers.init(pod).isEmpty();
    ContainerStatuses statuses = new ContainerStatuses(inputs, hasInit);
    List<ContainerStatus> init =
        statuses.of(
            PodContainers.init(pod), former.initContainerStatuses(), ContainerStatuses.Role.INIT);
    List<ContainerStatus> regular =
        statuses.of(
            PodContainers.regular(pod), former.containerStatuses(), ContainerStatuses.Role.REGULAR);
    List<ContainerStatus> ephemeral =
        statuses.of(
            PodContainers.ephemeral(pod),
            former.ephemeralContainerStatuses(),
            ContainerStatuses.Role.EPHEMERAL);
    Verdict verdict = inputs.verdict();
    String phase =
        verdict != null ? PodPhase.FAILED : PodPhase.of(pod, init, regular, inputs.terminating());
    if (PodPhase.terminal(former.phase())) {
      phase = former.phase(); // never back from an end
    } else if (PodPhase.terminal(phase) && inputs.view().active() && inputs.terminating()) {
      // The end is told when the last container has stopped, so that nobody replaces it too early.
      phase = former.phase().isEmpty() ? PodPhase.RUNNING : former.phase();
      if (phase.equals(PodPhase.PENDING) && !inputs.view().running().isEmpty()) {
        phase = PodPhase.RUNNING;
      }
    }
    boolean told = verdict != null && PodPhase.terminal(phase);
    PodStatus.Builder status =
        PodStatus.builder()
            .phase(phase)
            .reason(
                told && verdict != null ? verdict.reason() : kept(former.reason(), former, phase))
            .message(
                told && verdict != null ? verdict.message() : kept(former.message(), former, phase))
            .initContainerStatuses(init)
            .containerStatuses(regular)
            .ephemeralContainerStatuses(ephemeral)
            .qosClass(former.qosClass().isEmpty() ? Resources.qos(pod).text() : former.qosClass())
            .nominatedNodeName(former.nominatedNodeName())
            .resize(former.resize())
            .resourceClaimStatuses(former.resourceClaimStatuses())
            .startTime(
                former.startTime() == null
                    ? inputs.now().truncatedTo(ChronoUnit.SECONDS)
                    : former.startTime());
    if (pod.metadata().generation() != null) {
      status.observedGeneration(pod.metadata().generation());
    }
    addAddresses(status, pod, former, inputs);
    String disruption = verdict == null ? null : verdict.disruptionReason();
    status.conditions(
        new PodConditions(
                pod, former.conditions(), phase, inputs.now().truncatedTo(ChronoUnit.SECONDS))
            .of(
                init,
                regular,
                !inputs.needsSandbox(),
                disruption,
                verdict == null ? "" : verdict.message(),
                inputs.resize()));
    return status.build();
  }

  public static boolean terminal(PodStatus status) {
    return PodPhase.terminal(status.phase());
  }

  private static String kept(String text, PodStatus former, String phase) {
    return PodPhase.terminal(former.phase()) && former.phase().equals(phase) ? text : "";
  }

  private static void addAddresses(
      PodStatus.Builder status, Pod pod, PodStatus former, StatusInputs inputs) {
    if (!inputs.hostIps().isEmpty()) {
      status
          .hostIP(inputs.hostIps().getFirst())
          .hostIPs(inputs.hostIps().stream().map(ip -> HostIP.builder().ip(ip).build()).toList());
    }
    List<String> ips = inputs.view().ips();
    if (Boolean.TRUE.equals(pod.spec().hostNetwork())) {
      ips = inputs.hostIps();
    }
    if (ips.isEmpty()) {
      status.podIP(former.podIP()).podIPs(former.podIPs());
      return;
    }
    status
        .podIP(ips.getFirst())
        .podIPs(ips.stream().map(ip -> PodIP.builder().ip(ip).build()).toList());
  }
}
