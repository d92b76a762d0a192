package dev.javernetes.kubelet.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * mount(2) and its kin by Java's foreign functions. All calls run on one platform thread: a mount
 * may block, and a virtual thread would take its carrier along.
 */
public final class LinuxMounter implements Mounter, AutoCloseable {
  private static final long MS_RDONLY = 1;
  private static final long MS_REMOUNT = 32;
  private static final long MS_BIND = 4096;
  private static final long MS_REC = 16384;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final int MNT_DETACH = 2;
  private static final int O_PATH = 0x200000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_DIRECTORY = 0x10000;
  private static final long RESOLVE_BENEATH = 8;
  private static final long SYS_OPENAT2 = 437; // the same number on every architecture
  private static final int AT_FDCWD = -100;
  private static final int ENOENT = 2;
  private static final int EEXIST = 17;
  private static final int EINVAL = 22;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle MOUNT =
      function(
          "mount",
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS);
  private static final MethodHandle UMOUNT2 =
      function("umount2", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);
  private static final MethodHandle MKDIRAT =
      function("mkdirat", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final MethodHandle SYSCALL_OPENAT2 =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("kubelet-mounts").factory());

  @Override
  public void tmpfs(Path target, long sizeBytes, int mode) throws IOException {
    Files.createDirectories(target);
    if (mounted(target)) {
      return;
    }
    String options = "mode=" + Integer.toOctalString(mode);
    if (sizeBytes > 0) {
      options += ",size=" + sizeBytes;
    }
    mount("tmpfs", target, "tmpfs", 0, options);
  }

  @Override
  public void bind(Path source, Path target, boolean readOnly) throws IOException {
    prepareTarget(source, target);
    mount(source.toString(), target, "", MS_BIND | MS_REC, "");
    if (readOnly) {
      mount("none", target, "", MS_BIND | MS_REMOUNT | MS_RDONLY, "");
    }
  }

