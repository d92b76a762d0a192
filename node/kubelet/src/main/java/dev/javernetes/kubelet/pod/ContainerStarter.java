package dev.javernetes.kubelet.pod;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.Mount;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.kubelet.container.ContainerConfigException;
import dev.javernetes.kubelet.container.ContainerSpecs;
import dev.javernetes.kubelet.container.ContainerSpecs.ContainerInputs;
import dev.javernetes.kubelet.container.DownwardApi;
import dev.javernetes.kubelet.container.Environment;
import dev.javernetes.kubelet.container.HostFiles;
import dev.javernetes.kubelet.container.LinuxResources;
import dev.javernetes.kubelet.container.SecurityContexts;
import dev.javernetes.kubelet.container.StartFailureException;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events.EventType;
import dev.javernetes.kubelet.pod.LifecycleHooks.HookFailedException;
import dev.javernetes.kubelet.volume.MountedVolume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Starts one container in a sandbox: image, configuration, create, start, postStart. */
final class ContainerStarter {
  /** Everybody may write it: the container's user is not ours to know. */
  private static final int TERMINATION_FILE_MODE = 0666;

  private final PodServices services;
  private final LifecycleHooks hooks;

  ContainerStarter(PodServices services) {
    this.services = services;
    this.hooks = new LifecycleHooks(services.runtime(), services.timers());
  }

  /** The sandbox to start in, and what was prepared for the whole pod. */
  record Place(
      String sandboxId,
      PodSandboxConfig config,
      String runtimeHandler,
      Map<String, MountedVolume> volumes,
      DownwardApi.Facts facts,
      List<Secret> pullSecrets) {}

  void start(Pod pod, Container container, PodView view, Place place)
      throws StartFailureException, InterruptedException {
    Image image;
    try {
      image =
          services
              .images()
              .ensure(pod, container, place.runtimeHandler(), place.pullSecrets(), place.config());
    } catch (StartFailureException problem) {
      warn(pod, container, "Failed", "Error: " + problem.reason());
      throw problem;
    }
    int restartCount = restartCount(pod, container, view);
    ContainerConfig config;
    try {
      config = config(pod, container, view, place, image, restartCount);
    } catch (ContainerConfigException | IOException | ApiException | UncheckedIOException problem) {
      String message = String.valueOf(problem.getMessage());
      warn(pod, container, "Failed", "Error: " + message);
      throw new StartFailureException("CreateContainerConfigError", message);
    }
    String id;
    try {
      id = services.runtime().createContainer(place.sandboxId(), config, place.config());
    } catch (RuntimeCallException problem) {
      throw failed(pod, container, "CreateContainerError", problem);
    }
    normal(pod, container, "Created", "Container created");
    try {
      services.runtime().startContainer(id);
    } catch (RuntimeCallException problem) {
      throw failed(pod, container, "RunContainerError", problem);
    }
    normal(pod, container, "Started", "Container started");
    postStart(pod, container, id, place);
  }

  private void postStart(Pod pod, Container container, String id, Place place)
      throws StartFailureException, InterruptedException {
    if (container.lifecycle() == null || container.lifecycle().postStart() == null) {
      return;
    }
    List<String> ips = place.facts().podIps();
    try {
      hooks.run(
          container.lifecycle().postStart(), container, id, ips.isEmpty() ? "" : ips.getFirst());
    } catch (HookFailedException problem) {
      // The message may hold secrets of the server that answered: events do not get it.
      warn(pod, container, "FailedPostStartHook", "PostStartHook failed");
      normal(pod, container, "Killing", "FailedPostStartHook");
      try {
        services.runtime().stopContainer(id, ContainerStopper.grace(pod));
      } catch (RuntimeCallException alreadyGone) {
        // seen at the next look
      }
      throw new StartFailureException("PostStartHookError", String.valueOf(problem.getMessage()));
    }
  }

