package dev.javernetes.etcd.engine;

import org.jspecify.annotations.Nullable;

/** What to do about a failure of the disk, to be put behind its message. */
final class DiskAdvice {
  private DiskAdvice() {}

  static String on(@Nullable String message) {
    return message != null && message.contains("No space left")
        ? "; make room on the disk and start again, nothing acknowledged is lost"
        : "";
  }
}
