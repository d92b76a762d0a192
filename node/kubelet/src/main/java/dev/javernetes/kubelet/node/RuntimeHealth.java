package dev.javernetes.kubelet.node;

import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.RuntimeCondition;
import dev.javernetes.cri.v1.StatusResponse;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import java.util.ArrayList;
import java.util.List;

/** Whether the container runtime answers and its network is up, as of the last look. */
public final class RuntimeHealth {
  private final ContainerRuntime runtime;
  private final Runnable onRecovery;
  private volatile boolean networkReady;

  /** {@code onRecovery} runs when the network has become ready: pods waited for it. */
  public RuntimeHealth(ContainerRuntime runtime, Runnable onRecovery) {
    this.runtime = runtime;
    this.onRecovery = onRecovery;
  }

  public boolean networkReady() {
    return networkReady;
  }

  /** Asks the runtime; pressures come from the eviction's last measurement. */
  public NodeObservation look(boolean memoryPressure, boolean diskPressure, boolean pidPressure) {
    List<String> problems = new ArrayList<>();
    StatusResponse status = StatusResponse.getDefaultInstance();
    boolean network = false;
    List<Image> images = List.of();
    try {
      status = runtime.status();
      for (RuntimeCondition condition : status.getStatus().getConditionsList()) {
        boolean ready = condition.getStatus();
        switch (condition.getType()) {
          case "RuntimeReady" -> {
            if (!ready) {
              problems.add("container runtime not ready: " + text(condition));
            }
          }
          case "NetworkReady" -> {
            network = ready;
            if (!ready) {
              problems.add("container runtime network not ready: " + text(condition));
            }
          }
          default -> {} // informative only
        }
      }
      images = runtime.listImages();
    } catch (RuntimeCallException problem) {
      problems.add("container runtime is down: " + problem.description());
    }
    boolean recovered = network && !networkReady;
    networkReady = network;
    if (recovered) {
      onRecovery.run();
    }
    return new NodeObservation(
        problems,
        memoryPressure,
        diskPressure,
        pidPressure,
        images,
        status.getRuntimeHandlersList(),
        status.getFeatures().getSupplementalGroupsPolicy());
  }

  private static String text(RuntimeCondition condition) {
    return "%s=%s reason:%s message:%s"
        .formatted(
            condition.getType(),
            condition.getStatus(),
            condition.getReason(),
            condition.getMessage());
  }
}