  private ContainerConfig config(
      Pod pod, Container container, PodView view, Place place, Image image, int restartCount)
      throws ContainerConfigException, IOException {
    SequencedMap<String, String> environment =
        Environment.of(
            pod, container, services.references(), services.services().get(), place.facts());
    List<Mount> mounts =
        new ArrayList<>(services.mounts().of(pod, container, place.volumes(), environment));
    addHostsFile(pod, container, place, mounts);
    addTerminationFile(pod, container, restartCount, mounts);
    String imageId = image.getId().isEmpty() ? container.image() : image.getId();
    ContainerInputs inputs =
        new ContainerInputs(
            restartCount,
            imageId,
            image,
            environment,
            mounts,
            LinuxResources.of(
                pod, container, services.node().memoryBytes(), services.node().enforceCpuQuota()),
            target(pod, container, view),
            List.of(),
            services.node().seccompByDefault());
    Files.createDirectories(Path.of(place.config().getLogDirectory()).resolve(container.name()));
    return ContainerSpecs.container(pod, container, inputs);
  }

  private void addHostsFile(Pod pod, Container container, Place place, List<Mount> mounts)
      throws IOException {
    boolean own =
        container.volumeMounts().stream().anyMatch(mount -> mount.mountPath().equals("/etc/hosts"));
    boolean hostNetwork = Boolean.TRUE.equals(pod.spec().hostNetwork());
    if (own || (place.facts().podIps().isEmpty() && !hostNetwork)) {
      return;
    }
    Path file = services.directories().etcHosts(pod.metadata().uid());
    String text;
    if (hostNetwork) {
      Path nodeFile = Path.of("/etc/hosts");
      String nodeText = Files.isReadable(nodeFile) ? Files.readString(nodeFile) : "";
      text = HostFiles.nodeHosts(nodeText, pod.spec().hostAliases());
    } else {
      text =
          HostFiles.hosts(
              place.facts().podIps(),
              HostFiles.hostname(pod, services.node().nodeName()),
              HostFiles.domain(pod, services.node().clusterDomain()),
              pod.spec().hostAliases());
    }
    Files.createDirectories(file.getParent());
    // Written in place: the file is mounted into containers that run already.
    Files.writeString(file, text);
    mounts.add(
        Mount.newBuilder().setContainerPath("/etc/hosts").setHostPath(file.toString()).build());
  }

  private void addTerminationFile(
      Pod pod, Container container, int restartCount, List<Mount> mounts) throws IOException {
    String path = container.terminationMessagePath();
    if (path.isEmpty()) {
      return;
    }
    Path file =
        services
            .directories()
            .terminationMessage(pod.metadata().uid(), container.name(), restartCount);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[0]);
    Files.setAttribute(file, "unix:mode", TERMINATION_FILE_MODE);
    mounts.add(Mount.newBuilder().setContainerPath(path).setHostPath(file.toString()).build());
  }

  private static @Nullable String target(Pod pod, Container container, PodView view)
      throws ContainerConfigException {
    String name = SecurityContexts.targetOf(pod, container.name());
    if (name.isEmpty()) {
      return null;
    }
    ContainerView target = view.latest(name);
    if (target == null || !target.running()) {
      throw new ContainerConfigException("unable to find target container " + name);
    }
    return target.id();
  }

  /** One more than the last; where the runtime forgot it, the log files remember. */
  private int restartCount(Pod pod, Container container, PodView view) {
    ContainerView last = view.latest(container.name());
    if (last != null) {
      return last.restartCount() + 1;
    }
    Path logs =
        Path.of(services.node().podLogsDirectory())
            .resolve(ContainerSpecs.logDirectoryName(pod))
            .resolve(container.name());
    int next = 0;
    if (Files.isDirectory(logs)) {
      try (var files = Files.newDirectoryStream(logs, "*.log*")) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          String number = name.substring(0, name.indexOf('.'));
          if (number.matches("[0-9]{1,9}")) {
            next = Math.max(next, Integer.parseInt(number) + 1);
          }
        }
      } catch (IOException unreadable) {
        return next;
      }
    }
    return next;
  }

  private StartFailureException failed(
      Pod pod, Container container, String reason, RuntimeCallException problem)
      throws InterruptedException {
    if (problem.is(RuntimeCallException.Kind.CANCELLED)) {
      throw new InterruptedException("start cancelled");
    }
    warn(pod, container, "Failed", "Error: " + problem.description());
    return new StartFailureException(reason, problem.description());
  }

  private void normal(Pod pod, Container container, String reason, String message) {
    services.events().container(pod, container, EventType.NORMAL, reason, message);
  }

  private void warn(Pod pod, Container container, String reason, String message) {
    services.events().container(pod, container, EventType.WARNING, reason, message);
  }
}
