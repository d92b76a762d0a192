package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.NamespaceMode;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.pod.PodAction.ContainerRole;
import dev.javernetes.kubelet.pod.PodAction.KillReason;
import dev.javernetes.kubelet.probe.ProbeKind;
import dev.javernetes.kubelet.probe.ProbeVerdict;
import dev.javernetes.kubelet.probe.ProbeVerdicts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What to do for a pod, from what it asks for and what runs: pure, looks at one moment and forgets.
 *
 * <p>A new pod with init container {@code setup} and container {@code web}: nothing runs, so the
 * plan is [CreateSandbox, StartContainer setup]. Later {@code setup} runs: []. It has ended with 0:
 * [StartContainer web]. {@code web} dies under restart policy Always: [StartContainer web] again;
 * whether it must wait first is {@link RestartBackOff}'s business. The sandbox dies: [StopPod,
 * CreateSandbox attempt 1, StartContainer setup].
 */
final class PodPlan {
  private final Pod pod;
  private final PodView view;
  private final ProbeVerdicts verdicts;
  private final List<PodAction> kills = new ArrayList<>();
  private final List<PodAction> starts = new ArrayList<>();

  private PodPlan(Pod pod, PodView view, ProbeVerdicts verdicts) {
    this.pod = pod;
    this.view = view;
    this.verdicts = verdicts;
  }

  static List<PodAction> of(Pod pod, PodView view, ProbeVerdicts verdicts) {
    return new PodPlan(pod, view, verdicts).actions();
  }

  /** Whether the pod needs a new sandbox: none, a dead one, several, the wrong network, no IP. */
  static boolean needsSandbox(Pod pod, PodView view) {
    PodSandboxStatus newest = view.newestSandbox();
    if (newest == null || newest.getState() != PodSandboxState.SANDBOX_READY) {
      return true;
    }
    long ready =
        view.sandboxes().stream()
            .filter(sandbox -> sandbox.getState() == PodSandboxState.SANDBOX_READY)
            .count();
    boolean hostNetwork = Boolean.TRUE.equals(pod.spec().hostNetwork());
    boolean sandboxOnHost =
        newest.getLinux().getNamespaces().getOptions().getNetwork() == NamespaceMode.NODE;
    // A runtime that does not report namespaces cannot be found to differ.
    boolean networkDiffers =
        newest.getLinux().getNamespaces().hasOptions() && hostNetwork != sandboxOnHost;
    return ready > 1 || networkDiffers || (!hostNetwork && newest.getNetwork().getIp().isEmpty());
  }

  static int nextAttempt(PodView view) {
    PodSandboxStatus newest = view.newestSandbox();
    return newest == null ? 0 : newest.getMetadata().getAttempt() + 1;
  }

  private List<PodAction> actions() {
    if (needsSandbox(pod, view)) {
      return actionsForNewSandbox();
    }
    for (Container container : PodContainers.ephemeral(pod)) {
      if (view.latest(container.name()) == null) { // never restarted: KEP-277
        starts.add(new PodAction.StartContainer(container, ContainerRole.EPHEMERAL));
      }
    }
    InitOutcome outcome = planInitContainers();
    switch (outcome) {
      case FAILED -> {
        return List.of(new PodAction.StopPod(false));
      }
      case UNDER_WAY -> {}
      case DONE -> {
        if (!planRegularContainers()) {
          return List.of(new PodAction.StopPod(false));
        }
      }
    }
    List<PodAction> all = new ArrayList<>(kills);
    all.addAll(starts);
    return all;
  }

  private List<PodAction> actionsForNewSandbox() {
    int attempt = nextAttempt(view);
    List<Container> toStart = new ArrayList<>();
    for (Container container : PodContainers.regular(pod)) {
      ContainerView last = view.latest(container.name());
      boolean finished =
          last != null
              && last.exited()
              && !PodContainers.restartsAfter(pod, container, last.exitCode());
      boolean abandoned =
          attempt > 0
              && !view.containers().isEmpty()
              && !PodContainers.restartsOnFailure(pod, container);
      if (!finished && !abandoned) {
        toStart.add(container);
      }
    }
    if (toStart.isEmpty()) {
      return view.active() ? List.of(new PodAction.StopPod(false)) : List.of();
    }
    List<PodAction> all = new ArrayList<>();
    if (!view.sandboxes().isEmpty()) {
      all.add(new PodAction.StopPod(true));
    }
    all.add(new PodAction.CreateSandbox(attempt));
    if (!PodContainers.init(pod).isEmpty()) {
      all.add(new PodAction.StartContainer(PodContainers.init(pod).getFirst(), ContainerRole.INIT));
      return all;
    }
    toStart.forEach(
        container -> all.add(new PodAction.StartContainer(container, ContainerRole.REGULAR)));
    return all;
  }

  private enum InitOutcome {
    UNDER_WAY,
    DONE,
    FAILED
  }

