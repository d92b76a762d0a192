package dev.javernetes.etcd.mvcc;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an embedded store needs from the world around it: a monotonic clock, threads, and something
 * that calls it now and then.
 *
 * @param nanoClock monotonic nanoseconds
 * @param committer runs the one commit task, which blocks on the disk; never more than one at a
 *     time
 * @param watchers runs watch deliveries, which block as long as their listeners do
 * @param ticker calls back until it is told to stop
 */
public record StoreRuntime(
    LongSupplier nanoClock, Executor committer, Executor watchers, Ticker ticker, Runnable stop) {

  private static final Logger log = LoggerFactory.getLogger(StoreRuntime.class);

  /** Periodic calls. */
  public interface Ticker {
    void every(Duration period, Runnable action);
  }

  /**
   * The system's clock, one platform thread for commits, one for ticks, a virtual thread per
   * delivery.
   */
  public static StoreRuntime system(String name) {
    ExecutorService commits =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name(name + "-commit").factory());
    ScheduledThreadPoolExecutor ticks =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(name + "-tick").factory());
    ExecutorService deliveries =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-watch-", 0).factory());
    return new StoreRuntime(
        System::nanoTime,
        commits,
        deliveries,
        (period, action) -> {
          var unused =
              ticks.scheduleWithFixedDelay(
                  () -> survive(action), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        },
        () -> {
          ticks.shutdownNow();
          commits.shutdown();
          deliveries.shutdown();
        });
  }

  /** A tick that fails must not be the last one. */
  private static void survive(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.warn("a periodic task of the store failed", e);
    }
  }
}
