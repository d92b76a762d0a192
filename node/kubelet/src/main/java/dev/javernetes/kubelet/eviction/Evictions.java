package dev.javernetes.kubelet.eviction;

import dev.javernetes.api.model.core.v1.EmptyDirVolumeSource;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Volume;
import dev.javernetes.kubelet.container.Resources;
import dev.javernetes.kubelet.event.Events;
import dev.javernetes.kubelet.event.Events.EventType;
import dev.javernetes.kubelet.node.Machine;
import dev.javernetes.kubelet.pod.PodWorkers;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures memory, disk and process ids against their thresholds and ends one pod per look while a
 * threshold is crossed; also pods whose emptyDirs outgrow their sizeLimit. A pressure is told for
 * five minutes after it went, so that a node does not flap.
 */
public final class Evictions {
  private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);
  private static final Duration TRANSITION = Duration.ofMinutes(5);

  private final EvictionThresholds thresholds;
  private final Path root;
  private final long memoryBytes;
  private final InstantSource clock;
  private volatile @Nullable Instant memoryCrossed;
  private volatile @Nullable Instant diskCrossed;
  private volatile @Nullable Instant pidsCrossed;

  public Evictions(
      EvictionThresholds thresholds, Path root, long memoryBytes, InstantSource clock) {
    this.thresholds = thresholds;
    this.root = root;
    this.memoryBytes = memoryBytes;
    this.clock = clock;
  }

  public boolean memoryPressure() {
    return recent(memoryCrossed);
  }

  public boolean diskPressure() {
    return recent(diskCrossed);
  }

  public boolean pidPressure() {
    return recent(pidsCrossed);
  }

  /** One caller at a time; reads a few files of /proc, and pods' emptyDirs that have a limit. */
  public void measure(PodWorkers workers, Events events) {
    Instant now = clock.instant();
    List<Pod> active = workers.active();
    if (thresholds.crossed("memory.available", Machine.availableMemory(), memoryBytes)) {
      memoryCrossed = now;
      evictOne(workers, events, EvictionOrder.of(active, Map.of(), Resources.MEMORY), "memory", 0L);
    }
    try {
      FileStore store = Files.getFileStore(root);
      if (thresholds.crossed("nodefs.available", store.getUsableSpace(), store.getTotalSpace())) {
        diskCrossed = now;
        Map<String, Long> usage = new HashMap<>();
        for (Pod pod : active) {
          usage.put(pod.metadata().uid(), size(root.resolve("pods").resolve(pod.metadata().uid())));
        }
        evictOne(
            workers,
            events,
            EvictionOrder.of(active, usage, Resources.EPHEMERAL_STORAGE),
            "ephemeral-storage",
            0L);
      }
    } catch (IOException problem) {
      LOG.debug("measuring {}: {}", root, problem.getMessage());
    }
    if (pidsLow()) {
      pidsCrossed = now;
    }
    for (Pod pod : active) {
      checkEmptyDirs(workers, events, pod);
    }
  }

  private void checkEmptyDirs(PodWorkers workers, Events events, Pod pod) {
    for (Volume volume : pod.spec().volumes()) {
      EmptyDirVolumeSource source = volume.emptyDir();
      if (source == null
          || source.sizeLimit() == null
          || source.sizeLimit().isZero()
          || source.medium().equals("Memory")) {
        continue;
      }
      Path path =
          root.resolve("pods")
              .resolve(pod.metadata().uid())
              .resolve("volumes/kubernetes.io~empty-dir")
              .resolve(volume.name());
      if (size(path) > source.sizeLimit().value()) {
        String message =
            "Usage of EmptyDir volume \"%s\" exceeds the limit \"%s\". "
                .formatted(volume.name(), source.sizeLimit());
        end(workers, events, pod, message, 0L);
      }
    }
  }

  private static void evictOne(
      PodWorkers workers, Events events, List<Pod> order, String resource, @Nullable Long grace) {
    events.node(EventType.WARNING, "EvictionThresholdMet", "Attempting to reclaim " + resource);
    if (!order.isEmpty()) {
      end(
          workers,
          events,
          order.getFirst(),
          "The node was low on resource: " + resource + ". ",
          grace);
    }
  }

  private static void end(
      PodWorkers workers, Events events, Pod pod, String message, @Nullable Long grace) {
    events.pod(pod, EventType.WARNING, "Evicted", message);
    workers.end(
        pod.metadata().uid(), new Verdict("Evicted", message, "TerminationByKubelet"), grace);
  }

  private boolean pidsLow() {
    try {
      String[] load = Files.readString(Path.of("/proc/loadavg")).split("[ /]");
      long running = Long.parseLong(load[4]);
      long max = Long.parseLong(Files.readString(Path.of("/proc/sys/kernel/pid_max")).strip());
      return thresholds.crossed("pid.available", max - running, max);
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unreadable) {
      return false;
    }
  }

  private boolean recent(@Nullable Instant crossed) {
    return crossed != null && Duration.between(crossed, clock.instant()).compareTo(TRANSITION) < 0;
  }

  private static long size(Path directory) {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    long[] size = new long[1];
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              size[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) {
              return FileVisitResult.CONTINUE; // deleted while we looked
            }
          });
    } catch (IOException problem) {
      LOG.debug("measuring {}: {}", directory, problem.getMessage());
    }
    return size[0];
  }
}
