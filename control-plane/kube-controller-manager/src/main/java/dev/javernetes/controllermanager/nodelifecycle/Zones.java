package dev.javernetes.controllermanager.nodelifecycle;

import dev.javernetes.api.model.core.v1.Node;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How fast nodes of a zone may lose their pods. One dead node in a hundred is a dead node; sixty in
 * a hundred are a broken network, where evicting would only do harm.
 *
 * @param evictionRate per second while a zone is well
 * @param secondaryRate while more than {@code unhealthyThreshold} of a large zone is not ready
 */
record Zones(
    double evictionRate, double secondaryRate, double unhealthyThreshold, int largeClusterNodes) {

  private record Count(int ready, int notReady) {
    Count plus(boolean isReady) {
      return isReady ? new Count(ready + 1, notReady) : new Count(ready, notReady + 1);
    }
  }

  static String of(Node node) {
    Map<String, String> labels = node.metadata().labels();
    return labels.getOrDefault("topology.kubernetes.io/region", "")
        + ":"
        + labels.getOrDefault("topology.kubernetes.io/zone", "");
  }

  /** Evictions per second in each zone; 0 is none. */
  Map<String, Double> rates(Collection<Node> nodes) {
    Map<String, Count> counts = new HashMap<>();
    for (Node node : nodes) {
      boolean ready = NodeHealth.ready(node).equals("True");
      counts.merge(of(node), new Count(0, 0).plus(ready), (count, one) -> count.plus(ready));
    }
    boolean allDown = counts.values().stream().allMatch(count -> count.ready == 0);
    Map<String, Double> rates = new HashMap<>();
    counts.forEach((zone, count) -> rates.put(zone, allDown ? 0.0 : rate(count)));
    return rates;
  }

  private double rate(Count count) {
    int all = count.ready + count.notReady;
    if (count.ready == 0) {
      return evictionRate; // this zone alone is down: its pods belong elsewhere
    }
    if (count.notReady > 2 && (double) count.notReady / all >= unhealthyThreshold) {
      return all > largeClusterNodes ? secondaryRate : 0;
    }
    return evictionRate;
  }
}
