package dev.javernetes.scheduler;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler believes of the cluster: the nodes with their pods, ahead of the API server by
 * the pods that it has assumed.
 *
 * <pre>
 * assume(web, n1)      the next cycle sees web on n1, though the API server does not know yet
 * podAssigned(web)     the watch confirms it          or     forget(web)     binding failed
 * </pre>
 *
 * <p>A snapshot shares the immutable {@link NodeInfo}s: taking one costs a list, and nothing if
 * nothing has changed.
 */
final class SchedulerCache {
  private static final String ZONE = "topology.kubernetes.io/zone";

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, NodeInfo> nodes = new LinkedHashMap<>();
  private final Map<String, Placed> pods = new HashMap<>();
  private @Nullable List<String> order;
  private @Nullable Snapshot snapshot;

  /** A pod and its node, which need not be known (yet). */
  private record Placed(PodInfo pod, String node, boolean assumed) {}

  Snapshot snapshot() {
    lock.lock();
    try {
      Snapshot current = snapshot;
      if (current == null) {
        List<NodeInfo> ordered = new ArrayList<>(nodes.size());
        for (String name : order()) {
          ordered.add(nodes.get(name));
        }
        current = new Snapshot(ordered);
        snapshot = current;
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  /** One node of each zone in turn, so that a search that ends early has looked into every zone. */
  private List<String> order() {
    if (order != null) {
      return order;
    }
    Map<String, List<String>> zones = new LinkedHashMap<>();
    for (NodeInfo node : nodes.values()) {
      zones
          .computeIfAbsent(node.labels().getOrDefault(ZONE, ""), zone -> new ArrayList<>())
          .add(node.name());
    }
    List<String> interleaved = new ArrayList<>(nodes.size());
    for (int i = 0; interleaved.size() < nodes.size(); i++) {
      for (List<String> zone : zones.values()) {
        if (i < zone.size()) {
          interleaved.add(zone.get(i));
        }
      }
    }
    order = interleaved;
    return interleaved;
  }

  @Nullable NodeInfo node(String name) {
    lock.lock();
    try {
      return nodes.get(name);
    } finally {
      lock.unlock();
    }
  }

  /** A node that was added or changed. Pods that were there before their node are found again. */
  NodeInfo putNode(Node node) {
    lock.lock();
    try {
      String name = node.metadata().name();
      NodeInfo before = nodes.get(name);
      NodeInfo after;
      if (before == null) {
        after = NodeInfo.of(node);
        for (Placed placed : pods.values()) {
          if (placed.node().equals(name)) {
            after = after.with(placed.pod());
          }
        }
        order = null;
      } else {
        after = before.withNode(node);
        if (!before.labels().getOrDefault(ZONE, "").equals(after.labels().getOrDefault(ZONE, ""))) {
          order = null;
        }
      }
      nodes.put(name, after);
      snapshot = null;
      return after;
    } finally {
      lock.unlock();
    }
  }

  void removeNode(String name) {
    lock.lock();
    try {
      if (nodes.remove(name) != null) {
        order = null;
        snapshot = null;
      }
    } finally {
      lock.unlock();
    }
  }

  void assume(PodInfo pod, String node) {
    place(pod, node, true);
  }

  /**
   * The API server says that the pod is on {@code node}: confirms an assumption, or corrects it.
   */
  void podAssigned(PodInfo pod, String node) {
    place(pod, node, false);
  }

  private void place(PodInfo pod, String node, boolean assumed) {
    lock.lock();
    try {
      remove(pod.uid());
      pods.put(pod.uid(), new Placed(pod, node, assumed));
      NodeInfo info = nodes.get(node);
      if (info != null) {
        nodes.put(node, info.with(pod));
        snapshot = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes back an assumption; a pod that the API server has confirmed stays. */
  void forget(PodInfo pod) {
    lock.lock();
    try {
      Placed placed = pods.get(pod.uid());
      if (placed != null && placed.assumed()) {
        remove(pod.uid());
      }
    } finally {
      lock.unlock();
    }
  }

  void podGone(String uid) {
    lock.lock();
    try {
      remove(uid);
    } finally {
      lock.unlock();
    }
  }

  boolean isAssumed(String uid) {
    lock.lock();
    try {
      Placed placed = pods.get(uid);
      return placed != null && placed.assumed();
    } finally {
      lock.unlock();
    }
  }

  private void remove(String uid) {
    Placed placed = pods.remove(uid);
    if (placed != null) {
      NodeInfo info = nodes.get(placed.node());
      if (info != null) {
        nodes.put(placed.node(), info.without(placed.pod()));
        snapshot = null;
      }
    }
  }
}
