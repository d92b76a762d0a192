package dev.javernetes.kubelet.status;

import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.probe.ProbeVerdicts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a pod's status is computed from, beside the pod and its former status.
 *
 * @param waiting why containers that do not run wait, by container name
 * @param verdict that overrules the containers, such as an eviction
 * @param needsSandbox whether the pod has no sandbox it could start containers in
 * @param terminating no container will be started any more
 * @param runtimeName {@code containerd} makes container ids {@code containerd://…}
 * @param terminationMessages by container id
 * @param resize of the pod's resources
 */
public record StatusInputs(
    PodView view,
    ProbeVerdicts probes,
    Map<String, Waiting> waiting,
    @Nullable Verdict verdict,
    boolean needsSandbox,
    boolean terminating,
    String runtimeName,
    List<String> hostIps,
    Map<String, String> terminationMessages,
    ResizeState resize,
    Instant now) {

  public StatusInputs {
    waiting = Map.copyOf(waiting);
    hostIps = List.copyOf(hostIps);
    terminationMessages = Map.copyOf(terminationMessages);
  }

  /** Such as {@code CrashLoopBackOff}, with its message. */
  public record Waiting(String reason, String message) {}

  /**
   * The kubelet itself ends the pod: its phase is Failed, with this reason; {@code condition} adds
   * DisruptionTarget, as for an eviction.
   */
  public record Verdict(String reason, String message, @Nullable String disruptionReason) {}
}
