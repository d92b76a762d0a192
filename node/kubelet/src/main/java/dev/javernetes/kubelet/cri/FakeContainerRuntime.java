package dev.javernetes.kubelet.cri;

import com.google.protobuf.ByteString;
import dev.javernetes.cri.v1.AuthConfig;
import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerEventResponse;
import dev.javernetes.cri.v1.ContainerEventType;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStats;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.cri.v1.FilesystemUsage;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxNetworkStatus;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.cri.v1.PodSandboxStats;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.cri.v1.RuntimeCondition;
import dev.javernetes.cri.v1.RuntimeStatus;
import dev.javernetes.cri.v1.StatusResponse;
import dev.javernetes.cri.v1.VersionResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A container runtime that starts nothing: sandboxes get an address at once, containers run until
 * told to exit. It remembers what it was asked, so that a test can say what the kubelet did.
 *
 * <pre>{@code
 * var runtime = new FakeContainerRuntime(clock, "10.88");
 * …                                             // the kubelet starts pod web
 * runtime.exit("web", "main", 1);               // its container fails
 * assertThat(runtime.calls()).contains("StartContainer main");
 * }</pre>
 *
 * Events queue without a limit: it lives in tests and simulations only.
 */
public final class FakeContainerRuntime implements ContainerRuntime {
  private final InstantSource clock;
  private final String ipPrefix;
  private final Map<String, PodSandboxStatus> sandboxes = new LinkedHashMap<>();
  private final Map<String, ContainerView> containers = new LinkedHashMap<>();
  private final Map<String, ContainerConfig> configs = new LinkedHashMap<>();
  private final Map<String, PodSandboxConfig> sandboxConfigs = new LinkedHashMap<>();
  private final Map<String, Image> images = new LinkedHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<BlockingQueue<ContainerEventResponse>> listeners =
      new CopyOnWriteArrayList<>();
  private final Set<String> unpullable = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> exitsAtOnce = new ConcurrentHashMap<>();
  private volatile BiFunction<String, List<String>, Integer> exec = (container, command) -> 0;
  private int counter;

  /** Pods get the addresses {@code ipPrefix.0.1}, {@code ipPrefix.0.2}, … */
  public FakeContainerRuntime(InstantSource clock, String ipPrefix) {
    this.clock = clock;
    this.ipPrefix = ipPrefix;
  }

  /** Every changing call in order, as {@code CreateContainer main}. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  public synchronized void addImage(String name) {
    images.put(
        name,
        Image.newBuilder()
            .setId("sha256:" + "%064x".formatted(name.hashCode() & 0xffffffffL))
            .addRepoTags(name)
            .setSize(1 << 20)
            .build());
  }

  /** Pulls of this image fail from now on. */
  public void refusePull(String image) {
    unpullable.add(image);
  }

  /** Containers of this name exit with this code as soon as they are started. */
  public void exitAtOnce(String containerName, int exitCode) {
    exitsAtOnce.put(containerName, exitCode);
  }

  /** Decides the exit code of commands run inside containers, by container name and command. */
  public void onExec(BiFunction<String, List<String>, Integer> exec) {
    this.exec = exec;
  }

  /** Makes the running container of this pod and name exit by itself. */
  public synchronized void exit(String podName, String containerName, int exitCode) {
    for (ContainerView view : List.copyOf(containers.values())) {
      if (view.running()
          && view.name().equals(containerName)
          && view.status().getLabelsOrDefault(CriLabels.POD_NAME, "").equals(podName)) {
        exited(view, exitCode, exitCode == 0 ? "Completed" : "Error");
      }
    }
  }

  /** The configuration that the newest container of this name was created with. */
  public synchronized @Nullable ContainerConfig config(String containerName) {
    ContainerConfig newest = null;
    for (ContainerConfig config : configs.values()) {
      if (config.getMetadata().getName().equals(containerName)) {
        newest = config;
      }
    }
    return newest;
  }

