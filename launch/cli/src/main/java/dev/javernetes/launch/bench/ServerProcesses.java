package dev.javernetes.launch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The processes that serve a cluster, as Linux' /proc knows them; none if nobody said which they
 * are, and then no figure of theirs is given.
 */
public record ServerProcesses(List<Long> pids) {
  private static final double TICKS_PER_SECOND = 100; // USER_HZ, proc(5)

  public ServerProcesses {
    pids = List.copyOf(pids);
  }

  boolean known() {
    return !pids.isEmpty();
  }

  /** User and system time of all of them. */
  double cpuSeconds() {
    double ticks = 0;
    for (long pid : pids) {
      String stat = read(pid, "stat");
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  double residentMegabytes() {
    double kilobytes = 0;
    for (long pid : pids) {
      for (String line : read(pid, "status").split("\n")) {
        if (line.startsWith("VmRSS:")) {
          kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kilobytes / 1000;
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException gone) {
      throw new BenchException("no process " + pid + " to measure: " + gone.getMessage());
    }
  }
}
