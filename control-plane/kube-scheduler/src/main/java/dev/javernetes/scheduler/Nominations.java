package dev.javernetes.scheduler;

import dev.javernetes.scheduler.framework.NodeSearch;
import dev.javernetes.scheduler.framework.PodInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which waiting pods were promised which node by preemption, so that nobody of lesser importance
 * takes the room that was made.
 */
final class Nominations implements NodeSearch.Nominated {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Nominated> byUid = new HashMap<>();

  private record Nominated(PodInfo pod, String node) {}

  void put(PodInfo pod) {
    String node = pod.pod().status().nominatedNodeName();
    if (!node.isEmpty()) {
      put(pod, node);
    }
  }

  void put(PodInfo pod, String node) {
    lock.lock();
    try {
      byUid.put(pod.uid(), new Nominated(pod, node));
    } finally {
      lock.unlock();
    }
  }

  void remove(String uid) {
    lock.lock();
    try {
      byUid.remove(uid);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<PodInfo> on(String node) {
    lock.lock();
    try {
      if (byUid.isEmpty()) {
        return List.of();
      }
      List<PodInfo> found = new ArrayList<>();
      for (Nominated nominated : byUid.values()) {
        if (nominated.node().equals(node)) {
          found.add(nominated.pod());
        }
      }
      return found;
    } finally {
      lock.unlock();
    }
  }
}
