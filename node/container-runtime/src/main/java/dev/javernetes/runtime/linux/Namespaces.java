package dev.javernetes.runtime.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A pod's namespaces, kept by bind mounts instead of by a process.
 *
 * <p>A thread of its own leaves the host's namespaces with unshare(2), binds {@code
 * /proc/thread-self/ns/net} and the like onto files of the sandbox's directory, and ends. The
 * mounts keep the namespaces alive with nothing running in them, and over a restart of this
 * process:
 *
 * <pre>{@code
 * /run/j8s/sandboxes/4be1…/ns/net    nsfs net:[4026532301]
 * /run/j8s/sandboxes/4be1…/ns/uts    nsfs uts:[4026532302]
 * }</pre>
 */
public final class Namespaces {
  /**
   * The kinds that a thread can leave by itself; a PID namespace needs a process, see {@code
   * PauseProgram}.
   */
  public enum Kind {
    NET("net", Posix.CLONE_NEWNET),
    IPC("ipc", Posix.CLONE_NEWIPC),
    UTS("uts", Posix.CLONE_NEWUTS);

    private final String file;
    private final int flag;

    Kind(String file, int flag) {
      this.file = file;
      this.flag = flag;
    }

    public Path in(Path directory) {
      return directory.resolve(file);
    }
  }

  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final LibC SOCKET = new LibC("socket", 3);

  private Namespaces() {}

  /** Sysctl names are dotted, as in a pod: {@code net.ipv4.ip_unprivileged_port_start}. */
  public static void create(
      Path directory, Set<Kind> kinds, String hostname, Map<String, String> sysctls)
      throws IOException {
    Files.createDirectories(directory);
    Posix.onPlatformThread(
        "namespaces",
        () -> {
          int flags = 0;
          for (Kind kind : kinds) {
            flags |= kind.flag;
          }
          Posix.unshare(flags);
          if (kinds.contains(Kind.UTS) && !hostname.isEmpty()) {
            Posix.setHostname(hostname);
          }
          if (kinds.contains(Kind.NET)) {
            raiseLoopback();
          }
          for (var sysctl : sysctls.entrySet()) {
            writeSysctl(sysctl.getKey(), sysctl.getValue());
          }
          for (Kind kind : kinds) {
            Path file = kind.in(directory);
            Files.createFile(file);
            Posix.mount("/proc/thread-self/ns/" + kind.file, file, "", Posix.MS_BIND, "");
          }
          return null;
        });
  }

  /** Binds a namespace of a running process, to have it outlive the process. */
  public static void keep(long pid, String kind, Path file) throws IOException {
    Files.createDirectories(parent(file));
    Files.createFile(file);
    Posix.onPlatformThread(
        "namespaces",
        () -> {
          Posix.mount("/proc/" + pid + "/ns/" + kind, file, "", Posix.MS_BIND, "");
          return null;
        });
  }

  public static void release(Path directory) throws IOException {
    for (String name : new String[] {"net", "ipc", "uts", "pid"}) {
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        Posix.unmountAll(file);
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }

  /**
   * Runs {@code work} inside a network namespace. A socket opened there stays there, whichever
   * thread uses it later.
   */
  public static <T extends @Nullable Object> T inNetwork(Path namespace, Callable<T> work)
      throws IOException {
    return Posix.onPlatformThread(
        "in-netns",
        () -> {
          int fd = Posix.openReadOnly(namespace);
          try {
            Posix.setns(fd, Posix.CLONE_NEWNET);
          } finally {
            Posix.close(fd);
          }
          return work.call();
        });
  }

  private static void writeSysctl(String name, String value) throws IOException {
    Path file = Path.of("/proc/sys", name.replace('.', '/')).normalize();
    if (!file.startsWith("/proc/sys/net")
        && !file.startsWith("/proc/sys/kernel")
        && !file.startsWith("/proc/sys/fs/mqueue")) {
      throw new IOException("sysctl " + name + " is not of a namespace of the pod");
    }
    try {
      Files.write(file, value.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IOException("sysctl " + name + " = " + value + ": " + e.getMessage(), e);
    }
  }

  /**
   * What {@code ip link set lo up} does: the CNI loopback plugin without its process. See
   * netdevice(7).
   */
  private static void raiseLoopback() throws IOException {
    int socket = SOCKET.call("socket", 2, 2, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(40, 8);
      MemorySegment.copy(
          "lo".getBytes(StandardCharsets.US_ASCII), 0, request, ValueLayout.JAVA_BYTE, 0, 2);
      Posix.ioctl("read flags of lo", socket, SIOCGIFFLAGS, request);
      short flags = request.get(ValueLayout.JAVA_SHORT, 16);
      request.set(ValueLayout.JAVA_SHORT, 16, (short) (flags | 1));
      Posix.ioctl("raise lo", socket, SIOCSIFFLAGS, request);
    } finally {
      Posix.close(socket);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no parent: " + file);
    }
    return parent;
  }
}
