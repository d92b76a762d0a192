package dev.javernetes.kubelet.container;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerRestartRule;
import dev.javernetes.api.model.core.v1.EphemeralContainer;
import dev.javernetes.api.model.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The three kinds of containers of a pod, and what their restart policies say. */
public final class PodContainers {
  private PodContainers() {}

  public static List<Container> init(Pod pod) {
    return pod.spec().initContainers();
  }

  public static List<Container> regular(Pod pod) {
    return pod.spec().containers();
  }

  /** Ephemeral containers in the shape of ordinary ones; their fields are a subset. */
  public static List<Container> ephemeral(Pod pod) {
    List<Container> containers = new ArrayList<>();
    for (EphemeralContainer ephemeral : pod.spec().ephemeralContainers()) {
      JsonObject json = ephemeral.toJson();
      json.remove("targetContainerName");
      containers.add(Container.fromJson(json));
    }
    return containers;
  }

  /** Init, regular, then ephemeral ones. */
  public static List<Container> all(Pod pod) {
    List<Container> containers = new ArrayList<>(init(pod));
    containers.addAll(regular(pod));
    containers.addAll(ephemeral(pod));
    return containers;
  }

  public static @Nullable Container find(Pod pod, String name) {
    for (Container container : all(pod)) {
      if (container.name().equals(name)) {
        return container;
      }
    }
    return null;
  }

  /** An init container that keeps running beside the regular ones (KEP-753). */
  public static boolean isSidecar(Container container) {
    return "Always".equals(container.restartPolicy());
  }

  public static boolean isInit(Pod pod, String name) {
    return init(pod).stream().anyMatch(container -> container.name().equals(name));
  }

  /**
   * Whether a container that ended with this code runs again: its own rules and policy (KEP-5307),
   * else the pod's policy.
   */
  public static boolean restartsAfter(Pod pod, Container container, int exitCode) {
    for (ContainerRestartRule rule : container.restartPolicyRules()) {
      var codes = rule.exitCodes();
      if (codes == null || !"Restart".equals(rule.action())) {
        continue;
      }
      boolean listed = codes.values().stream().anyMatch(value -> value.intValue() == exitCode);
      if (listed == "In".equals(codes.operator())) {
        return true;
      }
    }
    String policy = container.restartPolicy();
    if (policy == null || policy.isEmpty()) {
      policy = pod.spec().restartPolicy();
    }
    return switch (policy) {
      case "Never" -> false;
      case "OnFailure" -> exitCode != 0;
      default -> true;
    };
  }

  /** Whether a container that failed may run again at all. */
  public static boolean restartsOnFailure(Pod pod, Container container) {
    String policy = container.restartPolicy();
    if (policy == null || policy.isEmpty()) {
      policy = pod.spec().restartPolicy();
    }
    return !"Never".equals(policy);
  }

  /**
   * What a running container must be started anew for when it changes: its name and image, as
   * upstream has it since 1.31. FNV-1a, in hexadecimal.
   */
  public static String hash(Container container) {
    byte[] bytes = Json.bytes(JsonObject.of("image", container.image(), "name", container.name()));
    int hash = 0x811c9dc5;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    return Integer.toHexString(hash);
  }
}
