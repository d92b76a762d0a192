package dev.javernetes.controllermanager.replicaset;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pods counted for a status.
 *
 * @param nextAvailable when a ready pod will become available by time alone
 */
record ReplicaCounts(
    int replicas,
    int fullyLabeled,
    int ready,
    int available,
    int terminating,
    @Nullable Duration nextAvailable) {

  static ReplicaCounts of(Replicas spec, List<Pod> active, int terminating, Instant now) {
    Map<String, String> labels = spec.template().metadata().labels();
    int fullyLabeled = 0;
    int ready = 0;
    int available = 0;
    Duration next = null;
    for (Pod pod : active) {
      if (pod.metadata().labels().entrySet().containsAll(labels.entrySet())) {
        fullyLabeled++;
      }
      if (PodStates.ready(pod)) {
        ready++;
        if (PodStates.available(pod, spec.minReadySeconds(), now)) {
          available++;
        } else {
          Duration left = PodStates.untilAvailable(pod, spec.minReadySeconds(), now);
          if (left != null && (next == null || left.compareTo(next) < 0)) {
            next = left;
          }
        }
      }
    }
    return new ReplicaCounts(active.size(), fullyLabeled, ready, available, terminating, next);
  }
}
