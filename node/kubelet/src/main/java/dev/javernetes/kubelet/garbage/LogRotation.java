package dev.javernetes.kubelet.garbage;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps containers' logs small: one that has reached its size is renamed, the runtime opens a new
 * one, older ones are compressed and the oldest deleted.
 *
 * <p>{@code 0.log} of 10 MB becomes {@code 0.log.20261123-070000}; the one before that {@code
 * 0.log.20261123-060000.gz}.
 */
public final class LogRotation {
  private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);
  private static final DateTimeFormatter SUFFIX =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final ContainerRuntime runtime;
  private final InstantSource clock;
  private final long maxBytes;
  private final int maxFiles;

  /** {@code maxFiles} counts the one being written. */
  public LogRotation(ContainerRuntime runtime, InstantSource clock, long maxBytes, int maxFiles) {
    this.runtime = runtime;
    this.clock = clock;
    this.maxBytes = maxBytes;
    this.maxFiles = Math.max(2, maxFiles);
  }

  public void rotate() throws RuntimeCallException {
    for (Container container : runtime.listContainers(Map.of())) {
      if (container.getState() != ContainerState.CONTAINER_RUNNING) {
        continue;
      }
      try {
        String path = runtime.containerStatus(container.getId()).getLogPath();
        if (!path.isEmpty()
            && Files.isRegularFile(Path.of(path))
            && Files.size(Path.of(path)) >= maxBytes) {
          rotate(container.getId(), Path.of(path));
        }
      } catch (IOException | RuntimeCallException problem) {
        LOG.warn("rotating the log of container {}: {}", container.getId(), problem.getMessage());
      }
    }
  }

  private void rotate(String containerId, Path log) throws IOException, RuntimeCallException {
    List<Path> old = rotated(log);
    int kept = maxFiles - 2; // the fresh one and the one renamed now
    for (Path path : old.subList(0, Math.max(0, old.size() - kept))) {
      Files.deleteIfExists(path);
    }
    for (Path path : old.subList(Math.max(0, old.size() - kept), old.size())) {
      if (!path.toString().endsWith(".gz")) {
        compress(path);
      }
    }
    Path renamed = log.resolveSibling(log.getFileName() + "." + SUFFIX.format(clock.instant()));
    Files.move(log, renamed, StandardCopyOption.ATOMIC_MOVE);
    try {
      runtime.reopenContainerLog(containerId);
    } catch (RuntimeCallException problem) {
      Files.move(renamed, log, StandardCopyOption.ATOMIC_MOVE);
      throw problem;
    }
  }

  /** The oldest first. */
  private static List<Path> rotated(Path log) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(log.getParent(), log.getFileName() + ".*")) {
      for (Path entry : entries) {
        if (entry.toString().endsWith(".tmp")) {
          Files.deleteIfExists(entry);
        } else {
          paths.add(entry);
        }
      }
    }
    paths.sort(null);
    return paths;
  }

  private static void compress(Path path) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    try (InputStream in = Files.newInputStream(path);
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(temporary))) {
      in.transferTo(out);
    }
    Files.move(
        temporary, path.resolveSibling(path.getFileName() + ".gz"), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(path);
  }
}
