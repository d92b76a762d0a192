package dev.javernetes.scheduler.framework;

import java.time.Instant;
import java.util.Set;

/**
 * A pod that waits to be scheduled.
 *
 * @param since when it came into the queue, kept over attempts: equal priorities go by age
 * @param attempts how often it was tried
 * @param rejectedBy the plug-ins that turned it down last time
 * @param moves how many events the queue had seen when its last attempt began: an event that came
 *     in meanwhile must not be lost
 */
public record QueuedPod(
    PodInfo pod, Instant since, int attempts, Set<String> rejectedBy, long moves) {
  public QueuedPod {
    rejectedBy = Set.copyOf(rejectedBy);
  }

  public QueuedPod withPod(PodInfo changed) {
    return new QueuedPod(changed, since, attempts, rejectedBy, moves);
  }
}
