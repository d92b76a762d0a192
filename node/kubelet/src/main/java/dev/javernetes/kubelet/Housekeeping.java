package dev.javernetes.kubelet;

import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events;
import dev.javernetes.kubelet.event.Events.EventType;
import dev.javernetes.kubelet.garbage.DeadContainers;
import dev.javernetes.kubelet.garbage.LogRotation;
import dev.javernetes.kubelet.garbage.OrphanedPods;
import dev.javernetes.kubelet.garbage.UnusedImages;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears away, once a minute; images every fifth time. */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final int IMAGES_EVERY = 5;

  private final Timers timers;
  private final Duration period;
  private final OrphanedPods orphans;
  private final DeadContainers containers;
  private final LogRotation logs;
  private final UnusedImages images;
  private final Events events;
  private volatile boolean closed;
  private volatile Thread runner = Thread.currentThread();

  Housekeeping(
      Timers timers,
      Duration period,
      OrphanedPods orphans,
      DeadContainers containers,
      LogRotation logs,
      UnusedImages images,
      Events events) {
    this.timers = timers;
    this.period = period;
    this.orphans = orphans;
    this.containers = containers;
    this.logs = logs;
    this.images = images;
    this.events = events;
  }

  /** Until closed; on the caller's thread. */
  void run() throws InterruptedException {
    runner = Thread.currentThread();
    for (int round = 0; !closed; round++) {
      attempt("orphaned pods", orphans::sweep);
      attempt("container log rotation", logs::rotate);
      try {
        containers.collect();
      } catch (RuntimeCallException problem) {
        events.node(EventType.WARNING, "ContainerGCFailed", String.valueOf(problem.getMessage()));
      }
      if (round % IMAGES_EVERY == 0) {
        try {
          images.collect();
        } catch (RuntimeCallException problem) {
          events.node(EventType.WARNING, "ImageGCFailed", String.valueOf(problem.getMessage()));
        }
      }
      timers.sleep(period);
    }
  }

  @Override
  public void close() {
    closed = true;
    if (runner != Thread.currentThread() && runner.isVirtual()) {
      runner.interrupt();
    }
  }

  private interface Chore {
    void run() throws RuntimeCallException;
  }

  private static void attempt(String what, Chore chore) {
    try {
      chore.run();
    } catch (RuntimeCallException problem) {
      LOG.warn("{}: {}", what, problem.getMessage());
    }
  }
}
