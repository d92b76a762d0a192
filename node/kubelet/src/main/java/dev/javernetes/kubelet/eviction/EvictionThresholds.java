package dev.javernetes.kubelet.eviction;

import dev.javernetes.api.machinery.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Below which amount of something free the node is under pressure: {@code memory.available<100Mi},
 * {@code nodefs.available<10%}.
 */
public final class EvictionThresholds {
  private static final Set<String> SIGNALS =
      Set.of(
          "memory.available",
          "nodefs.available",
          "nodefs.inodesFree",
          "imagefs.available",
          "imagefs.inodesFree",
          "pid.available");

  private final Map<String, String> bySignal;

  private EvictionThresholds(Map<String, String> bySignal) {
    this.bySignal = bySignal;
  }

  /** Values are amounts or percentages; an unknown signal or a bad value is refused. */
  public static EvictionThresholds parse(Map<String, String> bySignal) {
    bySignal.forEach((signal, value) -> {
      if (!SIGNALS.contains(signal)) {
        throw new IllegalArgumentException("unsupported eviction signal " + signal);
      }
      if (value.endsWith("%")) {
        double percent = Double.parseDouble(value.substring(0, value.length() - 1));
        if (percent < 0 || percent > 100) {
          throw new IllegalArgumentException(
              "eviction threshold " + signal + " must be between 0% and 100%: " + value);
        }
      } else {
        Quantity.parse(value);
      }
    });
    return new EvictionThresholds(new LinkedHashMap<>(bySignal));
  }

  /** As an amount, of this capacity; 0 where there is none. */
  public long bytes(String signal, long capacity) {
    String value = bySignal.get(signal);
    if (value == null) {
      return 0;
    }
    if (value.endsWith("%")) {
      double percent = Double.parseDouble(value.substring(0, value.length() - 1));
      return (long) (capacity * percent / 100);
    }
    return Quantity.parse(value).value();
  }

  boolean crossed(String signal, long available, long capacity) {
    return capacity > 0 && bySignal.containsKey(signal) && available < bytes(signal, capacity);
  }
}
