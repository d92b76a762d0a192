package dev.javernetes.kubelet.cri;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.cri.v1.PodSandboxStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime knows about one pod at one moment: its sandboxes and containers, newest first.
 *
 * <p>A pod that restarted its only container once, in one sandbox, has one sandbox and two
 * containers: {@code containers().get(0)} runs, {@code containers().get(1)} exited before.
 */
public record PodView(
    String uid, List<PodSandboxStatus> sandboxes, List<ContainerView> containers) {

  public PodView {
    sandboxes =
        sandboxes.stream()
            .sorted(Comparator.comparingLong(PodSandboxStatus::getCreatedAt).reversed())
            .toList();
    containers =
        containers.stream()
            .sorted(
                Comparator.comparingLong((ContainerView view) -> view.status().getCreatedAt())
                    .reversed())
            .toList();
  }

  public static PodView empty(String uid) {
    return new PodView(uid, List.of(), List.of());
  }

  /** Asks the runtime; what vanishes between the list and the question is left out. */
  public static PodView read(ContainerRuntime runtime, String uid) throws RuntimeCallException {
    Map<String, String> label = Map.of(CriLabels.POD_UID, uid);
    List<PodSandboxStatus> sandboxes = new ArrayList<>();
    for (PodSandbox sandbox : runtime.listPodSandboxes(label)) {
      try {
        sandboxes.add(runtime.podSandboxStatus(sandbox.getId()));
      } catch (RuntimeCallException problem) {
        ignoreIfGone(problem);
      }
    }
    List<ContainerView> containers = new ArrayList<>();
    for (Container container : runtime.listContainers(label)) {
      try {
        containers.add(
            new ContainerView(
                container.getPodSandboxId(), runtime.containerStatus(container.getId())));
      } catch (RuntimeCallException problem) {
        ignoreIfGone(problem);
      }
    }
    return new PodView(uid, sandboxes, containers);
  }

  public @Nullable PodSandboxStatus newestSandbox() {
    return sandboxes.isEmpty() ? null : sandboxes.getFirst();
  }

  public @Nullable PodSandboxStatus readySandbox() {
    for (PodSandboxStatus sandbox : sandboxes) {
      if (sandbox.getState() == PodSandboxState.SANDBOX_READY) {
        return sandbox;
      }
    }
    return null;
  }

  /** The newest container of this name. */
  public @Nullable ContainerView latest(String name) {
    for (ContainerView container : containers) {
      if (container.name().equals(name)) {
        return container;
      }
    }
    return null;
  }

  /** The newest container of this name in this sandbox. */
  public @Nullable ContainerView latestIn(String sandboxId, String name) {
    for (ContainerView container : containers) {
      if (container.name().equals(name) && container.sandboxId().equals(sandboxId)) {
        return container;
      }
    }
    return null;
  }

  public @Nullable ContainerView byId(String id) {
    for (ContainerView container : containers) {
      if (container.id().equals(id)) {
        return container;
      }
    }
    return null;
  }

  public List<ContainerView> running() {
    return containers.stream().filter(ContainerView::running).toList();
  }

  /** Whether anything of the pod still occupies the node: a running container or live sandbox. */
  public boolean active() {
    return readySandbox() != null || containers.stream().anyMatch(ContainerView::running);
  }

  /** The pod's addresses, the primary one first. */
  public List<String> ips() {
    PodSandboxStatus sandbox = readySandbox();
    if (sandbox == null) {
      sandbox = newestSandbox();
    }
    if (sandbox == null || sandbox.getNetwork().getIp().isEmpty()) {
      return List.of();
    }
    List<String> ips = new ArrayList<>();
    ips.add(sandbox.getNetwork().getIp());
    sandbox.getNetwork().getAdditionalIpsList().forEach(ip -> ips.add(ip.getIp()));
    return List.copyOf(ips);
  }

  private static void ignoreIfGone(RuntimeCallException problem) throws RuntimeCallException {
    if (!problem.is(RuntimeCallException.Kind.NOT_FOUND)) {
      throw problem;
    }
  }
}
