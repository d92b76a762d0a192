package dev.javernetes.kubelet.node;

import dev.javernetes.api.model.core.v1.ContainerImage;
import dev.javernetes.api.model.core.v1.DaemonEndpoint;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeAddress;
import dev.javernetes.api.model.core.v1.NodeCondition;
import dev.javernetes.api.model.core.v1.NodeDaemonEndpoints;
import dev.javernetes.api.model.core.v1.NodeFeatures;
import dev.javernetes.api.model.core.v1.NodeRuntimeHandler;
import dev.javernetes.api.model.core.v1.NodeRuntimeHandlerFeatures;
import dev.javernetes.api.model.core.v1.NodeSpec;
import dev.javernetes.api.model.core.v1.NodeStatus;
import dev.javernetes.api.model.core.v1.NodeSystemInfo;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.cri.v1.Image;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Node object of this machine, from what it is and how it is: pure. */
public final class NodeDescription {
  public static final String KUBELET_VERSION = "v1.36.2";

  /** Upstream's nodeStatusMaxImages: a node with many images must stay a small object. */
  private static final int MAX_IMAGES = 50;

  private static final int MAX_IMAGE_NAMES = 5;

  private final Machine machine;
  private final NodeIdentity identity;
  private final Capacity capacity;

  public NodeDescription(Machine machine, NodeIdentity identity, Capacity capacity) {
    this.machine = machine;
    this.identity = identity;
    this.capacity = capacity;
  }

