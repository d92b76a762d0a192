package dev.javernetes.runtime.pod;

import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerEventType;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.failure.RuntimeFailure.Reason;
import dev.javernetes.runtime.image.ImageRecord;
import dev.javernetes.runtime.image.ImageStore;
import dev.javernetes.runtime.linux.Posix;
import dev.javernetes.runtime.oci.HostFacts;
import dev.javernetes.runtime.oci.Resources;
import dev.javernetes.runtime.oci.Users;
import dev.javernetes.runtime.record.ContainerRecord;
import dev.javernetes.runtime.record.SandboxRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers from create to remove.
 *
 * <pre>
 * create  overlay mounted, config.json written, crun create under conmon       CREATED
 * start   crun start                                                           RUNNING
 *         conmon writes state/exits/ID                                         EXITED
 * remove  crun delete, unmounted, files gone                                   (no record)
 * </pre>
 *
 * The process is conmon's child, not ours: when we start again, {@link #load} compares each record
 * with the exit file and with the process of that pid and start time.
 */
final class Containers {
  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
  private static final int UNKNOWN_EXIT = 255;
  private static final int START_ERROR_EXIT = 128;
  private static final long AFTER_KILL_SECONDS = 20;

  private final RuntimePaths paths;
  private final ImageStore images;
  private final Sandboxes sandboxes;
  private final OciRuntime oci;
  private final HostFacts host;
  private final Clock clock;
  private final String conmonCgroup;
  private final ContainerBundle bundle;
  private final Listener listener;
  private final Records<ContainerRecord> records;
  private final ConcurrentHashMap<String, CompletableFuture<Void>> ends = new ConcurrentHashMap<>();

  interface Listener {
    void happened(ContainerRecord container, ContainerEventType type);
  }

  Containers(
      RuntimePaths paths,
      ImageStore images,
      Sandboxes sandboxes,
      OciRuntime oci,
      HostFacts host,
      Clock clock,
      String conmonCgroup,
      Listener listener) {
    this.paths = paths;
    this.images = images;
    this.sandboxes = sandboxes;
    this.oci = oci;
    this.host = host;
    this.clock = clock;
    this.conmonCgroup = conmonCgroup;
    this.bundle = new ContainerBundle(paths, images, host);
    this.listener = listener;
    this.records = new Records<>("container", paths.containers());
  }

  void load() throws IOException {
    records.load(
        ContainerRecord::parseFrom,
        id -> {
          try {
            oci.delete(id);
            bundle.discard(id);
          } catch (IOException e) {
            LOG.warn("cannot remove container {}: {}", id, e.getMessage());
          }
        });
    for (ContainerRecord record : records.list()) {
      if (isLive(record)) {
        ends.put(record.getId(), new CompletableFuture<>());
        reconcile(record.getId());
      }
    }
  }

  List<ContainerRecord> list() {
    return records.list();
  }

  ContainerRecord get(String id) {
    return records.get(id).record();
  }

  boolean has(String id) {
    return records.has(id);
  }

  private static boolean isLive(ContainerRecord record) {
    return record.getState() == ContainerState.CONTAINER_RUNNING
        || record.getState() == ContainerState.CONTAINER_CREATED;
  }

  ContainerRecord create(String id, String sandboxId, ContainerConfig config) throws IOException {
    SandboxRecord sandbox = sandboxes.get(sandboxId);
    if (!sandbox.getReady()) {
      throw RuntimeFailure.notReady("sandbox " + sandboxId + " is not ready");
    }
    ImageRecord image = images.get(config.getImage().getImage());
    ContainerRecord.Builder record =
        ContainerRecord.newBuilder()
            .setId(id)
            .setSandboxId(sandbox.getId())
            .setConfig(config)
            .setImageId(image.id().toString())
            .setImageRef(
                image.repoDigests().isEmpty() ? image.id().toString() : image.repoDigests().first())
            .setCreatedAt(Nanos.now(clock))
            .setCgroup(sandbox.getCgroupParent() + "/" + id)
            .setLogPath(logPath(sandbox, config))
            .setResources(config.getLinux().getResources())
            .setStopSignal(
                Signals.stopSignal(config.getStopSignal(), images.config(image).stopSignal()))
            .setState(ContainerState.CONTAINER_CREATED);
    Signals.number(record.getStopSignal());
    // on disk before anything is made: a crash from here on leaves debris that load() knows how to
    // remove
    Files.createDirectories(paths.container(id));
    try {
      Users.User user = bundle.prepare(record, sandbox, image, this::runningPid);
      record.setUid(user.uid()).setGid(user.gid()).addAllGroups(user.groups());
      Path log = Path.of(record.getLogPath());
      if (!record.getLogPath().isEmpty() && log.getParent() != null) {
        Files.createDirectories(log.getParent());
      }
      OciRuntime.Created created =
          oci.create(
              new OciRuntime.Launch(
                  id,
                  record.getLogPath(),
                  config.getTty(),
                  config.getStdin(),
                  config.getStdinOnce()));
      Cgroups.adopt(created.conmonPid(), conmonCgroup, host.cgroupV2());
      record
          .setPid(created.pid())
          .setPidStartTime(ProcessIdentity.of(created.pid()).startTicks())
          .setConmonPid(created.conmonPid());
      ends.put(id, new CompletableFuture<>());
      ContainerRecord done = record.build();
      records.add(id, done);
      listener.happened(done, ContainerEventType.CONTAINER_CREATED_EVENT);
      reconcileIfEnded(id);
      return done;
    } catch (IOException | RuntimeException e) {
      ends.remove(id);
      oci.delete(id);
      bundle.discard(id);
      throw e;
    }
  }

