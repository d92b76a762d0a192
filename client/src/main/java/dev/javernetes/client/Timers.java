package dev.javernetes.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/**
 * Time, as everything above the client port sees it: what the wall clock says, and "run this in a
 * while". {@link #system} is the real one; {@link ManualTimers} stands still until a test advances
 * it.
 */
public interface Timers extends InstantSource {

  /** A task that waits for its time. */
  interface Pending {
    /** The task will not start any more; one that runs already is left to end. */
    void cancel();
  }

  /** Monotonic, for durations. */
  long nanoTime();

  /** Runs {@code task} once, on a virtual thread of its own, when {@code delay} has passed. */
  Pending after(Duration delay, Runnable task);

  /** Blocks the caller. */
  default void sleep(Duration delay) throws InterruptedException {
    CountDownLatch passed = new CountDownLatch(1);
    Pending pending = after(delay, passed::countDown);
    try {
      passed.await();
    } finally {
      pending.cancel();
    }
  }

  /** The machine's clocks. A waiting task is a parked virtual thread: there is no pool. */
  static Timers system() {
    return new Timers() {
      @Override
      public Instant instant() {
        return Instant.now();
      }

      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public Pending after(Duration delay, Runnable task) {
        CountDownLatch cancelled = new CountDownLatch(1);
        Thread.ofVirtual()
            .name("timer")
            .start(() -> {
              try {
                if (!cancelled.await(delay.toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS)) {
                  task.run();
                }
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
        return cancelled::countDown;
      }

      @Override
      public void sleep(Duration delay) throws InterruptedException {
        Thread.sleep(delay);
      }
    };
  }
}
