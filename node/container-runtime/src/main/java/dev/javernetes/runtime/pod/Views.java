package dev.javernetes.runtime.pod;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerResources;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.ContainerUser;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.LinuxContainerUser;
import dev.javernetes.cri.v1.LinuxPodSandboxStatus;
import dev.javernetes.cri.v1.Namespace;
import dev.javernetes.cri.v1.PodIP;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxNetworkStatus;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.runtime.record.ContainerRecord;
import dev.javernetes.runtime.record.SandboxRecord;
import java.util.Map;

/** Records as CRI shows them. */
final class Views {
  private Views() {}

  static boolean selects(Map<String, String> selector, Map<String, String> labels) {
    return selector.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
  }

  static PodSandboxState state(SandboxRecord record) {
    return record.getReady() ? PodSandboxState.SANDBOX_READY : PodSandboxState.SANDBOX_NOTREADY;
  }

  static PodSandbox listed(SandboxRecord record) {
    return PodSandbox.newBuilder()
        .setId(record.getId())
        .setMetadata(record.getConfig().getMetadata())
        .setState(state(record))
        .setCreatedAt(record.getCreatedAt())
        .putAllLabels(record.getConfig().getLabelsMap())
        .putAllAnnotations(record.getConfig().getAnnotationsMap())
        .setRuntimeHandler(record.getRuntimeHandler())
        .build();
  }

  static PodSandboxStatus status(SandboxRecord record) {
    PodSandboxNetworkStatus.Builder network = PodSandboxNetworkStatus.newBuilder();
    if (record.getIpsCount() > 0) {
      network.setIp(record.getIps(0));
      record.getIpsList().stream()
          .skip(1)
          .forEach(ip -> network.addAdditionalIps(PodIP.newBuilder().setIp(ip)));
    }
    return PodSandboxStatus.newBuilder()
        .setId(record.getId())
        .setMetadata(record.getConfig().getMetadata())
        .setState(state(record))
        .setCreatedAt(record.getCreatedAt())
        .setNetwork(network)
        .setLinux(
            LinuxPodSandboxStatus.newBuilder()
                .setNamespaces(
                    Namespace.newBuilder()
                        .setOptions(
                            record
                                .getConfig()
                                .getLinux()
                                .getSecurityContext()
                                .getNamespaceOptions())))
        .putAllLabels(record.getConfig().getLabelsMap())
        .putAllAnnotations(record.getConfig().getAnnotationsMap())
        .setRuntimeHandler(record.getRuntimeHandler())
        .build();
  }

  static Container listed(ContainerRecord record) {
    return Container.newBuilder()
        .setId(record.getId())
        .setPodSandboxId(record.getSandboxId())
        .setMetadata(record.getConfig().getMetadata())
        .setImage(record.getConfig().getImage())
        .setImageRef(record.getImageRef())
        .setImageId(record.getImageId())
        .setState(record.getState())
        .setCreatedAt(record.getCreatedAt())
        .putAllLabels(record.getConfig().getLabelsMap())
        .putAllAnnotations(record.getConfig().getAnnotationsMap())
        .build();
  }

  static ContainerStatus status(ContainerRecord record) {
    String asked = record.getConfig().getImage().getUserSpecifiedImage();
    ImageSpec image =
        asked.isEmpty()
            ? record.getConfig().getImage()
            : record.getConfig().getImage().toBuilder().setImage(asked).build();
    return ContainerStatus.newBuilder()
        .setId(record.getId())
        .setMetadata(record.getConfig().getMetadata())
        .setState(record.getState())
        .setCreatedAt(record.getCreatedAt())
        .setStartedAt(record.getStartedAt())
        .setFinishedAt(record.getFinishedAt())
        .setExitCode(record.getExitCode())
        .setImage(image)
        .setImageRef(record.getImageRef())
        .setImageId(record.getImageId())
        .setReason(record.getReason())
        .setMessage(record.getMessage())
        .putAllLabels(record.getConfig().getLabelsMap())
        .putAllAnnotations(record.getConfig().getAnnotationsMap())
        .addAllMounts(record.getConfig().getMountsList())
        .setLogPath(record.getLogPath())
        .setResources(ContainerResources.newBuilder().setLinux(record.getResources()))
        .setUser(
            ContainerUser.newBuilder()
                .setLinux(
                    LinuxContainerUser.newBuilder()
                        .setUid(record.getUid())
                        .setGid(record.getGid())
                        .addAllSupplementalGroups(record.getGroupsList())))
        .setStopSignal(Signals.toCri(record.getStopSignal()))
        .build();
  }
}
