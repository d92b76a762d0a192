package dev.javernetes.runtime;

import dev.javernetes.runtime.linux.Posix;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host with cgroup v1 whose v2 tree has controllers of its own.
 *
 * <p>crun refuses such a host ("cgroups in hybrid mode not supported, drop all controllers from
 * cgroupv2"). Mounting such a controller as v1 takes it from v2; we note which in a file on a
 * tmpfs. All runtimes of the machine share these mounts, so every one that runs holds a shared lock
 * on that file, and a purge takes the mounts back only if nobody does. File locks belong to a whole
 * process: hence the count, the one static state here.
 */
final class HybridCgroups {
  private static final Logger LOG = LoggerFactory.getLogger(HybridCgroups.class);
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");
  private static final Path MARK = Path.of("/run/j8s-cgroup-controllers");

  private static final ReentrantLock STATE = new ReentrantLock();
  private static int users;
  private static @Nullable FileChannel shared;

  private HybridCgroups() {}

  static void acquire() throws IOException {
    STATE.lock();
    try {
      if (users == 0 && Files.exists(CGROUP.resolve("unified/cgroup.controllers"))) {
        shared =
            FileChannel.open(
                MARK, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        // waits for a purge that is under way
        shared.lock(0, Long.MAX_VALUE, true);
        mountControllers();
      }
      users++;
    } catch (IOException e) {
      if (users == 0 && shared != null) {
        shared.close();
        shared = null;
      }
      throw e;
    } finally {
      STATE.unlock();
    }
  }

  private static void mountControllers() throws IOException {
    String left = Files.readString(CGROUP.resolve("unified/cgroup.controllers")).strip();
    for (String controller : left.split("\\s+")) {
      Path target = CGROUP.resolve(controller);
      if (!controller.isEmpty() && !Files.exists(target)) {
        LOG.info("mounting cgroup controller {} as v1: crun takes no hybrid host", controller);
        Files.createDirectories(target);
        Files.writeString(MARK, controller + "\n", StandardOpenOption.APPEND);
        Posix.onPlatformThread(
            "mount",
            () -> {
              Posix.mount("cgroup", target, "cgroup", 0, controller);
              return null;
            });
      }
    }
  }

  static void release() throws IOException {
    STATE.lock();
    try {
      if (--users == 0 && shared != null) {
        shared.close();
        shared = null;
      }
    } finally {
      STATE.unlock();
    }
  }

  /** Takes the mounts back, unless a runtime or a cgroup of some container still needs them. */
  static void dissolve() throws IOException {
    STATE.lock();
    try {
      if (users > 0 || !Files.exists(MARK)) {
        return;
      }
      try (FileChannel channel = FileChannel.open(MARK, StandardOpenOption.WRITE);
          FileLock alone = channel.tryLock()) {
        if (alone != null && unmountAll(Files.readAllLines(MARK))) {
          Files.delete(MARK);
        }
      }
    } finally {
      STATE.unlock();
    }
  }

  private static boolean unmountAll(List<String> controllers) throws IOException {
    for (String controller : controllers) {
      Path target = CGROUP.resolve(controller);
      if (!Files.isDirectory(target) || controller.isEmpty()) {
        continue;
      }
      if (hasChildren(target)) {
        return false;
      }
      Posix.onPlatformThread(
          "unmount",
          () -> {
            Posix.unmountAll(target);
            return null;
          });
      Files.deleteIfExists(target);
    }
    return true;
  }

  private static boolean hasChildren(Path directory) throws IOException {
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(directory, path -> Files.isDirectory(path))) {
      return children.iterator().hasNext();
    }
  }
}
