package dev.javernetes.kubelet.garbage;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.FilesystemUsage;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events;
import dev.javernetes.kubelet.event.Events.EventType;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes images that no container uses when their file system fills up: above the high mark, the
 * least recently used first, until below the low mark.
 */
public final class UnusedImages {
  private static final Logger LOG = LoggerFactory.getLogger(UnusedImages.class);

  private record Seen(Instant first, Instant lastUsed) {}

  private final ContainerRuntime runtime;
  private final Events events;
  private final InstantSource clock;
  private final int highPercent;
  private final int lowPercent;
  private final Duration minimumAge;
  private final Map<String, Seen> seen = new HashMap<>();

  public UnusedImages(
      ContainerRuntime runtime,
      Events events,
      InstantSource clock,
      int highPercent,
      int lowPercent,
      Duration minimumAge) {
    this.runtime = runtime;
    this.events = events;
    this.clock = clock;
    this.highPercent = highPercent;
    this.lowPercent = lowPercent;
    this.minimumAge = minimumAge;
  }

  /** Looks, and deletes if need be. One caller at a time. */
  public void collect() throws RuntimeCallException {
    Set<String> inUse = note();
    for (FilesystemUsage usage : runtime.imageFileSystems()) {
      Path mount = Path.of(usage.getFsId().getMountpoint());
      if (!Files.exists(mount)) {
        continue;
      }
      try {
        FileStore store = Files.getFileStore(mount);
        long capacity = store.getTotalSpace();
        long free = store.getUsableSpace();
        if (capacity <= 0) {
          continue;
        }
        long usedPercent = 100 - free * 100 / capacity;
        if (usedPercent >= highPercent) {
          long wanted = capacity * (100 - lowPercent) / 100 - free;
          long freed = free(wanted, inUse);
          if (freed < wanted) {
            events.node(
                EventType.WARNING,
                "FreeDiskSpaceFailed",
                "Failed to garbage collect required amount of images. Attempted to free %d bytes, but only found %d bytes eligible to free."
                    .formatted(wanted, freed));
          }
        }
      } catch (IOException problem) {
        LOG.warn("image file system {}: {}", mount, problem.getMessage());
      }
    }
  }

  /** Deletes every unused image; for an eviction that needs room now. The bytes freed. */
  public long collectAll() throws RuntimeCallException {
    return free(Long.MAX_VALUE, note());
  }

  private Set<String> note() throws RuntimeCallException {
    Instant now = clock.instant();
    Set<String> inUse = new HashSet<>();
    for (Container container : runtime.listContainers(Map.of())) {
      inUse.add(container.getImageRef());
      inUse.add(container.getImageId());
      inUse.add(container.getImage().getImage());
    }
    Set<String> present = new HashSet<>();
    for (Image image : runtime.listImages()) {
      present.add(image.getId());
      Seen before = seen.getOrDefault(image.getId(), new Seen(now, now));
      seen.put(image.getId(), used(image, inUse) ? new Seen(before.first, now) : before);
    }
    seen.keySet().retainAll(present);
    return inUse;
  }

  private long free(long wanted, Set<String> inUse) throws RuntimeCallException {
    Instant now = clock.instant();
    List<Image> candidates = new ArrayList<>();
    for (Image image : runtime.listImages()) {
      Seen when = seen.get(image.getId());
      boolean old = when != null && Duration.between(when.first, now).compareTo(minimumAge) >= 0;
      if (!used(image, inUse) && !image.getPinned() && (old || wanted == Long.MAX_VALUE)) {
        candidates.add(image);
      }
    }
    candidates.sort(
        Comparator.comparing((Image image) -> {
          Seen when = seen.get(image.getId());
          return when == null ? now : when.lastUsed;
        }));
    long freed = 0;
    for (Image image : candidates) {
      if (freed >= wanted) {
        break;
      }
      try {
        LOG.info("removing unused image {}", image.getId());
        runtime.removeImage(ImageSpec.newBuilder().setImage(image.getId()).build());
        freed += image.getSize();
      } catch (RuntimeCallException problem) {
        LOG.warn("removing image {}: {}", image.getId(), problem.getMessage());
      }
    }
    return freed;
  }

  private static boolean used(Image image, Set<String> inUse) {
    return inUse.contains(image.getId())
        || image.getRepoTagsList().stream().anyMatch(inUse::contains)
        || image.getRepoDigestsList().stream().anyMatch(inUse::contains);
  }
}
