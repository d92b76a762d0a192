package dev.javernetes.runtime.pod;

import dev.javernetes.cri.v1.Signal;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.util.Locale;
import java.util.Map;

/**
 * Signal names and Linux numbers, see signal(7): {@code SIGTERM}, {@code TERM} and {@code 15} are
 * one.
 */
final class Signals {
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("HUP", 1),
          Map.entry("INT", 2),
          Map.entry("QUIT", 3),
          Map.entry("ILL", 4),
          Map.entry("TRAP", 5),
          Map.entry("ABRT", 6),
          Map.entry("IOT", 6),
          Map.entry("BUS", 7),
          Map.entry("FPE", 8),
          Map.entry("KILL", 9),
          Map.entry("USR1", 10),
          Map.entry("SEGV", 11),
          Map.entry("USR2", 12),
          Map.entry("PIPE", 13),
          Map.entry("ALRM", 14),
          Map.entry("TERM", 15),
          Map.entry("STKFLT", 16),
          Map.entry("CHLD", 17),
          Map.entry("CLD", 17),
          Map.entry("CONT", 18),
          Map.entry("STOP", 19),
          Map.entry("TSTP", 20),
          Map.entry("TTIN", 21),
          Map.entry("TTOU", 22),
          Map.entry("URG", 23),
          Map.entry("XCPU", 24),
          Map.entry("XFSZ", 25),
          Map.entry("VTALRM", 26),
          Map.entry("PROF", 27),
          Map.entry("WINCH", 28),
          Map.entry("IO", 29),
          Map.entry("POLL", 29),
          Map.entry("PWR", 30),
          Map.entry("SYS", 31),
          Map.entry("RTMIN", 34),
          Map.entry("RTMAX", 64));

  private Signals() {}

  static int number(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String bare = upper.startsWith("SIG") ? upper.substring(3) : upper;
    Integer known = NUMBERS.get(bare);
    if (known != null) {
      return known;
    }
    try {
      if (bare.startsWith("RTMIN+")) {
        return 34 + Integer.parseInt(bare.substring(6));
      }
      if (bare.startsWith("RTMAX-")) {
        return 64 - Integer.parseInt(bare.substring(6));
      }
      int number = Integer.parseInt(bare);
      if (number >= 1 && number <= 64) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the refusal
    }
    throw RuntimeFailure.invalid("unknown stop signal \"" + name + "\"");
  }

  /** The request's signal, else the image's, else SIGTERM. */
  static String stopSignal(Signal requested, String image) {
    if (requested != Signal.RUNTIME_DEFAULT && requested != Signal.UNRECOGNIZED) {
      return requested.name().replace("PLUS", "+").replace("MINUS", "-");
    }
    return image.isEmpty() ? "SIGTERM" : image.toUpperCase(Locale.ROOT);
  }

  static Signal toCri(String name) {
    String full =
        (name.startsWith("SIG") ? name : "SIG" + name).replace("+", "PLUS").replace("-", "MINUS");
    for (Signal signal : Signal.values()) {
      if (signal.name().equals(full)) {
        return signal;
      }
    }
    return Signal.RUNTIME_DEFAULT;
  }
}
