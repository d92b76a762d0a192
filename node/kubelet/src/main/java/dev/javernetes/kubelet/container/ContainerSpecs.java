package dev.javernetes.kubelet.container;

import com.google.protobuf.ByteString;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerPort;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Sysctl;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerMetadata;
import dev.javernetes.cri.v1.DNSConfig;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.KeyValue;
import dev.javernetes.cri.v1.LinuxContainerConfig;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.LinuxPodSandboxConfig;
import dev.javernetes.cri.v1.Mount;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxMetadata;
import dev.javernetes.cri.v1.PortMapping;
import dev.javernetes.cri.v1.Protocol;
import dev.javernetes.cri.v1.Signal;
import dev.javernetes.kubelet.cri.CriLabels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod and its containers in CRI's words. Pure: all that is not in the pod comes in {@link
 * SandboxInputs} and {@link ContainerInputs}.
 */
public final class ContainerSpecs {

  private ContainerSpecs() {}

  /** What a sandbox needs beside the pod. {@code cgroupParent} "" leaves it to the runtime. */
  public record SandboxInputs(
      String hostname,
      String logDirectory,
      DNSConfig dns,
      String cgroupParent,
      LinuxContainerResources overhead,
      LinuxContainerResources resources) {}

  public static PodSandboxConfig sandbox(Pod pod, int attempt, SandboxInputs inputs) {
    PodSandboxConfig.Builder config =
        PodSandboxConfig.newBuilder()
            .setMetadata(
                PodSandboxMetadata.newBuilder()
                    .setName(pod.metadata().name())
                    .setNamespace(pod.metadata().namespace())
                    .setUid(pod.metadata().uid())
                    .setAttempt(attempt))
            .setLogDirectory(inputs.logDirectory())
            .setDnsConfig(inputs.dns())
            .putAllLabels(pod.metadata().labels())
            .putAllLabels(podLabels(pod))
            .putAllAnnotations(pod.metadata().annotations());
    if (!Boolean.TRUE.equals(pod.spec().hostNetwork())) {
      config.setHostname(inputs.hostname());
    }
    for (Container container : PodContainers.all(pod)) {
      for (ContainerPort port : container.ports()) {
        if (port.hostPort() != null
            && port.hostPort() > 0
            && !Boolean.TRUE.equals(pod.spec().hostNetwork())) {
          config.addPortMappings(portMapping(port));
        }
      }
    }
    LinuxPodSandboxConfig.Builder linux =
        LinuxPodSandboxConfig.newBuilder()
            .setCgroupParent(inputs.cgroupParent())
            .setSecurityContext(SecurityContexts.sandbox(pod))
            .setOverhead(inputs.overhead())
            .setResources(inputs.resources());
    if (pod.spec().securityContext() != null) {
      for (Sysctl sysctl : pod.spec().securityContext().sysctls()) {
        linux.putSysctls(sysctl.name().replace('/', '.'), sysctl.value());
      }
    }
    return config.setLinux(linux).build();
  }

  /** What a container needs beside the pod. */
  public record ContainerInputs(
      int restartCount,
      String imageRef,
      @Nullable Image image,
      Map<String, String> environment,
      List<Mount> mounts,
      LinuxContainerResources resources,
      @Nullable String targetContainerId,
      List<Long> volumeGroups,
      boolean seccompByDefault) {}