  private static String logPath(SandboxRecord sandbox, ContainerConfig config) {
    String directory = sandbox.getConfig().getLogDirectory();
    return directory.isEmpty() || config.getLogPath().isEmpty()
        ? ""
        : Path.of(directory, config.getLogPath()).toString();
  }

  private long runningPid(String id) {
    ContainerRecord record = get(id);
    if (record.getState() != ContainerState.CONTAINER_RUNNING) {
      throw RuntimeFailure.notReady("container " + id + " is not running");
    }
    return record.getPid();
  }

  ContainerRecord running(String id) {
    runningPid(id);
    return get(id);
  }

  void start(String id) throws IOException {
    var entry = records.get(id);
    entry.lock.lock();
    try {
      ContainerRecord record = entry.record();
      if (record.getState() != ContainerState.CONTAINER_CREATED) {
        throw RuntimeFailure.conflict(
            "container "
                + record.getId()
                + " is "
                + record.getState()
                + ", only a created one can start");
      }
      try {
        oci.start(record.getId());
      } catch (IOException e) {
        failStart(entry, e);
        throw new RuntimeFailure(
            Reason.INTERNAL, "failed to start container: " + e.getMessage(), e);
      }
      ContainerRecord started =
          record.toBuilder()
              .setState(ContainerState.CONTAINER_RUNNING)
              .setStartedAt(Nanos.now(clock))
              .build();
      records.change(record.getId(), entry, started);
      listener.happened(started, ContainerEventType.CONTAINER_STARTED_EVENT);
    } finally {
      entry.lock.unlock();
    }
    reconcileIfEnded(entry.record().getId());
  }

  /** An exit file that came before the record it is for, or while its lock was held. */
  private void reconcileIfEnded(String id) {
    if (Files.exists(paths.exits().resolve(id))) {
      reconcile(id);
    }
  }

  /**
   * As containerd: a container that cannot start has ended with 128, so that a kubelet sees why and
   * makes another.
   */
  private void failStart(Records.Entry<ContainerRecord> entry, IOException cause)
      throws IOException {
    ContainerRecord record = entry.record();
    oci.killAll(record.getId(), Posix.SIGKILL);
    end(entry, START_ERROR_EXIT, Nanos.now(clock), String.valueOf(cause.getMessage()));
    ContainerRecord ended = entry.record().toBuilder().setReason("StartError").build();
    records.change(record.getId(), entry, ended);
  }

  /**
   * Compares a record with what is: called when an exit file appears, and for every live record at
   * start.
   */
  void reconcile(String id) {
    if (!records.has(id)) {
      return;
    }
    var entry = records.get(id);
    entry.lock.lock();
    try {
      ContainerRecord record = entry.record();
      if (!isLive(record)) {
        return;
      }
      Path exit = paths.exits().resolve(id);
      if (Files.exists(exit)) {
        end(entry, exitCode(exit), Nanos.of(Files.getLastModifiedTime(exit).toInstant()), "");
      } else if (!new ProcessIdentity(record.getPid(), record.getPidStartTime()).isAlive()
          && !new ProcessIdentity(record.getConmonPid(), startOf(record.getConmonPid()))
              .isAlive()) {
        end(entry, UNKNOWN_EXIT, Nanos.now(clock), "the container ended while nobody watched");
      }
    } catch (IOException e) {
      LOG.warn("state of container {} cannot be read: {}", id, e.getMessage());
    } finally {
      entry.lock.unlock();
    }
  }

  private static long startOf(long pid) {
    return ProcessIdentity.of(pid).startTicks();
  }

