package dev.javernetes.kubelet.pod;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.LocalObjectReference;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ResourceRequirements;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.kubelet.container.ContainerSpecs;
import dev.javernetes.kubelet.container.DnsSettings;
import dev.javernetes.kubelet.container.DownwardApi;
import dev.javernetes.kubelet.container.GoDuration;
import dev.javernetes.kubelet.container.HostFiles;
import dev.javernetes.kubelet.container.LinuxResources;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.container.Resources;
import dev.javernetes.kubelet.container.StartFailureException;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events.EventType;
import dev.javernetes.kubelet.status.StatusInputs.Waiting;
import dev.javernetes.kubelet.volume.PodVolumes;
import dev.javernetes.kubelet.volume.VolumeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over a pod that should run: carries out its {@link PodPlan}, step by step, and remembers
 * why containers wait and when to look again. Owned by one worker; blocking.
 */
final class PodSync {
  private static final Logger LOG = LoggerFactory.getLogger(PodSync.class);

  /** Upstream's backOffPeriod: what failed for another reason than a crash is tried again then. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static final Duration INITIAL_BACK_OFF = Duration.ofSeconds(10);

  private final PodServices services;
  private final ContainerStarter starter;
  private final ContainerStopper stopper;
  private final RestartBackOff backOff;
  private final Allocation allocation;
  private final Map<String, Waiting> waiting = new HashMap<>();
  private @Nullable Instant lookAgain;

  PodSync(PodServices services, ContainerStopper stopper, Allocation allocation) {
    this.allocation = allocation;
    this.services = services;
    this.starter = new ContainerStarter(services);
    this.stopper = stopper;
    this.backOff = new RestartBackOff(INITIAL_BACK_OFF, services.node().maxCrashLoopBackOff());
  }

  /** Why containers do not run, by name. */
  Map<String, Waiting> waiting() {
    return Map.copyOf(waiting);
  }

  /** When something is due although nothing will tell us; null if nothing is. */
  @Nullable Instant lookAgain() {
    return lookAgain;
  }

  /** True if something was changed, so that the pod must be looked at again for its status. */
  boolean pass(Pod pod, PodView view, boolean networkReady)
      throws InterruptedException, RuntimeCallException {
    lookAgain = null;
    List<PodAction> actions = PodPlan.of(pod, view, services.probes().of(pod.metadata().uid()));
    forgetSettled(view, actions);
    if (actions.isEmpty()) {
      refreshVolumes(pod, view);
      return false;
    }
    boolean hostNetwork = Boolean.TRUE.equals(pod.spec().hostNetwork());
    if (!networkReady && !hostNetwork) {
      event(
          pod,
          "NetworkNotReady",
          "network is not ready: container runtime network not ready: NetworkReady=false");
      dueIn(RETRY);
      return false;
    }
    boolean starts = actions.stream().anyMatch(action -> !(action instanceof PodAction.StopPod));
    PodVolumes.Ready volumes = starts ? prepare(pod, view) : new PodVolumes.Ready(Map.of(), null);
    if (volumes == null) {
      return false;
    }
    if (volumes.refreshAt() != null) {
      dueAt(volumes.refreshAt());
    }
    return carryOut(pod, view, actions, volumes);
  }

  private boolean carryOut(Pod pod, PodView view, List<PodAction> actions, PodVolumes.Ready volumes)
      throws InterruptedException, RuntimeCallException {
    boolean changed = false;
    ContainerStarter.Place place = null;
    PodView current = view;
    for (PodAction action : actions) {
      switch (action) {
        case PodAction.StopPod(boolean startsAnew) -> {
          if (startsAnew) {
            services
                .events()
                .pod(
                    pod,
                    EventType.NORMAL,
                    "SandboxChanged",
                    "Pod sandbox changed, it will be killed and re-created.");
          }
          stopper.stopAll(pod, view, ContainerStopper.grace(pod));
          for (PodSandboxStatus sandbox : view.sandboxes()) {
            services.runtime().stopPodSandbox(sandbox.getId());
          }
          changed = true;
        }
        case PodAction.KillContainer kill -> {
          stopper.stop(pod, kill.container(), kill.view(), kill.reason(), kill.message());
          changed = true;
          current = PodView.read(services.runtime(), pod.metadata().uid());
        }
        case PodAction.CreateSandbox(int attempt) -> {
          place = createSandbox(pod, attempt, volumes);
          if (place == null) {
            return true;
          }
          changed = true;
        }
        case PodAction.StartContainer start -> {
          if (place == null) {
            place = existingPlace(pod, view, volumes);
          }
          boolean started = tryStart(pod, start.container(), current, place);
          changed |= started;
          if (!started && start.role() == PodAction.ContainerRole.INIT) {
            return changed; // those after it must not overtake it
          }
        }
      }
    }
    return changed;
  }