  /** As it registers. */
  Node initial(NodeObservation observation, Instant now) {
    List<Taint> taints = new ArrayList<>(identity.taints());
    if (identity.externalCloudProvider()) {
      taints.add(
          Taint.builder()
              .key("node.cloudprovider.kubernetes.io/uninitialized")
              .value("true")
              .effect("NoSchedule")
              .build());
    }
    return Node.builder()
        .metadata(
            ObjectMeta.builder()
                .name(identity.name())
                .labels(labels())
                .annotations(
                    Map.of("volumes.kubernetes.io/controller-managed-attach-detach", "true"))
                .build())
        .spec(NodeSpec.builder().taints(taints).build())
        .status(status(NodeStatus.builder().build(), observation, now))
        .build();
  }

  Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("beta.kubernetes.io/arch", machine.architecture());
    labels.put("beta.kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", machine.architecture());
    labels.put("kubernetes.io/hostname", identity.hostname());
    labels.put("kubernetes.io/os", "linux");
    labels.putAll(identity.labels());
    return labels;
  }

  /** {@code former} gives transition times, and what others wrote. */
  NodeStatus status(NodeStatus former, NodeObservation observation, Instant now) {
    List<NodeAddress> addresses = new ArrayList<>();
    for (String address : identity.addresses()) {
      addresses.add(NodeAddress.builder().type("InternalIP").address(address).build());
    }
    addresses.add(NodeAddress.builder().type("Hostname").address(identity.hostname()).build());
    List<NodeRuntimeHandler> handlers = new ArrayList<>();
    observation
        .runtimeHandlers()
        .forEach(handler ->
            handlers.add(
                NodeRuntimeHandler.builder()
                    .name(handler.getName())
                    .features(
                        NodeRuntimeHandlerFeatures.builder()
                            .recursiveReadOnlyMounts(
                                handler.getFeatures().getRecursiveReadOnlyMounts())
                            .userNamespaces(handler.getFeatures().getUserNamespaces())
                            .build())
                    .build()));
    return former.toBuilder()
        .capacity(capacity.capacity())
        .allocatable(capacity.allocatable())
        .addresses(
            identity.externalCloudProvider() && !former.addresses().isEmpty()
                ? former.addresses()
                : addresses)
        .conditions(conditions(former, observation, now))
        .daemonEndpoints(
            NodeDaemonEndpoints.builder()
                .kubeletEndpoint(DaemonEndpoint.builder().Port(identity.kubeletPort()).build())
                .build())
        .nodeInfo(info())
        .images(images(observation.images()))
        .runtimeHandlers(handlers)
        .features(
            NodeFeatures.builder()
                .supplementalGroupsPolicy(observation.supplementalGroupsPolicy())
                .build())
        .build();
  }

  private NodeSystemInfo info() {
    return NodeSystemInfo.builder()
        .machineID(machine.machineId())
        .systemUUID(machine.systemUuid().isEmpty() ? machine.machineId() : machine.systemUuid())
        .bootID(machine.bootId())
        .kernelVersion(machine.kernelVersion())
        .osImage(machine.osImage())
        .containerRuntimeVersion(identity.runtimeVersion())
        .kubeletVersion(KUBELET_VERSION)
        .operatingSystem("linux")
        .architecture(machine.architecture())
        .build();
  }

  private static List<NodeCondition> conditions(
      NodeStatus former, NodeObservation observation, Instant now) {
    List<NodeCondition> all = new ArrayList<>();
    all.add(
        observation.memoryPressure()
            ? condition(
                former,
                "MemoryPressure",
                true,
                "KubeletHasInsufficientMemory",
                "kubelet has insufficient memory available",
                now)
            : condition(
                former,
                "MemoryPressure",
                false,
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
                now));
    all.add(
        observation.diskPressure()
            ? condition(
                former,
                "DiskPressure",
                true,
                "KubeletHasDiskPressure",
                "kubelet has disk pressure",
                now)
            : condition(
                former,
                "DiskPressure",
                false,
                "KubeletHasNoDiskPressure",
                "kubelet has no disk pressure",
                now));
    all.add(
        observation.pidPressure()
            ? condition(
                former,
                "PIDPressure",
                true,
                "KubeletHasInsufficientPID",
                "kubelet has insufficient PID available",
                now)
            : condition(
                former,
                "PIDPressure",
                false,
                "KubeletHasSufficientPID",
                "kubelet has sufficient PID available",
                now));
    boolean ready = observation.problems().isEmpty();
    all.add(
        ready
            ? condition(
                former, "Ready", true, "KubeletReady", "kubelet is posting ready status", now)
            : condition(
                former, "Ready", false, "KubeletNotReady", message(observation.problems()), now));
    for (NodeCondition condition : former.conditions()) {
      if (all.stream().noneMatch(ours -> ours.type().equals(condition.type()))) {
        all.add(condition);
      }
    }
    return all;
  }

  private static String message(List<String> problems) {
    return problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]";
  }

  private static NodeCondition condition(
      NodeStatus former, String type, boolean on, String reason, String message, Instant now) {
    NodeCondition old = find(former, type);
    String status = on ? "True" : "False";
    Instant since =
        old != null && old.status().equals(status) && old.lastTransitionTime() != null
            ? old.lastTransitionTime()
            : now;
    return NodeCondition.builder()
        .type(type)
        .status(status)
        .reason(reason)
        .message(message)
        .lastHeartbeatTime(now)
        .lastTransitionTime(since)
        .build();
  }

  private static @Nullable NodeCondition find(NodeStatus status, String type) {
    for (NodeCondition condition : status.conditions()) {
      if (condition.type().equals(type)) {
        return condition;
      }
    }
    return null;
  }

  private static List<ContainerImage> images(List<Image> images) {
    return images.stream()
        .sorted(Comparator.comparingLong(Image::getSize).reversed().thenComparing(Image::getId))
        .limit(MAX_IMAGES)
        .map(image -> {
          List<String> names = new ArrayList<>(image.getRepoDigestsList());
          names.addAll(image.getRepoTagsList());
          return ContainerImage.builder()
              .names(names.stream().limit(MAX_IMAGE_NAMES).toList())
              .sizeBytes(image.getSize())
              .build();
        })
        .filter(image -> !image.names().isEmpty())
        .toList();
  }

  /** The same but for heartbeat times: not worth a report. */
  static boolean sameButForTimes(NodeStatus one, NodeStatus other) {
    return withoutTimes(one).equals(withoutTimes(other));
  }

  private static NodeStatus withoutTimes(NodeStatus status) {
    return status.toBuilder()
        .conditions(
            status.conditions().stream()
                .map(condition -> condition.toBuilder().lastHeartbeatTime(null).build())
                .toList())
        .build();
  }
}