  /** The configuration of the newest sandbox of this pod. */
  public synchronized @Nullable PodSandboxConfig sandboxConfig(String podName) {
    PodSandboxConfig newest = null;
    for (PodSandboxConfig config : sandboxConfigs.values()) {
      if (config.getMetadata().getName().equals(podName)) {
        newest = config;
      }
    }
    return newest;
  }

  @Override
  public VersionResponse version() {
    return VersionResponse.newBuilder()
        .setVersion("0.1.0")
        .setRuntimeName("simulated")
        .setRuntimeVersion("0.1.0")
        .setRuntimeApiVersion("v1")
        .build();
  }

  @Override
  public StatusResponse status() {
    return StatusResponse.newBuilder()
        .setStatus(
            RuntimeStatus.newBuilder()
                .addConditions(
                    RuntimeCondition.newBuilder().setType("RuntimeReady").setStatus(true))
                .addConditions(
                    RuntimeCondition.newBuilder().setType("NetworkReady").setStatus(true)))
        .build();
  }

  @Override
  public void updatePodCidr(String podCidr) {}

  @Override
  public synchronized String runPodSandbox(PodSandboxConfig config, String runtimeHandler) {
    calls.add("RunPodSandbox " + config.getMetadata().getName());
    String id = nextId();
    sandboxConfigs.put(id, config);
    sandboxes.put(
        id,
        PodSandboxStatus.newBuilder()
            .setId(id)
            .setMetadata(config.getMetadata())
            .setState(PodSandboxState.SANDBOX_READY)
            .setCreatedAt(nanoseconds())
            .setNetwork(
                PodSandboxNetworkStatus.newBuilder()
                    .setIp("%s.%d.%d".formatted(ipPrefix, counter >> 8 & 255, counter & 255)))
            .putAllLabels(config.getLabelsMap())
            .putAllAnnotations(config.getAnnotationsMap())
            .setRuntimeHandler(runtimeHandler)
            .build());
    return id;
  }

  @Override
  public synchronized void stopPodSandbox(String sandboxId) {
    PodSandboxStatus sandbox = sandboxes.get(sandboxId);
    if (sandbox == null) {
      return; // CRI: stopping what is gone succeeds
    }
    calls.add("StopPodSandbox " + sandbox.getMetadata().getName());
    for (ContainerView view : List.copyOf(containers.values())) {
      if (view.sandboxId().equals(sandboxId) && view.running()) {
        exited(view, 137, "Error");
      }
    }
    sandboxes.put(
        sandboxId, sandbox.toBuilder().setState(PodSandboxState.SANDBOX_NOTREADY).build());
  }

  @Override
  public synchronized void removePodSandbox(String sandboxId) {
    PodSandboxStatus sandbox = sandboxes.remove(sandboxId);
    sandboxConfigs.remove(sandboxId);
    if (sandbox != null) {
      calls.add("RemovePodSandbox " + sandbox.getMetadata().getName());
      containers.values().removeIf(view -> view.sandboxId().equals(sandboxId));
    }
  }

  @Override
  public synchronized PodSandboxStatus podSandboxStatus(String sandboxId)
      throws RuntimeCallException {
    PodSandboxStatus sandbox = sandboxes.get(sandboxId);
    if (sandbox == null) {
      throw notFound("sandbox " + sandboxId);
    }
    return sandbox;
  }

  @Override
  public synchronized List<PodSandbox> listPodSandboxes(Map<String, String> labels) {
    List<PodSandbox> found = new ArrayList<>();
    for (PodSandboxStatus sandbox : sandboxes.values()) {
      if (sandbox.getLabelsMap().entrySet().containsAll(labels.entrySet())) {
        found.add(
            PodSandbox.newBuilder()
                .setId(sandbox.getId())
                .setMetadata(sandbox.getMetadata())
                .setState(sandbox.getState())
                .setCreatedAt(sandbox.getCreatedAt())
                .putAllLabels(sandbox.getLabelsMap())
                .putAllAnnotations(sandbox.getAnnotationsMap())
                .build());
      }
    }
    return found;
  }