  @Override
  public void bindBeneath(Path root, String subPath, Path target) throws IOException {
    onThread(() -> {
      int rootFd = open(AT_FDCWD, root.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
      if (rootFd < 0) {
        throw failure("open", root.toString(), -rootFd);
      }
      try {
        int fd = openOrCreate(rootFd, subPath);
        try {
          Path held = Path.of("/proc/self/fd/" + fd);
          prepareTarget(held, target);
          int result = mountCall(held.toString(), target.toString(), "", MS_BIND | MS_REC, "");
          if (result != 0) {
            throw failure("mount", target.toString(), result);
          }
        } finally {
          close(fd);
        }
      } finally {
        close(rootFd);
      }
      return true;
    });
  }

  @Override
  public boolean mounted(Path target) throws IOException {
    return mountPoints().contains(target.toString());
  }

  @Override
  public void unmount(Path target) throws IOException {
    int error = onThread(() -> umountCall(target.toString(), UMOUNT_NOFOLLOW));
    if (error == 16) { // EBUSY: someone still looks; the name goes now, the rest when they leave
      error = onThread(() -> umountCall(target.toString(), UMOUNT_NOFOLLOW | MNT_DETACH));
    }
    if (error != 0 && error != EINVAL && error != ENOENT) {
      throw failure("umount", target.toString(), error);
    }
  }

  @Override
  public List<Path> mountsBelow(Path root) throws IOException {
    String prefix = root.toString();
    List<Path> found = new ArrayList<>();
    for (String point : mountPoints()) {
      if (point.equals(prefix) || point.startsWith(prefix + "/")) {
        found.add(Path.of(point));
      }
    }
    found.sort(Comparator.comparingInt(Path::getNameCount).reversed());
    return found;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static int openOrCreate(int rootFd, String subPath) throws IOException {
    int fd = open(rootFd, subPath, O_PATH | O_CLOEXEC, RESOLVE_BENEATH);
    if (fd >= 0) {
      return fd;
    }
    if (fd != -ENOENT) {
      throw failure("open", subPath, -fd);
    }
    // Directory by directory, each held open: nobody can slip a link in between.
    int parent = open(rootFd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC, RESOLVE_BENEATH);
    StringBuilder walked = new StringBuilder();
    try {
      for (Path element : Path.of(subPath)) {
        String name = element.toString();
        walked.append(walked.isEmpty() ? "" : "/").append(name);
        int made = mkdirat(parent, name, 0750);
        if (made != 0 && made != EEXIST) {
          throw failure("mkdir", walked.toString(), made);
        }
        int next =
            open(rootFd, walked.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC, RESOLVE_BENEATH);
        if (next < 0) {
          throw failure("open", walked.toString(), -next);
        }
        close(parent);
        parent = next;
      }
      int result = parent;
      parent = -1;
      return result;
    } finally {
      if (parent >= 0) {
        close(parent);
      }
    }
  }

  private static void prepareTarget(Path source, Path target) throws IOException {
    if (Files.isDirectory(source)) {
      Files.createDirectories(target);
    } else {
      Files.createDirectories(target.getParent());
      if (!Files.exists(target)) {
        Files.createFile(target);
      }
    }
  }

  private void mount(String source, Path target, String type, long flags, String options)
      throws IOException {
    int error = onThread(() -> mountCall(source, target.toString(), type, flags, options));
    if (error != 0) {
      throw failure("mount", target.toString(), error);
    }
  }

  /** Of /proc/self/mountinfo, field 5, with its octal escapes, see proc(5). */
  private static List<String> mountPoints() throws IOException {
    List<String> points = new ArrayList<>();
    for (String line :
        Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8)) {
      String[] fields = line.split(" ", 6);
      if (fields.length > 4) {
        points.add(
            fields[4]
                .replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\"));
      }
    }
    return points;
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T onThread(Call<T> call) throws IOException {
    try {
      return thread.submit(call::run).get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } catch (ExecutionException problem) {
      if (problem.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(problem.getCause());
    }
  }

  private static int mountCall(
      String source, String target, String type, long flags, String options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int result =
          (int)
              MOUNT.invokeExact(
                  errno,
                  arena.allocateFrom(source),
                  arena.allocateFrom(target),
                  arena.allocateFrom(type),
                  flags,
                  arena.allocateFrom(options));
      return result == 0 ? 0 : (int) ERRNO.get(errno, 0L);
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static int umountCall(String target, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int result = (int) UMOUNT2.invokeExact(errno, arena.allocateFrom(target), flags);
      return result == 0 ? 0 : (int) ERRNO.get(errno, 0L);
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static int mkdirat(int fd, String name, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      int result = (int) MKDIRAT.invokeExact(errno, fd, arena.allocateFrom(name), mode);
      return result == 0 ? 0 : (int) ERRNO.get(errno, 0L);
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) CLOSE.invokeExact(arena.allocate(ERRNO_LAYOUT), fd);
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  /** openat2(2); a negative errno on failure. */
  private static int open(int fd, String path, int flags, long resolve) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      MemorySegment how = arena.allocate(24, 8);
      how.set(ValueLayout.JAVA_LONG, 0, flags);
      how.set(ValueLayout.JAVA_LONG, 16, resolve);
      long result =
          (long)
              SYSCALL_OPENAT2.invokeExact(
                  errno, SYS_OPENAT2, fd, arena.allocateFrom(path), how, 24L);
      return result >= 0 ? (int) result : -(int) ERRNO.get(errno, 0L);
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static IOException failure(String call, String path, int errno) {
    String text =
        switch (errno) {
          case 1 -> "operation not permitted";
          case 2 -> "no such file or directory";
          case 13 -> "permission denied";
          case 18 -> "leads out of its volume"; // EXDEV of RESOLVE_BENEATH
          case 20 -> "not a directory";
          case 28 -> "no space left on device";
          case 40 -> "too many levels of symbolic links";
          default -> "errno " + errno;
        };
    return new IOException(call + " " + path + ": " + text);
  }
}