  private boolean tryStart(Pod pod, Container container, PodView view, ContainerStarter.Place place)
      throws InterruptedException {
    ContainerView last = view.latest(container.name());
    String key = container.name() + PodContainers.hash(container);
    Instant finished = last != null && last.exited() ? last.finishedAt() : null;
    if (finished != null) {
      Instant due = backOff.notBefore(key, finished);
      if (services.timers().instant().isBefore(due)) {
        sayBackOff(pod, container, backOff.delay(key));
        dueAt(due);
        return false;
      }
      backOff.restarted(key, finished);
    }
    try {
      starter.start(pod, container, view, place);
      noteActuated(container);
      waiting.remove(container.name());
      return true;
    } catch (StartFailureException problem) {
      waiting.put(
          container.name(), new Waiting(problem.reason(), String.valueOf(problem.getMessage())));
      Instant pull = services.images().retryAt(pod, container);
      Instant retry = services.timers().instant().plus(RETRY);
      dueAt(
          pull != null && problem.reason().startsWith("ImagePull") && pull.isBefore(retry)
              ? pull
              : retry);
      return problem.reason().equals("RunContainerError")
          || problem.reason().equals("PostStartHookError");
    }
  }

  private void noteActuated(Container container) {
    try {
      allocation.actuated(container);
    } catch (IOException problem) {
      LOG.warn("resources of container {}: {}", container.name(), problem.getMessage());
    }
  }

  /** Sets what was allocated where a running container lags behind; why not, or empty. */
  String resize(Pod pod, PodView view) throws InterruptedException {
    for (Container container : allocation.lagging(pod)) {
      ContainerView running = view.latest(container.name());
      if (running == null || !running.running()) {
        continue; // it starts with the new ones
      }
      try {
        if (allocation.needsRestart(container)) {
          stopper.stop(
              pod,
              container,
              running,
              PodAction.KillReason.CHANGED,
              "Container " + container.name() + " resize requires restart");
          services.cgroups().apply(pod);
          PodView now = PodView.read(services.runtime(), pod.metadata().uid());
          PodVolumes.Ready volumes = prepare(pod, now);
          if (volumes != null) {
            tryStart(pod, container, now, existingPlace(pod, now, volumes));
          }
        } else {
          setLimits(pod, container, running.id());
        }
      } catch (RuntimeCallException | IOException problem) {
        dueIn(RETRY);
        return String.valueOf(problem.getMessage());
      }
    }
    return "";
  }

  /** The pod's cgroup must hold the container's at every moment: first wider, at last narrower. */
  private void setLimits(Pod pod, Container container, String id)
      throws RuntimeCallException, IOException {
    ResourceRequirements before = allocation.actual(container);
    boolean wider =
        Resources.memoryLimit(container) > Resources.amount(before.limits(), Resources.MEMORY)
            || Resources.milliCpuLimit(container)
                > Resources.amount(before.limits(), Resources.CPU);
    if (wider) {
      services.cgroups().apply(pod);
    }
    services
        .runtime()
        .updateContainerResources(
            id,
            LinuxResources.of(
                pod, container, services.node().memoryBytes(), services.node().enforceCpuQuota()));
    allocation.actuated(container);
    services.cgroups().apply(pod);
  }

  private void sayBackOff(Pod pod, Container container, Duration delay) {
    String podText =
        "%s_%s(%s)"
            .formatted(pod.metadata().name(), pod.metadata().namespace(), pod.metadata().uid());
    services
        .events()
        .container(
            pod,
            container,
            EventType.WARNING,
            "BackOff",
            "Back-off restarting failed container %s in pod %s"
                .formatted(container.name(), podText));
    waiting.put(
        container.name(),
        new Waiting(
            "CrashLoopBackOff",
            "back-off %s restarting failed container=%s pod=%s"
                .formatted(GoDuration.text(delay), container.name(), podText)));
  }

  /** Directories, cgroup, volumes; null if it must be tried again later. */
  private PodVolumes.@Nullable Ready prepare(Pod pod, PodView view) {
    try {
      services.cgroups().apply(pod);
      Files.createDirectories(services.directories().pod(pod.metadata().uid()));
      return services.volumes().setUp(pod, facts(view));
    } catch (VolumeException problem) {
      event(pod, "FailedMount", String.valueOf(problem.getMessage()));
    } catch (IOException problem) {
      event(pod, "Failed", "error making pod data directories: " + problem.getMessage());
    }
    dueIn(RETRY);
    return null;
  }

  private void refreshVolumes(Pod pod, PodView view) {
    if (pod.spec().volumes().isEmpty() || view.running().isEmpty()) {
      return;
    }
    try {
      PodVolumes.Ready ready = services.volumes().setUp(pod, facts(view));
      if (ready.refreshAt() != null) {
        dueAt(ready.refreshAt());
      }
    } catch (VolumeException problem) {
      event(pod, "FailedMount", String.valueOf(problem.getMessage()));
      dueIn(RETRY.multipliedBy(6));
    }
  }