  @Override
  public synchronized String createContainer(
      String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig)
      throws RuntimeCallException {
    if (!sandboxes.containsKey(sandboxId)) {
      throw notFound("sandbox " + sandboxId);
    }
    calls.add("CreateContainer " + config.getMetadata().getName());
    String id = nextId();
    configs.put(id, config);
    containers.put(
        id,
        new ContainerView(
            sandboxId,
            ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(config.getMetadata())
                .setState(ContainerState.CONTAINER_CREATED)
                .setCreatedAt(nanoseconds())
                .setImage(config.getImage())
                .setImageRef(config.getImage().getImage())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .setLogPath(
                    config.getLogPath().isEmpty()
                        ? ""
                        : sandboxConfig.getLogDirectory() + "/" + config.getLogPath())
                .build()));
    return id;
  }

  @Override
  public synchronized void startContainer(String containerId) throws RuntimeCallException {
    ContainerView view = container(containerId);
    calls.add("StartContainer " + view.name());
    ContainerView running =
        put(
            view,
            view.status().toBuilder()
                .setState(ContainerState.CONTAINER_RUNNING)
                .setStartedAt(nanoseconds()));
    event(running, ContainerEventType.CONTAINER_STARTED_EVENT);
    Integer code = exitsAtOnce.get(view.name());
    if (code != null) {
      exited(running, code, code == 0 ? "Completed" : "Error");
    }
  }

  @Override
  public synchronized void stopContainer(String containerId, long graceSeconds) {
    ContainerView view = containers.get(containerId);
    if (view != null && view.running()) {
      calls.add("StopContainer " + view.name());
      exited(view, 0, "Completed");
    }
  }

  @Override
  public synchronized void removeContainer(String containerId) {
    ContainerView view = containers.remove(containerId);
    if (view != null) {
      calls.add("RemoveContainer " + view.name());
      configs.remove(containerId);
      event(view, ContainerEventType.CONTAINER_DELETED_EVENT);
    }
  }

  @Override
  public synchronized List<Container> listContainers(Map<String, String> labels) {
    List<Container> found = new ArrayList<>();
    for (ContainerView view : containers.values()) {
      ContainerStatus status = view.status();
      if (status.getLabelsMap().entrySet().containsAll(labels.entrySet())) {
        found.add(
            Container.newBuilder()
                .setId(status.getId())
                .setPodSandboxId(view.sandboxId())
                .setMetadata(status.getMetadata())
                .setImage(status.getImage())
                .setImageRef(status.getImageRef())
                .setState(status.getState())
                .setCreatedAt(status.getCreatedAt())
                .putAllLabels(status.getLabelsMap())
                .putAllAnnotations(status.getAnnotationsMap())
                .build());
      }
    }
    return found;
  }

  @Override
  public synchronized ContainerStatus containerStatus(String containerId)
      throws RuntimeCallException {
    return container(containerId).status();
  }

  @Override
  public void updateContainerResources(String containerId, LinuxContainerResources resources) {
    calls.add("UpdateContainerResources " + containerId);
  }

  @Override
  public void reopenContainerLog(String containerId) {
    calls.add("ReopenContainerLog " + containerId);
  }

  @Override
  public ExecSyncResponse execSync(String containerId, List<String> command, Duration timeout)
      throws RuntimeCallException {
    String name;
    synchronized (this) {
      name = container(containerId).name();
    }
    calls.add("ExecSync " + name + " " + String.join(" ", command));
    int code = exec.apply(name, command);
    return ExecSyncResponse.newBuilder().setExitCode(code).setStdout(ByteString.EMPTY).build();
  }

  @Override
  public String execUrl(String containerId, List<String> command, StreamOptions options)
      throws RuntimeCallException {
    throw unimplemented("exec");
  }

