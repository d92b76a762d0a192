package dev.javernetes.runtime.pod;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerEventResponse;
import dev.javernetes.cri.v1.ContainerEventType;
import dev.javernetes.cri.v1.ContainerFilter;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStats;
import dev.javernetes.cri.v1.ContainerStatsFilter;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxFilter;
import dev.javernetes.cri.v1.PodSandboxStats;
import dev.javernetes.cri.v1.PodSandboxStatsFilter;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.runtime.cni.CniNetwork;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.image.Digest;
import dev.javernetes.runtime.image.ImageStore;
import dev.javernetes.runtime.oci.HostFacts;
import dev.javernetes.runtime.record.ContainerRecord;
import dev.javernetes.runtime.record.SandboxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All pods of this node: the door to this package for the CRI server.
 *
 * <p>Opening takes up whatever a former process left running. Closing lets everything run on;
 * {@link #purge} ends and removes it all.
 */
public final class Pods implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pods.class);
  private static final int ID_BYTES = 32;
  private static final int PURGE_TRIES = 50;
  private static final long PURGE_PAUSE_MILLIS = 50;

  /** How often containers are looked at whose conmon may have died: the only polling there is. */
  private static final long RECONCILE_SECONDS = 10;

  private final RuntimePaths paths;
  private final Sandboxes sandboxes;
  private final Containers containers;
  private final Processes processes;
  private final Usage usage;
  private final Events events = new Events();
  private final ExitWatcher exits;
  private final Clock clock;
  private final RandomGenerator random;
  private final HostFacts host;
  private final String defaultCgroup;
  private final Thread reconciler;

  /** The programs that do the work. */
  public record Programs(Path ociRuntime, Path conmon) {}

  private Pods(
      RuntimePaths paths,
      Programs programs,
      ImageStore images,
      CniNetwork network,
      String defaultCgroup,
      Clock clock,
      RandomGenerator random)
      throws IOException {
    this.paths = paths;
    this.clock = clock;
    this.random = random;
    this.defaultCgroup = defaultCgroup;
    paths.create();
    this.host = HostProbe.read();
    OciRuntime oci = new OciRuntime(programs.ociRuntime(), programs.conmon(), paths);
    this.sandboxes = new Sandboxes(paths, network, oci, host, clock, defaultCgroup);
    this.containers =
        new Containers(
            paths, images, sandboxes, oci, host, clock, defaultCgroup + "/conmon", this::publish);
    this.processes = new Processes(paths, containers, sandboxes, oci);
    this.usage = new Usage(paths, host.cgroupV2(), clock);
    sandboxes.load();
    // the watch is set before records are compared, so that no exit falls between
    this.exits = new ExitWatcher(paths.exits(), containers::reconcile);
    containers.load();
    this.reconciler = Thread.startVirtualThread(this::reconcileNowAndThen);
  }

  public static Pods open(
      RuntimePaths paths,
      Programs programs,
      ImageStore images,
      CniNetwork network,
      String defaultCgroup,
      Clock clock,
      RandomGenerator random)
      throws IOException {
    var pods = new Pods(paths, programs, images, network, defaultCgroup, clock, random);
    Thread.startVirtualThread(pods.sandboxes::checkNetworks);
    return pods;
  }

  private void reconcileNowAndThen() {
    try {
      while (true) {
        Thread.sleep(java.time.Duration.ofSeconds(RECONCILE_SECONDS));
        containers.reconcileAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public Processes processes() {
    return processes;
  }

  public Events events() {
    return events;
  }

  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  // ------------------------------------------------------------------ sandboxes

  public String runSandbox(PodSandboxConfig config, String handler) throws IOException {
    if (!config.hasMetadata() || config.getMetadata().getName().isEmpty()) {
      throw RuntimeFailure.invalid("a sandbox needs metadata with a name");
    }
    return sandboxes.run(newId(), config, handler).getId();
  }

  /**
   * Its containers are killed; they had their chance by StopContainer. A sandbox that is gone is
   * fine.
   */
  public void stopSandbox(String id) throws IOException {
    if (!knownSandbox(id)) {
      return;
    }
    String full = sandboxes.get(id).getId();
    together(of(full), container -> containers.stop(container.getId(), 0));
    sandboxes.stop(full);
  }

  public void removeSandbox(String id) throws IOException {
    if (!knownSandbox(id)) {
      return;
    }
    String full = sandboxes.get(id).getId();
    together(of(full), container -> removeContainer(container.getId()));
    sandboxes.remove(full);
    usage.forget(full);
  }

  private boolean knownSandbox(String id) {
    try {
      sandboxes.get(id);
      return true;
    } catch (RuntimeFailure e) {
      if (e.reason() == RuntimeFailure.Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private interface Step {
    void run(ContainerRecord container) throws IOException;
  }

  /** At the same time, so that ten slow containers take as long as one. */
  private static void together(List<ContainerRecord> all, Step step) throws IOException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (ContainerRecord container : all) {
        running.add(
            threads.submit(() -> {
              step.run(container);
              return null;
            }));
      }
      for (Future<?> one : running) {
        try {
          one.get();
        } catch (ExecutionException e) {
          throw new IOException(String.valueOf(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new java.io.InterruptedIOException("interrupted");
        }
      }
    }
  }

  public PodSandboxStatus sandboxStatus(String id) {
    return Views.status(sandboxes.get(id));
  }

  public List<ContainerStatus> statusesOf(String sandboxId) {
    return of(sandboxes.get(sandboxId).getId()).stream().map(Views::status).toList();
  }

  public List<PodSandbox> listSandboxes(PodSandboxFilter filter) {
    return sandboxes.list().stream()
        .filter(record -> record.getId().startsWith(filter.getId()))
        .filter(record -> !filter.hasState() || Views.state(record) == filter.getState().getState())
        .filter(record ->
            Views.selects(filter.getLabelSelectorMap(), record.getConfig().getLabelsMap()))
        .sorted(Comparator.comparingLong(SandboxRecord::getCreatedAt).reversed())
        .map(Views::listed)
        .toList();
  }

  public void updateSandboxResources(
      String id, LinuxContainerResources overhead, LinuxContainerResources resources)
      throws IOException {
    sandboxes.setResources(id, overhead, resources);
  }

  private List<ContainerRecord> of(String sandboxId) {
    return containers.list().stream().filter(c -> c.getSandboxId().equals(sandboxId)).toList();
  }

  // ------------------------------------------------------------------ containers

  public String createContainer(String sandboxId, ContainerConfig config) throws IOException {
    if (!config.hasMetadata() || config.getMetadata().getName().isEmpty()) {
      throw RuntimeFailure.invalid("a container needs metadata with a name");
    }
    return containers.create(newId(), sandboxId, config).getId();
  }

  public void startContainer(String id) throws IOException {
    containers.start(id);
  }

  public void stopContainer(String id, long timeoutSeconds) throws IOException {
    if (knownContainer(id)) {
      containers.stop(id, timeoutSeconds);
    }
  }

  public void removeContainer(String id) throws IOException {
    if (knownContainer(id)) {
      String full = containers.get(id).getId();
      containers.remove(full);
      usage.forget(full);
    }
  }

  private boolean knownContainer(String id) {
    try {
      containers.get(id);
      return true;
    } catch (RuntimeFailure e) {
      if (e.reason() == RuntimeFailure.Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  public ContainerStatus containerStatus(String id) {
    return Views.status(containers.get(id));
  }

  /** Details for people: {@code crictl inspect}. */
  public ContainerRecord container(String id) {
    return containers.get(id);
  }

  public SandboxRecord sandbox(String id) {
    return sandboxes.get(id);
  }

  public List<Container> listContainers(ContainerFilter filter) {
    return containers.list().stream()
        .filter(record -> record.getId().startsWith(filter.getId()))
        .filter(record -> record.getSandboxId().startsWith(filter.getPodSandboxId()))
        .filter(record -> !filter.hasState() || record.getState() == filter.getState().getState())
        .filter(record ->
            Views.selects(filter.getLabelSelectorMap(), record.getConfig().getLabelsMap()))
        .sorted(Comparator.comparingLong(ContainerRecord::getCreatedAt).reversed())
        .map(Views::listed)
        .toList();
  }

  public void updateContainer(String id, LinuxContainerResources change) throws IOException {
    containers.update(id, change);
  }

  public boolean usesImage(Digest image) {
    return containers.list().stream().anyMatch(c -> c.getImageId().equals(image.toString()));
  }

  // ------------------------------------------------------------------ usage and events

  public ContainerStats containerStats(String id) throws IOException {
    return usage.of(containers.get(id));
  }

  public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) throws IOException {
    List<ContainerStats> all = new ArrayList<>();
    for (ContainerRecord record : containers.list()) {
      if (record.getState() == ContainerState.CONTAINER_RUNNING
          && record.getId().startsWith(filter.getId())
          && record.getSandboxId().startsWith(filter.getPodSandboxId())
          && Views.selects(filter.getLabelSelectorMap(), record.getConfig().getLabelsMap())) {
        all.add(usage.of(record));
      }
    }
    return all;
  }

  public PodSandboxStats sandboxStats(String id) throws IOException {
    SandboxRecord record = sandboxes.get(id);
    return usage.of(record, of(record.getId()));
  }

  public List<PodSandboxStats> listSandboxStats(PodSandboxStatsFilter filter) throws IOException {
    List<PodSandboxStats> all = new ArrayList<>();
    for (SandboxRecord record : sandboxes.list()) {
      if (record.getReady()
          && record.getId().startsWith(filter.getId())
          && Views.selects(filter.getLabelSelectorMap(), record.getConfig().getLabelsMap())) {
        all.add(usage.of(record, of(record.getId())));
      }
    }
    return all;
  }

  private void publish(ContainerRecord container, ContainerEventType type) {
    if (!events.hasListeners()) {
      return;
    }
    ContainerEventResponse.Builder event =
        ContainerEventResponse.newBuilder()
            .setContainerId(container.getId())
            .setContainerEventType(type)
            .setCreatedAt(Nanos.now(clock));
    if (sandboxes.has(container.getSandboxId())) {
      event.setPodSandboxStatus(sandboxStatus(container.getSandboxId()));
      event.addAllContainersStatuses(statusesOf(container.getSandboxId()));
    }
    events.publish(event.build());
  }

  // ------------------------------------------------------------------ the end

  /** Ends and removes every pod. What cannot be removed is told and the rest goes on. */
  public void purge() {
    for (SandboxRecord sandbox : sandboxes.list()) {
      try {
        removeSandbox(sandbox.getId());
      } catch (IOException | RuntimeException e) {
        LOG.warn("sandbox {} is not wholly removed: {}", sandbox.getId(), e.getMessage());
      }
    }
    for (ContainerRecord container : containers.list()) {
      try {
        removeContainer(container.getId());
      } catch (IOException | RuntimeException e) {
        LOG.warn("container {} is not wholly removed: {}", container.getId(), e.getMessage());
      }
    }
    removeCgroup();
  }

  /**
   * A conmon ends some moments after its container is gone, and its cgroup cannot be removed
   * before.
   */
  private void removeCgroup() {
    try {
      for (int i = 0; i < PURGE_TRIES && Cgroups.exists(defaultCgroup, host.cgroupV2()); i++) {
        Cgroups.remove(defaultCgroup, host.cgroupV2());
        Thread.sleep(PURGE_PAUSE_MILLIS);
      }
    } catch (IOException e) {
      LOG.warn("cgroup {} is not removed: {}", defaultCgroup, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    reconciler.interrupt();
    exits.close();
  }

  public RuntimePaths paths() {
    return paths;
  }
}
