package dev.javernetes.client;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that need a reconcile, each at most once in the queue and at most one worker at a time per
 * key: a key that is added while a worker has it runs again afterwards.
 *
 * <pre>{@code
 * WorkQueue<ObjectKey> queue = new WorkQueue<>("deployment", timers);
 * deployments.handle(EventHandler.keys(queue::add));
 * queue.start(5, reconciler::reconcile);     // throws: tried again after 5 ms, 10 ms, …
 * queue.addAfter(key, Duration.ofMinutes(10));
 * }</pre>
 *
 * <p>A worker is a virtual thread that exists only while there is something to do: an idle queue
 * costs nothing. At most {@link #LIMIT} keys wait, delayed ones included; one more is refused with
 * a {@link RejectedExecutionException}.
 */
public final class WorkQueue<K> implements AutoCloseable {
  public static final int LIMIT = 1 << 20;

  /** Brings the world one step nearer to what the object of this key says. */
  @FunctionalInterface
  public interface Reconciler<K> {
    void reconcile(K key) throws Exception;
  }

  private record Delayed(long dueNanos, Timers.Pending pending) {}

  private final Logger log;
  private final String name;
  private final Timers timers;
  private final Backoff backoff;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<K> ready = new ArrayDeque<>();
  private final Set<K> dirty = new HashSet<>();
  private final Set<K> processing = new HashSet<>();
  private final Map<K, Delayed> delayed = new HashMap<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private @Nullable Reconciler<K> reconciler;
  private int maxWorkers;
  private int workers;
  private boolean closed;

  public WorkQueue(String name, Timers timers) {
    this(name, timers, Backoff.KEYS);
  }

  public WorkQueue(String name, Timers timers, Backoff backoff) {
    this.name = name;
    this.timers = timers;
    this.backoff = backoff;
    this.log = LoggerFactory.getLogger("dev.javernetes.queue." + name);
  }

  public String name() {
    return name;
  }

  /** From now on keys are worked on, by at most {@code workerLimit} threads at once. */
  public void start(int workerLimit, Reconciler<K> work) {
    lock.lock();
    try {
      if (reconciler != null) {
        throw new IllegalStateException("queue " + name + " is started already");
      }
      reconciler = work;
      maxWorkers = workerLimit;
      for (int i = 0; i < Math.min(ready.size(), workerLimit); i++) {
        hire();
      }
    } finally {
      lock.unlock();
    }
  }

  public void add(K key) {
    lock.lock();
    try {
      if (closed || !dirty.add(key)) {
        return;
      }
      if (dirty.size() + delayed.size() > LIMIT) {
        dirty.remove(key);
        throw new RejectedExecutionException("queue " + name + " holds " + LIMIT + " keys");
      }
      if (!processing.contains(key)) {
        ready.add(key);
        hire();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds the key later; of two delays for one key the earlier one counts. */
  public void addAfter(K key, Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      add(key);
      return;
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      long due = timers.nanoTime() + delay.toNanos();
      Delayed present = delayed.get(key);
      if (present != null) {
        if (present.dueNanos <= due) {
          return;
        }
        present.pending.cancel();
      } else if (dirty.size() + delayed.size() >= LIMIT) {
        throw new RejectedExecutionException("queue " + name + " holds " + LIMIT + " keys");
      }
      delayed.put(key, new Delayed(due, timers.after(delay, () -> due(key, due))));
    } finally {
      lock.unlock();
    }
  }

  /** Adds the key after its backoff, which doubles with each call until {@link #forget}. */
  public void addRateLimited(K key) {
    lock.lock();
    int count;
    try {
      count = failures.merge(key, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
    addAfter(key, backoff.delay(count));
  }

  /** The key's backoff starts from the beginning again. A reconcile that returns does this. */
  public void forget(K key) {
    lock.lock();
    try {
      failures.remove(key);
    } finally {
      lock.unlock();
    }
  }

  public int retries(K key) {
    lock.lock();
    try {
      return failures.getOrDefault(key, 0);
    } finally {
      lock.unlock();
    }
  }

  /** Keys that wait to be worked on now. */
  public int depth() {
    lock.lock();
    try {
      return ready.size();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is ready or being worked on; delayed keys may wait. */
  public boolean idle() {
    lock.lock();
    try {
      return ready.isEmpty() && processing.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more keys, drops what waits; work under way goes on. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      ready.clear();
      dirty.clear();
      delayed.values().forEach(entry -> entry.pending.cancel());
      delayed.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** {@link #close}, then waits for work under way; whether it ended in time. */
  public boolean closeAndDrain(Duration patience) throws InterruptedException {
    close();
    lock.lock();
    try {
      long left = patience.toNanos();
      while (workers > 0) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until {@link #idle}, in real time; for tests. */
  public boolean awaitIdle(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.NANOSECONDS.toNanos(patience.toNanos());
      while (!ready.isEmpty() || !processing.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void due(K key, long dueNanos) {
    lock.lock();
    try {
      Delayed present = delayed.get(key);
      if (present == null || present.dueNanos != dueNanos) {
        return; // an earlier delay took its place
      }
      delayed.remove(key);
      add(key);
    } finally {
      lock.unlock();
    }
  }

  /** Starts one more worker if the limit allows; the caller holds the lock. */
  private void hire() {
    Reconciler<K> work = reconciler;
    if (work != null && workers < maxWorkers) {
      workers++;
      Thread.ofVirtual().name(name).start(() -> work(work));
    }
  }

  private void work(Reconciler<K> work) {
    boolean dismissed = false;
    try {
      workUntilEmpty(work);
      dismissed = true;
    } finally {
      if (!dismissed) {
        leave(); // an Error: this worker dies, its place does not
      }
    }
  }

  private void leave() {
    lock.lock();
    try {
      workers--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void workUntilEmpty(Reconciler<K> work) {
    for (K key = take(); key != null; key = take()) {
      try {
        work.reconcile(key);
        forget(key);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      } catch (Exception problem) {
        tell(key, problem);
        addRateLimited(key);
      } finally {
        done(key);
      }
    }
  }

  private void tell(K key, Exception problem) {
    boolean expected =
        problem instanceof UncheckedIOException
            || (problem instanceof ApiException refusal
                && (refusal.is(StatusReason.CONFLICT)
                    || refusal.is(StatusReason.ALREADY_EXISTS)
                    || refusal.is(StatusReason.NOT_FOUND)));
    if (expected) {
      log.debug("{}: {}: will be tried again", key, problem.getMessage());
    } else if (problem instanceof ApiException) {
      log.warn("{}: {}: will be tried again", key, problem.getMessage());
    } else {
      log.error("{}: will be tried again", key, problem);
    }
  }

  private @Nullable K take() {
    lock.lock();
    try {
      K key = ready.poll();
      if (key == null) {
        workers--;
        changed.signalAll();
        return null;
      }
      dirty.remove(key);
      processing.add(key);
      return key;
    } finally {
      lock.unlock();
    }
  }

  private void done(K key) {
    lock.lock();
    try {
      processing.remove(key);
      if (dirty.contains(key)) {
        ready.add(key);
        hire();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
