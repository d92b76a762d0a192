package dev.javernetes.runtime.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process by pid and start time, so that a pid given to somebody else after a restart is never
 * taken for ours.
 */
record ProcessIdentity(long pid, long startTicks) {
  static ProcessIdentity of(long pid) {
    return new ProcessIdentity(pid, startTicks(pid));
  }

  boolean isAlive() {
    return pid > 1 && startTicks != 0 && startTicks(pid) == startTicks;
  }

  /**
   * Field 22 of /proc/PID/stat, counted behind the name, which may hold anything; 0 if there is no
   * such process or it is a zombie.
   */
  private static long startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals("Z") || fields[0].equals("X") ? 0 : Long.parseLong(fields[19]);
    } catch (IOException e) {
      return 0;
    }
  }
}
