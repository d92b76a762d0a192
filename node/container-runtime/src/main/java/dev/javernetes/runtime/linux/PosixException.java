package dev.javernetes.runtime.linux;

import java.io.IOException;

/**
 * A system call that failed, with its errno: {@code mount /x: ENOENT (no such file or directory)}.
 */
public final class PosixException extends IOException {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EINVAL = 22;
  public static final int EOPNOTSUPP = 95;

  private final int errno;

  PosixException(String call, int errno) {
    super(call + ": " + describe(errno));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  private static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM (operation not permitted)";
      case ENOENT -> "ENOENT (no such file or directory)";
      case ESRCH -> "ESRCH (no such process)";
      case EIO -> "EIO (input/output error)";
      case EBADF -> "EBADF (bad file descriptor)";
      case 13 -> "EACCES (permission denied)";
      case EBUSY -> "EBUSY (device or resource busy)";
      case EEXIST -> "EEXIST (file exists)";
      case 19 -> "ENODEV (no such device)";
      case 20 -> "ENOTDIR (not a directory)";
      case EINVAL -> "EINVAL (invalid argument)";
      case 28 -> "ENOSPC (no space left on device)";
      case 30 -> "EROFS (read-only file system)";
      case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
      case 111 -> "ECONNREFUSED (connection refused)";
      default -> "errno " + errno;
    };
  }
}
