package dev.javernetes.client;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves only by {@link #advance}, which runs the tasks that come due, in order, on the
 * caller's thread.
 */
public final class ManualTimers implements Timers {
  private record Task(long dueNanos, long order, Runnable task) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>((a, b) ->
          a.dueNanos != b.dueNanos
              ? Long.compare(a.dueNanos, b.dueNanos)
              : Long.compare(a.order, b.order));
  private final Instant start;
  private long nanos;
  private long orders;

  public ManualTimers(Instant start) {
    this.start = start;
  }

  @Override
  public Instant instant() {
    return start.plusNanos(nanoTime());
  }

  @Override
  public long nanoTime() {
    lock.lock();
    try {
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Pending after(Duration delay, Runnable task) {
    lock.lock();
    try {
      Task waiting = new Task(nanos + Math.max(0, delay.toNanos()), orders++, task);
      tasks.add(waiting);
      return () -> {
        lock.lock();
        try {
          tasks.remove(waiting);
        } finally {
          lock.unlock();
        }
      };
    } finally {
      lock.unlock();
    }
  }

  public void advance(Duration duration) {
    long until = nanoTime() + duration.toNanos();
    while (true) {
      Task due = due(until);
      if (due == null) {
        return;
      }
      due.task.run();
    }
  }

  /** How many tasks wait. */
  public int waiting() {
    lock.lock();
    try {
      return tasks.size();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Task due(long until) {
    lock.lock();
    try {
      Task first = tasks.peek();
      if (first == null || first.dueNanos > until) {
        nanos = until;
        return null;
      }
      nanos = Math.max(nanos, first.dueNanos);
      return tasks.poll();
    } finally {
      lock.unlock();
    }
  }
}