  /**
   * Walks backwards, as old init containers may have been collected: the newest one known tells how
   * far the pod has come; before it only sidecars matter.
   */
  private InitOutcome planInitContainers() {
    List<Container> inits = PodContainers.init(pod);
    if (inits.isEmpty()) {
      return InitOutcome.DONE;
    }
    boolean initialized = anyRegularContainerLives();
    boolean knownBefore = initialized;
    SequencedSet<Integer> toStart = new LinkedHashSet<>();
    for (int i = inits.size() - 1; i >= 0; i--) {
      Container container = inits.get(i);
      boolean sidecar = PodContainers.isSidecar(container);
      ContainerView status = currentSandboxView(container.name());
      if (status == null) {
        if (knownBefore && sidecar) {
          toStart.add(i);
        }
        continue;
      }
      if (knownBefore && !sidecar) {
        continue;
      }
      boolean ready = false;
      switch (status.state()) {
        case CONTAINER_RUNNING -> ready = sidecar && planRunningSidecar(i, status, toStart);
        case CONTAINER_EXITED -> {
          if (sidecar) {
            toStart.add(i);
          } else if (status.exitCode() == 0) {
            ready = true;
          } else if (PodContainers.restartsAfter(pod, container, status.exitCode())) {
            toStart.add(i);
          } else {
            return InitOutcome.FAILED;
          }
        }
        case CONTAINER_CREATED -> toStart.add(i);
        default -> {
          if (!sidecar && !PodContainers.restartsOnFailure(pod, container)) {
            return InitOutcome.FAILED;
          }
          killUnknown(container, status);
          toStart.add(i);
        }
      }
      if (ready && i == inits.size() - 1) {
        initialized = true;
      } else if (ready && !knownBefore) {
        toStart.add(i + 1);
      }
      knownBefore = true;
    }
    if (!knownBefore) {
      toStart.add(0);
    }
    toStart.stream()
        .sorted()
        .forEach(i -> starts.add(new PodAction.StartContainer(inits.get(i), ContainerRole.INIT)));
    return initialized ? InitOutcome.DONE : InitOutcome.UNDER_WAY;
  }

  /** Whether the sidecar has started up, so that the container after it may start. */
  private boolean planRunningSidecar(
      int index, ContainerView status, SequencedSet<Integer> toStart) {
    Container container = PodContainers.init(pod).get(index);
    if (container.startupProbe() != null) {
      ProbeVerdict startup = verdicts.of(ProbeKind.STARTUP, status.id());
      if (startup == ProbeVerdict.FAILURE) {
        String message = "Init container " + container.name() + " failed startup probe";
        kills.add(new PodAction.KillContainer(container, status, KillReason.STARTUP, message));
        toStart.add(index);
      }
      if (startup != ProbeVerdict.SUCCESS) {
        return false;
      }
    }
    if (changed(container, status)) {
      String message = "Init container " + container.name() + " definition changed";
      kills.add(new PodAction.KillContainer(container, status, KillReason.CHANGED, message));
      toStart.add(index);
    } else if (container.livenessProbe() != null
        && verdicts.of(ProbeKind.LIVENESS, status.id()) == ProbeVerdict.FAILURE) {
      String message = "Init container " + container.name() + " failed liveness probe";
      kills.add(new PodAction.KillContainer(container, status, KillReason.LIVENESS, message));
      toStart.add(index);
    }
    return true;
  }

  /** False if no regular container runs or will run: the pod is done. */
  private boolean planRegularContainers() {
    boolean anyLeft = false;
    for (Container container : PodContainers.regular(pod)) {
      ContainerView status = view.latest(container.name());
      if (status == null || !status.running()) {
        if (mayStart(container, status)) {
          if (status != null && status.state() == ContainerState.CONTAINER_UNKNOWN) {
            killUnknown(container, status);
          }
          starts.add(new PodAction.StartContainer(container, ContainerRole.REGULAR));
          anyLeft = true;
        }
        continue;
      }
      KillReason reason = null;
      String message = "";
      boolean restart = PodContainers.restartsOnFailure(pod, container);
      if (changed(container, status)) {
        reason = KillReason.CHANGED;
        message = "Container " + container.name() + " definition changed";
        restart = true;
      } else if (verdicts.of(ProbeKind.LIVENESS, status.id()) == ProbeVerdict.FAILURE) {
        reason = KillReason.LIVENESS;
        message = "Container " + container.name() + " failed liveness probe";
      } else if (verdicts.of(ProbeKind.STARTUP, status.id()) == ProbeVerdict.FAILURE) {
        reason = KillReason.STARTUP;
        message = "Container " + container.name() + " failed startup probe";
      }
      if (reason == null) {
        anyLeft = true;
        continue;
      }
      if (restart) {
        message += ", will be restarted";
        starts.add(new PodAction.StartContainer(container, ContainerRole.REGULAR));
        anyLeft = true;
      }
      kills.add(new PodAction.KillContainer(container, status, reason, message));
      anyLeft = true; // its end is seen before the pod is called done
    }
    return anyLeft;
  }

  private boolean mayStart(Container container, @Nullable ContainerView status) {
    if (pod.metadata().deletionTimestamp() != null) {
      return false;
    }
    if (status == null || !status.exited()) {
      return true;
    }
    return PodContainers.restartsAfter(pod, container, status.exitCode());
  }

  private void killUnknown(Container container, ContainerView status) {
    String message = "Container is in \"unknown\" state, try killing it before restart";
    kills.add(new PodAction.KillContainer(container, status, KillReason.UNKNOWN_STATE, message));
  }

  private boolean anyRegularContainerLives() {
    for (Container container : PodContainers.regular(pod)) {
      ContainerView status = currentSandboxView(container.name());
      if (status != null
          && (status.running()
              || status.exited()
              || status.state() == ContainerState.CONTAINER_CREATED)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable ContainerView currentSandboxView(String name) {
    PodSandboxStatus sandbox = view.newestSandbox();
    return sandbox == null ? null : view.latestIn(sandbox.getId(), name);
  }

  /** Only name and image count: everything else of a container cannot change in place. */
  private static boolean changed(Container container, ContainerView status) {
    return !status.hash().isEmpty() && !status.hash().equals(PodContainers.hash(container));
  }
}
