package dev.javernetes.kubelet.node;

import dev.javernetes.api.machinery.Quantity;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the node has and what of it pods may have: pure.
 *
 * <p>Allocatable is capacity less what is reserved for the system and the kubelet, less what the
 * eviction thresholds keep free.
 */
public record Capacity(Map<String, Quantity> capacity, Map<String, Quantity> allocatable) {
  public Capacity {
    capacity = Map.copyOf(capacity);
    allocatable = Map.copyOf(allocatable);
  }

  /**
   * @param kept what pods may not have, by resource: reservations and eviction thresholds
   */
  public static Capacity of(
      Machine machine, long storageBytes, int maxPods, Map<String, Quantity> kept) {
    Map<String, Quantity> capacity = new LinkedHashMap<>();
    capacity.put("cpu", Quantity.of(machine.processors()));
    capacity.put("memory", kibi(machine.memoryBytes()));
    capacity.put("ephemeral-storage", kibi(storageBytes));
    capacity.put("pods", Quantity.of(maxPods));
    machine.hugePages().forEach((size, bytes) -> capacity.put("hugepages-" + size, kibi(bytes)));
    Map<String, Quantity> allocatable = new LinkedHashMap<>();
    capacity.forEach((name, amount) -> {
      Quantity less = kept.get(name);
      Quantity left = less == null ? amount : amount.subtract(less);
      allocatable.put(name, left.signum() < 0 ? Quantity.ZERO : left);
    });
    return new Capacity(capacity, allocatable);
  }

  private static Quantity kibi(long bytes) {
    return Quantity.of(BigDecimal.valueOf(bytes / 1024 * 1024), Quantity.Format.BINARY_SI);
  }
}
