package dev.javernetes.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where a cluster keeps everything that it keeps:
 *
 * <pre>
 * pki/             certificates and keys              kubelet/     pods' volumes
 * etcd/            the store                          runtime/     images and containers
 * admin.conf       the kubeconfig                     manifests/   static pods
 * j8s.log          the log                            run/         pid, sockets, lock, settings of the running cluster
 * </pre>
 */
record DataDirectory(Path path) {
  /** The setting that names a runtime which is not ours: where {@code down} finds the pods. */
  static final String RUNTIME_ENDPOINT = "container-runtime-endpoint";

  /** {@code /var/lib/j8s} for root, {@code ~/.local/share/j8s} for everyone else. */
  static Path standard() {
    return isRoot()
        ? Path.of("/var/lib/j8s")
        : Path.of(System.getProperty("user.home"), ".local", "share", "j8s");
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  boolean isStandard() {
    return path.equals(Path.of("/var/lib/j8s"));
  }

  Path pki() {
    return path.resolve("pki");
  }

  Path etcd() {
    return path.resolve("etcd");
  }

  Path kubeconfig() {
    return path.resolve("admin.conf");
  }

  Path log() {
    return path.resolve("j8s.log");
  }

  Path kubelet() {
    return path.resolve("kubelet");
  }

  Path runtime() {
    return path.resolve("runtime");
  }

  Path manifests() {
    return path.resolve("manifests");
  }

  Path run() {
    return path.resolve("run");
  }

  private Path pidFile() {
    return run().resolve("pid");
  }

  private Path settingsFile() {
    return path.resolve("settings.properties");
  }

  void create() {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Files.createDirectories(run());
      Files.createDirectories(manifests());
    } catch (FileAlreadyExistsException file) {
      throw new LaunchException(
          path + " is not a directory: name another one with --data-dir", file);
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot write to "
              + path
              + " ("
              + problem.getMessage()
              + "): name another one with --data-dir",
          problem);
    }
  }

  /**
   * Held for as long as the cluster runs; the system lets go of it however the process ends. Empty:
   * another process has it.
   */
  Optional<FileLock> lock() {
    try {
      FileChannel channel =
          FileChannel.open(
              run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
      return Optional.ofNullable(lock);
    } catch (OverlappingFileLockException ours) {
      return Optional.empty();
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot lock " + run().resolve("lock") + ": " + problem.getMessage(), problem);
    }
  }

  void writePid(long pid) {
    writeAtomically(pidFile(), Long.toString(pid) + "\n");
  }

  void removePid() {
    try {
      Files.deleteIfExists(pidFile());
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot remove " + pidFile() + ": " + problem.getMessage(), problem);
    }
  }

  /**
   * The running cluster's process. A pid file that was left behind, its number another program's by
   * now, does not count.
   */
  Optional<ProcessHandle> process() {
    try {
      long pid = Long.parseLong(Files.readString(pidFile()).strip());
      boolean held = lock().map(DataDirectory::release).isEmpty();
      return held ? ProcessHandle.of(pid) : Optional.empty();
    } catch (IOException | NumberFormatException none) {
      return Optional.empty();
    }
  }

  private static boolean release(FileLock lock) {
    try {
      lock.channel().close();
    } catch (IOException problem) {
      throw new LaunchException("cannot let go of a lock: " + problem.getMessage(), problem);
    }
    return true;
  }

  /** What was chosen at the first start and must stay: ports and address ranges. */
  Properties settings() {
    Properties settings = new Properties();
    if (Files.exists(settingsFile())) {
      try (var in = Files.newBufferedReader(settingsFile())) {
        settings.load(in);
      } catch (IOException problem) {
        throw new LaunchException(
            "cannot read " + settingsFile() + ": " + problem.getMessage(), problem);
      }
    }
    return settings;
  }

  void writeSettings(Properties settings) {
    StringBuilder text =
        new StringBuilder("# chosen at the first start; objects in the store depend on them\n");
    settings.stringPropertyNames().stream()
        .sorted()
        .forEach(
            name -> text.append(name).append('=').append(settings.getProperty(name)).append('\n'));
    writeAtomically(settingsFile(), text.toString());
  }

  private static void writeAtomically(Path file, String text) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException problem) {
      throw new LaunchException("cannot write " + file + ": " + problem.getMessage(), problem);
    }
  }

  static DataDirectory of(@Nullable Path given) {
    return new DataDirectory((given == null ? standard() : given).toAbsolutePath().normalize());
  }
}