  public static ContainerConfig container(Pod pod, Container container, ContainerInputs inputs)
      throws ContainerConfigException {
    Map<String, String> environment = inputs.environment();
    ContainerConfig.Builder config =
        ContainerConfig.newBuilder()
            .setMetadata(
                ContainerMetadata.newBuilder()
                    .setName(container.name())
                    .setAttempt(inputs.restartCount()))
            .setImage(
                ImageSpec.newBuilder()
                    .setImage(inputs.imageRef())
                    .setUserSpecifiedImage(container.image()))
            .setWorkingDir(container.workingDir())
            .putAllLabels(podLabels(pod))
            .putLabels(CriLabels.CONTAINER_NAME, container.name())
            .putAllAnnotations(annotations(pod, container, inputs.restartCount()))
            .setLogPath(logPath(container.name(), inputs.restartCount()))
            .setStdin(Boolean.TRUE.equals(container.stdin()))
            .setStdinOnce(Boolean.TRUE.equals(container.stdinOnce()))
            .setTty(Boolean.TRUE.equals(container.tty()))
            .addAllMounts(inputs.mounts())
            .setStopSignal(stopSignal(container));
    for (String word : container.command()) {
      config.addCommand(Expansion.expand(word, environment::get));
    }
    for (String word : container.args()) {
      config.addArgs(Expansion.expand(word, environment::get));
    }
    environment.forEach((name, value) ->
        config.addEnvs(
            KeyValue.newBuilder().setKey(name).setValue(ByteString.copyFromUtf8(value))));
    config.setLinux(
        LinuxContainerConfig.newBuilder()
            .setResources(inputs.resources())
            .setSecurityContext(
                SecurityContexts.of(
                    pod,
                    container,
                    inputs.image(),
                    inputs.targetContainerId(),
                    inputs.volumeGroups(),
                    inputs.seccompByDefault())));
    return config.build();
  }

  /** {@code web/0.log} under the sandbox's log directory. */
  public static String logPath(String containerName, int restartCount) {
    return containerName + "/" + restartCount + ".log";
  }

  /** {@code default_web-0_7f…}, the pod's directory under {@code /var/log/pods}. */
  public static String logDirectoryName(Pod pod) {
    return pod.metadata().namespace() + "_" + pod.metadata().name() + "_" + pod.metadata().uid();
  }

  private static Map<String, String> podLabels(Pod pod) {
    return Map.of(
        CriLabels.POD_NAME, pod.metadata().name(),
        CriLabels.POD_NAMESPACE, pod.metadata().namespace(),
        CriLabels.POD_UID, pod.metadata().uid());
  }

  private static Map<String, String> annotations(Pod pod, Container container, int restartCount) {
    Map<String, String> annotations = new HashMap<>();
    annotations.put(CriLabels.CONTAINER_HASH, PodContainers.hash(container));
    annotations.put(CriLabels.CONTAINER_RESTART_COUNT, Integer.toString(restartCount));
    annotations.put(CriLabels.TERMINATION_MESSAGE_PATH, container.terminationMessagePath());
    annotations.put(CriLabels.TERMINATION_MESSAGE_POLICY, container.terminationMessagePolicy());
    Long grace = pod.spec().terminationGracePeriodSeconds();
    if (grace != null) {
      annotations.put(CriLabels.POD_TERMINATION_GRACE_PERIOD, grace.toString());
    }
    if (container.lifecycle() != null && container.lifecycle().preStop() != null) {
      annotations.put(
          CriLabels.CONTAINER_PRE_STOP_HANDLER,
          Json.text(container.lifecycle().preStop().toJson()));
    }
    if (!container.ports().isEmpty()) {
      annotations.put(
          CriLabels.CONTAINER_PORTS,
          Json.text(container.ports().stream().map(ContainerPort::toJson).toList()));
    }
    return annotations;
  }

  private static Signal stopSignal(Container container) {
    if (container.lifecycle() == null) {
      return Signal.RUNTIME_DEFAULT;
    }
    String signal = container.lifecycle().stopSignal();
    return signal == null || signal.isEmpty()
        ? Signal.RUNTIME_DEFAULT
        : Signal.valueOf(signal.replace("+", "PLUS").replace("-", "MINUS"));
  }

  private static PortMapping portMapping(ContainerPort port) {
    Protocol protocol =
        switch (port.protocol()) {
          case "UDP" -> Protocol.UDP;
          case "SCTP" -> Protocol.SCTP;
          default -> Protocol.TCP;
        };
    PortMapping.Builder mapping = PortMapping.newBuilder().setProtocol(protocol);
    if (port.containerPort() != null) {
      mapping.setContainerPort(port.containerPort());
    }
    if (port.hostPort() != null) {
      mapping.setHostPort(port.hostPort());
    }
    return mapping.setHostIp(port.hostIP()).build();
  }
}
