package dev.javernetes.kubelet.simulated;

import java.util.Map;

/**
 * How simulated nodes look.
 *
 * @param namePrefix node {@code prefix0}, {@code prefix1}, …
 * @param maxPods per node
 */
public record SimulatedOptions(
    String namePrefix, int maxPods, int processors, long memoryBytes, Map<String, String> labels) {
  public SimulatedOptions {
    labels = Map.copyOf(labels);
    if (maxPods < 1 || processors < 1 || memoryBytes < 1) {
      throw new IllegalArgumentException("a node has at least one pod, one processor, one byte");
    }
  }

  /** 32 processors, 256 GiB and 1,000 pods each: a bench is about the control plane. */
  public static SimulatedOptions defaults() {
    return new SimulatedOptions("simulated-", 1000, 32, 256L << 30, Map.of());
  }
}
