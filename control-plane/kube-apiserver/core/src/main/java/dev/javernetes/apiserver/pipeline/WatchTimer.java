package dev.javernetes.apiserver.pipeline;

import dev.javernetes.apiserver.watchcache.CacheWatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Ends watches at their time and sends bookmarks: every minute, and two seconds before the end, so
 * that a client that starts anew has a resource version to start from.
 */
final class WatchTimer {
  private static final long BOOKMARK_SECONDS = 60;
  private static final long BOOKMARK_BEFORE_END_SECONDS = 2;
  private static final long MINIMUM_SECONDS = 1_800;

  private final ScheduledExecutorService scheduler;
  private final RandomGenerator random;

  WatchTimer(ScheduledExecutorService scheduler, RandomGenerator random) {
    this.scheduler = scheduler;
    this.random = random;
  }

  void start(
      CacheWatch watch, @Nullable Long timeoutSeconds, boolean bookmarks, LongSupplier revision) {
    long seconds =
        timeoutSeconds != null && timeoutSeconds > 0
            ? timeoutSeconds
            : MINIMUM_SECONDS + random.nextLong(MINIMUM_SECONDS);
    try {
      Future<?> end = scheduler.schedule(watch::end, seconds, TimeUnit.SECONDS);
      watch.whenClosed(() -> end.cancel(false));
      if (bookmarks) {
        scheduleBookmark(watch, seconds, revision);
      }
    } catch (RejectedExecutionException stopping) {
      watch.end();
    }
  }

  private void scheduleBookmark(CacheWatch watch, long secondsLeft, LongSupplier revision) {
    long last = secondsLeft - BOOKMARK_BEFORE_END_SECONDS;
    if (last <= 0) {
      return;
    }
    long delay = Math.min(BOOKMARK_SECONDS, last);
    Future<?> next =
        scheduler.schedule(
            () -> {
              watch.bookmark(revision.getAsLong(), false);
              scheduleBookmark(watch, secondsLeft - delay, revision);
            },
            delay,
            TimeUnit.SECONDS);
    watch.whenClosed(() -> next.cancel(false));
  }
}
