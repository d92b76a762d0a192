package dev.javernetes.kubelet.simulated;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.cri.v1.ContainerMetadata;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.PodSandboxNetworkStatus;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.probe.ProbeVerdict;
import dev.javernetes.kubelet.status.PodStatusComputation;
import dev.javernetes.kubelet.status.ResizeState;
import dev.javernetes.kubelet.status.StatusInputs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The status of a pod whose containers all run, by the same computation as a real node's: init
 * containers have ended with 0, probes have succeeded. Pure.
 */
final class SimulatedPodStatus {
  private SimulatedPodStatus() {}

  static PodStatus running(Pod pod, String podIp, String hostIp, Instant now) {
    long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    String sandboxId = id(pod, "");
    PodSandboxStatus sandbox =
        PodSandboxStatus.newBuilder()
            .setId(sandboxId)
            .setState(PodSandboxState.SANDBOX_READY)
            .setCreatedAt(nanos)
            .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp(podIp))
            .build();
    List<ContainerView> views = new ArrayList<>();
    PodContainers.init(pod)
        .forEach(container ->
            views.add(
                view(
                    pod,
                    sandboxId,
                    container.name(),
                    container.image(),
                    nanos,
                    !PodContainers.isSidecar(container))));
    PodContainers.regular(pod)
        .forEach(container ->
            views.add(view(pod, sandboxId, container.name(), container.image(), nanos, false)));
    StatusInputs inputs =
        new StatusInputs(
            new PodView(pod.metadata().uid(), List.of(sandbox), views),
            (kind, containerId) -> ProbeVerdict.SUCCESS,
            Map.of(),
            null,
            false,
            false,
            "simulated",
            List.of(hostIp),
            Map.of(),
            ResizeState.NONE,
            now);
    return PodStatusComputation.of(pod, pod.status(), inputs);
  }

  private static ContainerView view(
      Pod pod, String sandboxId, String name, String image, long nanos, boolean ended) {
    ContainerStatus.Builder status =
        ContainerStatus.newBuilder()
            .setId(id(pod, name))
            .setMetadata(ContainerMetadata.newBuilder().setName(name))
            .setState(ended ? ContainerState.CONTAINER_EXITED : ContainerState.CONTAINER_RUNNING)
            .setCreatedAt(nanos)
            .setStartedAt(nanos)
            .setImage(ImageSpec.newBuilder().setImage(image))
            .setImageRef(image);
    if (ended) {
      status.setFinishedAt(nanos).setReason("Completed");
    }
    return new ContainerView(sandboxId, status.build());
  }

  /** The same for the same pod and container, in the shape of a real one. */
  private static String id(Pod pod, String name) {
    byte[] seed =
        (pod.metadata().uid() + "/" + name).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    String half = UUID.nameUUIDFromBytes(seed).toString().replace("-", "");
    return half + half;
  }
}