  /** A container whose conmon died cannot leave an exit file; looked for now and then. */
  void reconcileAll() {
    for (ContainerRecord record : records.list()) {
      if (isLive(record)) {
        reconcile(record.getId());
      }
    }
  }

  private static int exitCode(Path file) throws IOException {
    String text = Files.readString(file).strip();
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return UNKNOWN_EXIT;
    }
  }

  private void end(Records.Entry<ContainerRecord> entry, int code, long finishedAt, String message)
      throws IOException {
    ContainerRecord record = entry.record();
    String id = record.getId();
    Path home = paths.bundle(id);
    boolean outOfMemory = Files.exists(home.resolve("oom"));
    String reason = outOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error";
    ContainerRecord ended =
        record.toBuilder()
            .setState(ContainerState.CONTAINER_EXITED)
            .setExitCode(code)
            .setFinishedAt(finishedAt)
            .setReason(reason)
            .setMessage(message)
            .build();
    records.change(id, entry, ended);
    CompletableFuture<Void> end = ends.remove(id);
    if (end != null) {
      end.complete(null);
    }
    listener.happened(ended, ContainerEventType.CONTAINER_STOPPED_EVENT);
  }

  /**
   * The stop signal, then after {@code timeoutSeconds} SIGKILL to all of the container. One that is
   * not running is fine.
   */
  void stop(String id, long timeoutSeconds) throws IOException {
    ContainerRecord record = get(id);
    CompletableFuture<Void> end = ends.get(record.getId());
    if (!isLive(record) || end == null) {
      return;
    }
    boolean started = record.getState() == ContainerState.CONTAINER_RUNNING;
    if (started && timeoutSeconds > 0) {
      signal(record, Signals.number(record.getStopSignal()));
      if (ended(record.getId(), end, timeoutSeconds)) {
        return;
      }
    }
    oci.killAll(record.getId(), Posix.SIGKILL);
    signal(record, Posix.SIGKILL);
    if (!ended(record.getId(), end, AFTER_KILL_SECONDS)) {
      throw new RuntimeFailure(
          Reason.TIMED_OUT, "container " + record.getId() + " does not end on SIGKILL");
    }
  }

  private static void signal(ContainerRecord record, int number) throws IOException {
    if (new ProcessIdentity(record.getPid(), record.getPidStartTime()).isAlive()) {
      Posix.kill(record.getPid(), number);
    }
  }

  private boolean ended(String id, CompletableFuture<Void> end, long seconds) throws IOException {
    try {
      end.get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      reconcile(id);
      return end.isDone();
    } catch (ExecutionException e) {
      throw new IOException("waiting for container " + id + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("waiting for container " + id + " was interrupted");
    }
  }

  void remove(String id) throws IOException {
    ContainerRecord record = get(id);
    String full = record.getId();
    stop(full, 0);
    var entry = records.get(full);
    entry.lock.lock();
    try {
      if (!records.has(full)) {
        return;
      }
      oci.delete(full);
      // conmon ends by itself once the container is gone; if not, it would hold the log open
      if (ProcessIdentity.of(record.getConmonPid()).isAlive() && isConmon(record)) {
        Posix.kill(record.getConmonPid(), Posix.SIGTERM);
      }
      bundle.discard(full);
      Files.deleteIfExists(paths.exits().resolve(full));
      records.remove(full);
    } finally {
      entry.lock.unlock();
    }
    listener.happened(entry.record(), ContainerEventType.CONTAINER_DELETED_EVENT);
  }

  private static boolean isConmon(ContainerRecord record) {
    try {
      String command =
          Files.readString(Path.of("/proc", Long.toString(record.getConmonPid()), "cmdline"));
      return command.contains(record.getId());
    } catch (IOException e) {
      return false;
    }
  }

  void update(String id, LinuxContainerResources change) throws IOException {
    var entry = records.get(id);
    entry.lock.lock();
    try {
      ContainerRecord record = entry.record();
      LinuxContainerResources merged = Resources.merge(record.getResources(), change);
      if (isLive(record)) {
        oci.update(record.getId(), Resources.of(merged, host.swapLimit()));
        if (change.getOomScoreAdj() != 0) {
          Files.writeString(
              Path.of("/proc", Long.toString(record.getPid()), "oom_score_adj"),
              Long.toString(Math.max(change.getOomScoreAdj(), host.powers().lowestOomScore())));
        }
      } else {
        throw RuntimeFailure.conflict("container " + record.getId() + " is not running");
      }
      records.change(record.getId(), entry, record.toBuilder().setResources(merged).build());
    } finally {
      entry.lock.unlock();
    }
  }
}
