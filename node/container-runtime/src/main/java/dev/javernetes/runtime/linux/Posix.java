package dev.javernetes.runtime.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that the JDK has no words for. Numbers are Linux's, the same on x86-64 and
 * AArch64.
 *
 * <p>Calls that may block or that change the calling thread (mount, setns, unshare, read) belong on
 * a platform thread: see {@link #onPlatformThread}. The JVM's own file system calls are used
 * wherever they can do the work.
 */
public final class Posix {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_REMOUNT = 32;
  public static final long MS_BIND = 4096;
  public static final long MS_REC = 16384;
  public static final long MS_PRIVATE = 1 << 18;
  public static final int MNT_DETACH = 2;

  public static final int SIGHUP = 1;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;

  static final int CLONE_NEWUTS = 0x04000000;
  static final int CLONE_NEWIPC = 0x08000000;
  static final int CLONE_NEWNET = 0x40000000;

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int O_CLOEXEC = 0x80000;

  private static final LibC MOUNT = new LibC("mount", 5);
  private static final LibC UMOUNT = new LibC("umount2", 2);
  private static final LibC UNSHARE = new LibC("unshare", 1);
  private static final LibC SETNS = new LibC("setns", 2);
  private static final LibC OPEN = new LibC("open", 3);
  private static final LibC CLOSE = new LibC("close", 1);
  private static final LibC KILL = new LibC("kill", 2);
  private static final LibC FCHOWNAT = new LibC("fchownat", 5);
  private static final LibC CHMOD = new LibC("chmod", 2);
  private static final LibC MKNOD = new LibC("mknod", 3);
  private static final LibC UTIMENSAT = new LibC("utimensat", 4);
  private static final LibC LSETXATTR = new LibC("lsetxattr", 5);
  private static final LibC SETHOSTNAME = new LibC("sethostname", 2);
  private static final LibC IOCTL = new LibC("ioctl", 3);
  private static final LibC READ = new LibC("read", 3);
  private static final LibC WRITE = new LibC("write", 3);

  private Posix() {}

  public static void mount(String source, Path target, String type, long flags, String data)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MOUNT.call(
          "mount " + source + " on " + target,
          text(arena, source),
          text(arena, target.toString()),
          text(arena, type),
          flags,
          data.isEmpty() ? 0 : text(arena, data));
    }
  }

  public static void unmount(Path target, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      UMOUNT.call("umount " + target, text(arena, target.toString()), flags);
    }
  }

  /**
   * Unmounts all that is stacked on {@code target}; nothing mounted there, or no such path, is
   * fine.
   */
  public static void unmountAll(Path target) throws IOException {
    for (int i = 0; i < 64; i++) {
      try {
        unmount(target, MNT_DETACH);
      } catch (PosixException e) {
        if (e.errno() == PosixException.EINVAL || e.errno() == PosixException.ENOENT) {
          return;
        }
        throw e;
      }
    }
  }

  static void unshare(int flags) throws IOException {
    UNSHARE.call("unshare", flags);
  }

  static void setns(int fd, int type) throws IOException {
    SETNS.call("setns", fd, type);
  }

  static int openReadOnly(Path path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return OPEN.call("open " + path, text(arena, path.toString()), O_CLOEXEC, 0);
    }
  }

  static void close(int fd) {
    try {
      CLOSE.call("close", fd);
    } catch (PosixException e) {
      // Linux has released the descriptor whatever close(2) says.
    }
  }

  /** False if there is no such process. */
  public static boolean kill(long pid, int signal) throws IOException {
    if (pid <= 1) {
      throw new IllegalArgumentException("refusing to signal pid " + pid);
    }
    try {
      KILL.call("kill " + pid, pid, signal);
      return true;
    } catch (PosixException e) {
      if (e.errno() == PosixException.ESRCH) {
        return false;
      }
      throw e;
    }
  }

  /** Of the path itself, never of what a symlink points to. */
  public static void changeOwner(Path path, long uid, long gid) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      FCHOWNAT.call(
          "chown " + path, AT_FDCWD, text(arena, path.toString()), uid, gid, AT_SYMLINK_NOFOLLOW);
    }
  }

  /** All twelve bits, set-user-id and sticky too. Follows symlinks: never call it on one. */
  public static void changeMode(Path path, int mode) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      CHMOD.call("chmod " + path, text(arena, path.toString()), mode & 07777);
    }
  }

  /** {@code mode} carries the file type: S_IFCHR 0020000, S_IFBLK 0060000, S_IFIFO 0010000. */
  public static void makeNode(Path path, int mode, long major, long minor) throws IOException {
    // makedev(3) of glibc
    long device =
        (minor & 0xff)
            | ((major & 0xfff) << 8)
            | ((minor & ~0xffL) << 12)
            | ((major & ~0xfffL) << 32);
    try (Arena arena = Arena.ofConfined()) {
      MKNOD.call("mknod " + path, text(arena, path.toString()), mode, device);
    }
  }

  public static void setModified(Path path, long seconds, int nanos) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(32, 8);
      for (int i = 0; i < 2; i++) {
        times.setAtIndex(ValueLayout.JAVA_LONG, i * 2L, seconds);
        times.setAtIndex(ValueLayout.JAVA_LONG, i * 2L + 1, nanos);
      }
      UTIMENSAT.call(
          "utimensat " + path,
          AT_FDCWD,
          text(arena, path.toString()),
          times.address(),
          AT_SYMLINK_NOFOLLOW);
    }
  }

  public static void setAttribute(Path path, String name, byte[] value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, value.length));
      MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
      LSETXATTR.call(
          "setxattr " + name + " on " + path,
          text(arena, path.toString()),
          text(arena, name),
          bytes.address(),
          value.length,
          0);
    }
  }

  static void setHostname(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SETHOSTNAME.call(
          "sethostname", text(arena, name), name.getBytes(StandardCharsets.UTF_8).length);
    }
  }

  static int ioctl(String description, int fd, long request, MemorySegment argument)
      throws IOException {
    return IOCTL.call(description, fd, request, argument.address());
  }

  /** -1 at the end. */
  static int read(int fd, byte[] buffer, int offset, int length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(length);
      int count = (int) READ.callLong("read", fd, bytes.address(), length);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, buffer, offset, count);
      return count == 0 ? -1 : count;
    }
  }

  static void write(int fd, byte[] buffer, int offset, int length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, length));
      MemorySegment.copy(buffer, offset, bytes, ValueLayout.JAVA_BYTE, 0, length);
      long done = 0;
      while (done < length) {
        done += WRITE.callLong("write", fd, bytes.address() + done, length - done);
      }
    }
  }

  static long text(Arena arena, String text) {
    return arena.allocateFrom(text).address();
  }

  /**
   * Runs {@code work} on a platform thread of its own, which ends with it: whatever it changed of
   * its thread is gone.
   */
  public static <T extends @Nullable Object> T onPlatformThread(String name, Callable<T> work)
      throws IOException {
    var task = new FutureTask<T>(work);
    Thread thread = Thread.ofPlatform().daemon().name(name).start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException(name + " was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IOException(name + " failed: " + e.getCause(), e.getCause());
    }
  }
}