  @Override
  public String attachUrl(String containerId, StreamOptions options) throws RuntimeCallException {
    throw unimplemented("attach");
  }

  @Override
  public String portForwardUrl(String sandboxId, List<Integer> ports) throws RuntimeCallException {
    throw unimplemented("port forward");
  }

  @Override
  public List<ContainerStats> listContainerStats(Map<String, String> labels) {
    return List.of();
  }

  @Override
  public List<PodSandboxStats> listPodSandboxStats() {
    return List.of();
  }

  @Override
  public void containerEvents(Consumer<ContainerEventResponse> events) throws RuntimeCallException {
    BlockingQueue<ContainerEventResponse> queue = new LinkedBlockingQueue<>();
    listeners.add(queue);
    try {
      while (true) {
        events.accept(queue.take());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RuntimeCallException(
          RuntimeCallException.Kind.CANCELLED, "Canceled", "context canceled", stopped);
    } finally {
      listeners.remove(queue);
    }
  }

  @Override
  public synchronized List<Image> listImages() {
    return List.copyOf(images.values());
  }

  @Override
  public synchronized @Nullable Image imageStatus(ImageSpec image) {
    return images.get(image.getImage());
  }

  @Override
  public String pullImage(
      ImageSpec image, @Nullable AuthConfig auth, PodSandboxConfig sandboxConfig)
      throws RuntimeCallException {
    calls.add("PullImage " + image.getImage());
    if (unpullable.contains(image.getImage())) {
      throw notFound("failed to pull " + image.getImage());
    }
    addImage(image.getImage());
    return image.getImage();
  }

  @Override
  public synchronized void removeImage(ImageSpec image) {
    calls.add("RemoveImage " + image.getImage());
    images.values().removeIf(known -> known.getId().equals(image.getImage()));
    images.remove(image.getImage());
  }

  @Override
  public List<FilesystemUsage> imageFileSystems() {
    return List.of();
  }

  @Override
  public void close() {}

  private void exited(ContainerView view, int exitCode, String reason) {
    ContainerView stopped =
        put(
            view,
            view.status().toBuilder()
                .setState(ContainerState.CONTAINER_EXITED)
                .setFinishedAt(nanoseconds())
                .setExitCode(exitCode)
                .setReason(reason));
    event(stopped, ContainerEventType.CONTAINER_STOPPED_EVENT);
  }

  private ContainerView put(ContainerView old, ContainerStatus.Builder status) {
    ContainerView view = new ContainerView(old.sandboxId(), status.build());
    containers.put(view.id(), view);
    return view;
  }

  private void event(ContainerView view, ContainerEventType type) {
    ContainerEventResponse.Builder event =
        ContainerEventResponse.newBuilder()
            .setContainerId(view.id())
            .setContainerEventType(type)
            .setCreatedAt(nanoseconds())
            .addContainersStatuses(view.status());
    PodSandboxStatus sandbox = sandboxes.get(view.sandboxId());
    if (sandbox != null) {
      event.setPodSandboxStatus(sandbox);
    }
    listeners.forEach(queue -> queue.add(event.build()));
  }

  private ContainerView container(String id) throws RuntimeCallException {
    ContainerView view = containers.get(id);
    if (view == null) {
      throw notFound("container " + id);
    }
    return view;
  }

  private String nextId() {
    return "%064x".formatted(++counter);
  }

  /** Strictly growing, so that "newest" is well defined under a clock that stands still. */
  private long nanoseconds() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano() + counter++;
  }

  private static RuntimeCallException notFound(String what) {
    return new RuntimeCallException(
        RuntimeCallException.Kind.NOT_FOUND, "NotFound", what + " not found");
  }

  private static RuntimeCallException unimplemented(String what) {
    return new RuntimeCallException(
        RuntimeCallException.Kind.UNIMPLEMENTED,
        "Unimplemented",
        "simulated containers have no " + what);
  }
}
