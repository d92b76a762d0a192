package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.core.v1.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How long a pod may stay on a node with taints. Pure. */
public final class Tolerance {
  private Tolerance() {}

  /**
   * Null: for ever. Zero or less: it goes now.
   *
   * @param taints of the node, any effect
   */
  public static @Nullable Duration left(
      List<Taint> taints, List<Toleration> tolerations, Instant now) {
    Duration least = null;
    for (Taint taint : taints) {
      if (!taint.effect().equals("NoExecute")) {
        continue;
      }
      Duration stay = stay(taint, tolerations, now);
      if (stay != null && (least == null || stay.compareTo(least) < 0)) {
        least = stay;
      }
    }
    return least;
  }

  private static @Nullable Duration stay(Taint taint, List<Toleration> tolerations, Instant now) {
    boolean tolerated = false;
    Long shortest = null;
    for (Toleration toleration : tolerations) {
      if (tolerates(toleration, taint)) {
        tolerated = true;
        Long seconds = toleration.tolerationSeconds();
        if (seconds != null && (shortest == null || seconds < shortest)) {
          shortest = seconds;
        }
      }
    }
    if (!tolerated) {
      return Duration.ZERO;
    }
    if (shortest == null) {
      return null;
    }
    Instant since = Objects.requireNonNullElse(taint.timeAdded(), now);
    return Duration.between(now, since.plusSeconds(Math.max(0, shortest)));
  }

  public static boolean tolerates(Toleration toleration, Taint taint) {
    if (!toleration.effect().isEmpty() && !toleration.effect().equals(taint.effect())) {
      return false;
    }
    if (!toleration.key().isEmpty() && !toleration.key().equals(taint.key())) {
      return false;
    }
    return switch (toleration.operator()) {
      case "", "Equal" -> toleration.value().equals(taint.value());
      case "Exists" -> true;
      case "Lt", "Gt" -> compares(toleration, taint);
      default -> false;
    };
  }

  /** Numeric comparison of the taint's value with the toleration's: KEP-5471. */
  private static boolean compares(Toleration toleration, Taint taint) {
    try {
      long bound = Long.parseLong(toleration.value());
      long value = Long.parseLong(taint.value());
      return toleration.operator().equals("Lt") ? value < bound : value > bound;
    } catch (NumberFormatException notNumbers) {
      return false;
    }
  }
}