  private ContainerStarter.@Nullable Place createSandbox(
      Pod pod, int attempt, PodVolumes.Ready volumes) throws InterruptedException {
    try {
      String handler = services.runtimeClasses().handlerOf(pod.spec().runtimeClassName());
      PodSandboxConfig config = sandboxConfig(pod, attempt);
      Files.createDirectories(Path.of(config.getLogDirectory()));
      String id = services.runtime().runPodSandbox(config, handler);
      PodSandboxStatus status = services.runtime().podSandboxStatus(id);
      List<String> ips = new PodView(pod.metadata().uid(), List.of(status), List.of()).ips();
      return new ContainerStarter.Place(
          id, config, handler, volumes.volumes(), facts(pod, ips), pullSecrets(pod));
    } catch (RuntimeCallException problem) {
      if (problem.is(RuntimeCallException.Kind.CANCELLED)) {
        throw new InterruptedException("sandbox cancelled");
      }
      event(pod, "FailedCreatePodSandBox", "Failed to create pod sandbox: " + problem.getMessage());
    } catch (ApiException | UncheckedIOException | IOException problem) {
      event(pod, "FailedCreatePodSandBox", "Failed to create pod sandbox: " + problem.getMessage());
    }
    dueIn(RETRY);
    return null;
  }

  private ContainerStarter.Place existingPlace(Pod pod, PodView view, PodVolumes.Ready volumes) {
    PodSandboxStatus sandbox = view.newestSandbox();
    if (sandbox == null) {
      throw new IllegalStateException("a container to start and no sandbox: the plan is wrong");
    }
    return new ContainerStarter.Place(
        sandbox.getId(),
        sandboxConfig(pod, sandbox.getMetadata().getAttempt()),
        sandbox.getRuntimeHandler(),
        volumes.volumes(),
        facts(view),
        pullSecrets(pod));
  }

  private PodSandboxConfig sandboxConfig(Pod pod, int attempt) {
    NodeFacts node = services.node();
    return ContainerSpecs.sandbox(
        pod,
        attempt,
        new ContainerSpecs.SandboxInputs(
            HostFiles.hostname(pod, node.nodeName()),
            Path.of(node.podLogsDirectory())
                .resolve(ContainerSpecs.logDirectoryName(pod))
                .toString(),
            DnsSettings.of(pod, node.clusterDns(), node.clusterDomain(), node.resolvConf()),
            services.cgroups().parent(pod),
            overhead(pod),
            LinuxContainerResources.newBuilder()
                .setCpuShares(LinuxResources.shares(Resources.podRequest(pod, Resources.CPU)))
                .setMemoryLimitInBytes(Resources.podLimit(pod, Resources.MEMORY))
                .build()));
  }

  private static LinuxContainerResources overhead(Pod pod) {
    long milli = Resources.amount(pod.spec().overhead(), Resources.CPU);
    return LinuxContainerResources.newBuilder()
        .setCpuShares(milli == 0 ? 0 : LinuxResources.shares(milli))
        .setMemoryLimitInBytes(Resources.amount(pod.spec().overhead(), Resources.MEMORY))
        .build();
  }

  private List<Secret> pullSecrets(Pod pod) {
    List<Secret> secrets = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (LocalObjectReference reference : pod.spec().imagePullSecrets()) {
      Secret secret = null;
      try {
        secret = services.references().secret(pod.metadata().namespace(), reference.name());
      } catch (ApiException | UncheckedIOException problem) {
        LOG.debug("pull secret {}", reference.name(), problem);
      }
      if (secret == null) {
        missing.add(reference.name());
      } else {
        secrets.add(secret);
      }
    }
    if (!missing.isEmpty()) {
      event(
          pod,
          "FailedToRetrieveImagePullSecret",
          "Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed."
              .formatted(String.join(", ", missing)));
    }
    return secrets;
  }

  DownwardApi.Facts facts(PodView view) {
    return facts(null, view.ips());
  }

  private DownwardApi.Facts facts(@Nullable Pod pod, List<String> ips) {
    NodeFacts node = services.node();
    boolean host = pod != null && Boolean.TRUE.equals(pod.spec().hostNetwork());
    return new DownwardApi.Facts(
        host ? node.hostIps() : ips,
        node.hostIps(),
        node.allocatableMilliCpu(),
        node.allocatableMemory(),
        node.allocatableStorage());
  }

  /** Containers that run, or will not be started, wait for nothing. */
  private void forgetSettled(PodView view, List<PodAction> actions) {
    waiting
        .keySet()
        .removeIf(name -> {
          ContainerView latest = view.latest(name);
          boolean planned =
              actions.stream()
                  .anyMatch(action ->
                      action instanceof PodAction.StartContainer start
                          && start.container().name().equals(name));
          return latest != null && latest.running() && !planned;
        });
  }

  private void dueIn(Duration delay) {
    dueAt(services.timers().instant().plus(delay));
  }

  private void dueAt(Instant instant) {
    if (lookAgain == null || instant.isBefore(lookAgain)) {
      lookAgain = instant;
    }
  }

  private void event(Pod pod, String reason, String message) {
    services.events().pod(pod, EventType.WARNING, reason, message);
  }
}
