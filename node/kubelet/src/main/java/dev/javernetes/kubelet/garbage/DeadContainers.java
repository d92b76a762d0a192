package dev.javernetes.kubelet.garbage;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.CriLabels;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes dead containers of living pods but for the newest per name (its logs are {@code kubectl
 * logs --previous}), and old sandboxes without containers. Deciding is pure.
 */
public final class DeadContainers {
  private static final int KEPT_PER_NAME = 1;

  private final ContainerRuntime runtime;

  public DeadContainers(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  public void collect() throws RuntimeCallException {
    List<Container> containers = runtime.listContainers(Map.of());
    for (Container container : superfluous(containers)) {
      runtime.removeContainer(container.getId());
    }
    List<Container> left = runtime.listContainers(Map.of());
    for (PodSandbox sandbox : superfluous(runtime.listPodSandboxes(Map.of()), left)) {
      runtime.removePodSandbox(sandbox.getId());
    }
  }

  static List<Container> superfluous(List<Container> containers) {
    Map<String, List<Container>> byName = new HashMap<>();
    for (Container container : containers) {
      boolean dead = container.getState() == ContainerState.CONTAINER_EXITED;
      String uid = container.getLabelsOrDefault(CriLabels.POD_UID, "");
      if (dead && !uid.isEmpty()) {
        String key = uid + "/" + container.getMetadata().getName();
        byName.computeIfAbsent(key, k -> new ArrayList<>()).add(container);
      }
    }
    List<Container> superfluous = new ArrayList<>();
    for (List<Container> dead : byName.values()) {
      dead.sort(Comparator.comparingLong(Container::getCreatedAt).reversed());
      superfluous.addAll(dead.subList(Math.min(KEPT_PER_NAME, dead.size()), dead.size()));
    }
    return superfluous;
  }

  /** The newest sandbox of a pod stays, as its attempt number is needed. */
  static List<PodSandbox> superfluous(List<PodSandbox> sandboxes, List<Container> containers) {
    Set<String> inUse = new HashSet<>();
    containers.forEach(container -> inUse.add(container.getPodSandboxId()));
    Map<String, Long> newest = new HashMap<>();
    for (PodSandbox sandbox : sandboxes) {
      newest.merge(sandbox.getMetadata().getUid(), sandbox.getCreatedAt(), Math::max);
    }
    List<PodSandbox> superfluous = new ArrayList<>();
    for (PodSandbox sandbox : sandboxes) {
      boolean old =
          sandbox.getCreatedAt() < newest.getOrDefault(sandbox.getMetadata().getUid(), 0L);
      if (old
          && sandbox.getState() == PodSandboxState.SANDBOX_NOTREADY
          && !inUse.contains(sandbox.getId())) {
        superfluous.add(sandbox);
      }
    }
    return superfluous;
  }
}
