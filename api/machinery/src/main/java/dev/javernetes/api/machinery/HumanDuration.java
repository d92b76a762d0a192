package dev.javernetes.api.machinery;

import java.time.Duration;

/**
 * A duration as {@code kubectl get} shows ages: two units at most, and the second only while the
 * first is small.
 *
 * <pre>{@code
 * HumanDuration.format(Duration.ofSeconds(119));   // 119s
 * HumanDuration.format(Duration.ofSeconds(210));   // 3m30s
 * HumanDuration.format(Duration.ofHours(50));      // 2d2h
 * }</pre>
 */
public final class HumanDuration {
  private HumanDuration() {}

  /** Up to two seconds into the future count as now, since clocks differ; more is invalid. */
  public static String format(Duration duration) {
    long seconds = duration.toMillis() / 1000;
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 120) {
      return Math.max(seconds, 0) + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return two(minutes, "m", seconds % 60, "s");
    }
    if (minutes < 180) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    if (hours < 8) {
      return two(hours, "h", minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    long days = hours / 24;
    if (days < 8) {
      return two(days, "d", hours % 24, "h");
    }
    if (days < 730) {
      return days + "d";
    }
    long years = days / 365;
    return years < 8 ? two(years, "y", days % 365, "d") : years + "y";
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
  }
}
