package dev.javernetes.etcd.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a watch delivers, checks the promises every delivery makes, and lets a test wait for
 * more.
 */
public final class RecordingListener implements WatchListener {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration ASK_AGAIN = Duration.ofMillis(300);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Event> events = new ArrayList<>();
  private final List<Integer> batchSizes = new ArrayList<>();
  private long coveredTo;
  private long progress;
  private boolean held;
  private @Nullable StoreException cancelled;

  @Override
  public void onEvents(List<Event> batch, long revision) {
    lock.lock();
    try {
      while (held) {
        changed.awaitUninterruptibly();
      }
      assertThat(batch).as("a delivery").isNotEmpty();
      // Ordered, never back in time, a revision never split over two deliveries.
      long last = coveredTo;
      assertThat(batch.getFirst().revision()).as("first revision delivered").isGreaterThan(last);
      for (Event event : batch) {
        assertThat(event.revision()).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(revision);
        last = event.revision();
      }
      coveredTo = revision;
      events.addAll(batch);
      batchSizes.add(batch.size());
      changed.signalAll();
    } catch (AssertionError e) {
      cancelled = new StoreException(StoreException.Reason.CORRUPT, "broken promise: " + e, e);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onProgress(long revision) {
    lock.lock();
    try {
      coveredTo = Math.max(coveredTo, revision);
      progress = revision;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onCancel(StoreException reason) {
    lock.lock();
    try {
      cancelled = reason;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** While held, deliveries block, as with a slow consumer. */
  public void hold(boolean value) {
    lock.lock();
    try {
      held = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public List<Event> awaitEvents(int count) {
    await(() -> events.size() >= count || cancelled != null, count + " events");
    lock.lock();
    try {
      if (events.size() < count) {
        throw new AssertionError("cancelled after " + events.size() + " events", cancelled);
      }
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  /** Events as short text: {@code PUT a=1}, {@code DELETE a}. */
  public List<String> awaitTexts(int count) {
    return awaitEvents(count).stream().map(RecordingListener::text).toList();
  }

  private static String text(Event event) {
    String key = event.kv().key().toUtf8();
    return switch (event.type()) {
      case PUT -> "PUT " + key + "=" + event.kv().value().toUtf8();
      case DELETE -> "DELETE " + key;
    };
  }

  public long awaitProgress(long atLeast) {
    await(() -> progress >= atLeast || cancelled != null, "progress to " + atLeast);
    lock.lock();
    try {
      if (progress < atLeast) {
        throw new AssertionError("cancelled before progress", cancelled);
      }
      return progress;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks until the watch has come that far; a real etcd does not answer for a watch that is behind.
   */
  public long awaitProgress(WatchHandle watch, long atLeast) {
    lock.lock();
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (progress < atLeast && cancelled == null && System.nanoTime() < deadline) {
        watch.requestProgress();
        var unused = changed.awaitNanos(ASK_AGAIN.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
    return awaitProgress(atLeast);
  }

  public StoreException awaitCancel() {
    await(() -> cancelled != null, "a cancellation");
    lock.lock();
    try {
      StoreException reason = cancelled;
      if (reason == null) {
        throw new AssertionError("not cancelled");
      }
      return reason;
    } finally {
      lock.unlock();
    }
  }

  public List<Event> events() {
    lock.lock();
    try {
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  private void await(BooleanSupplier condition, String what) {
    lock.lock();
    try {
      long left = PATIENCE.toNanos();
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError(
              "waited in vain for " + what + ", have " + events.size() + " events");
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
