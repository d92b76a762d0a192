package dev.javernetes.launch;

import java.io.PrintStream;
import java.util.Locale;

/** Tells the user what happens, each line with the time since the process began. */
final class Progress {
  private final PrintStream out;
  private final long startedMillis;

  Progress(PrintStream out) {
    this.out = out;
    this.startedMillis =
        ProcessHandle.current()
            .info()
            .startInstant()
            .map(java.time.Instant::toEpochMilli)
            .orElse(System.currentTimeMillis());
  }

  void say(String what) {
    out.println(
        String.format(
            Locale.ROOT,
            "%6.2f s  %s",
            (System.currentTimeMillis() - startedMillis) / 1000.0,
            what));
    out.flush();
  }
}
