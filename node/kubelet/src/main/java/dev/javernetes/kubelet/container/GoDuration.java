package dev.javernetes.kubelet.container;

import java.time.Duration;

/** Durations as Go prints them: users search for these texts. */
public final class GoDuration {
  private GoDuration() {}

  /** {@code 10s}, {@code 2m40s}, {@code 5m0s}, {@code 1h0m0s}, {@code 1.5s}, {@code 234ms}. */
  public static String text(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos > 0 && nanos < 1_000_000_000) {
      return nanos < 1_000_000 ? trimmed(nanos / 1e3) + "\u00b5s" : trimmed(nanos / 1e6) + "ms";
    }
    long hours = duration.toHours();
    long minutes = duration.toMinutesPart();
    StringBuilder text = new StringBuilder();
    if (hours > 0) {
      text.append(hours).append('h');
    }
    if (hours > 0 || minutes > 0) {
      text.append(minutes).append('m');
    }
    String seconds = "%d.%09d".formatted(duration.toSecondsPart(), duration.toNanosPart());
    seconds = seconds.replaceAll("\\.?0+$", "");
    return text.append(seconds.isEmpty() ? "0" : seconds).append('s').toString();
  }

  private static String trimmed(double value) {
    return java.math.BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
