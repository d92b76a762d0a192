package dev.javernetes.etcd.mvcc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: transactions queue in revision order, and one task writes all that wait to the
 * backend in one durable step, so that a hundred clients share one disk sync. Only then the group
 * becomes visible to readers and watches, and only then its callers return.
 *
 * <p>While group {1,2,3} syncs, transactions 4…90 queue; they are the next group. Where a group is
 * written is up to the first transaction in it: a caller that may block brings no executor and gets
 * the store's commit thread; a network thread brings itself, as waking another thread twice can
 * take longer than the disk. If the disk is slow the commit thread takes over, so that a network
 * thread is not held up.
 *
 * <p>A caller has at most one transaction here, so the number of callers bounds the queue. After a
 * failed commit nothing is accepted any more: what the disk holds is then unknown, and only opening
 * again tells.
 */
final class CommitQueue {
  private static final long SLOW_NANOS = 20_000_000;
  private static final int MAX_GROUP = 4096;
  private static final long MAX_GROUP_BYTES = 8L << 20;

  private final Backend backend;
  private final Executor executor;
  private final LongSupplier nanoClock;
  private final Consumer<List<Pending>> published;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private boolean running;
  private @Nullable StoreException failure;
  // How long commits take, an average that follows the last ten or so; belongs to the task.
  private volatile long commitNanos;

  /**
   * One transaction on its way to the disk; without mutations it only waits for those before it.
   */
  static final class Pending {
    final List<? extends Mutation> mutations;
    final long revision;
    private final @Nullable Executor where;
    // Fails with a StoreException only.
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    Pending(List<? extends Mutation> mutations, long revision, @Nullable Executor where) {
      this.mutations = mutations;
      this.revision = revision;
      this.where = where;
    }

    /** Calls back when it is durable and visible, or has failed; from the commit task. */
    void whenDone(Consumer<@Nullable StoreException> told) {
      var unused = done.whenComplete((ok, problem) -> told.accept((StoreException) problem));
    }

    private long sizeBytes() {
      long bytes = 0;
      for (Mutation mutation : mutations) {
        if (mutation instanceof Mutation.Change change) {
          bytes += change.kv().key().size() + change.kv().value().size();
        }
      }
      return bytes;
    }

    /** Returns when it is durable and visible. */
    void await() {
      try {
        done.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof StoreException cause
            ? new StoreException(cause.reason(), String.valueOf(cause.getMessage()), cause)
            : e;
      }
    }
  }

  /**
   * @param published makes a durable group visible; called in revision order
   */
  CommitQueue(
      Backend backend,
      Executor executor,
      LongSupplier nanoClock,
      Consumer<List<Pending>> published) {
    this.backend = backend;
    this.executor = executor;
    this.nanoClock = nanoClock;
    this.published = published;
  }

  /** Queues; must be called in revision order, that is under the store's write lock. */
  Pending submit(List<? extends Mutation> mutations, long revision) {
    return submit(mutations, revision, null);
  }

  /**
   * Queues.
   *
   * @param where a network thread that may write the group; null for the commit thread
   */
  Pending submit(List<? extends Mutation> mutations, long revision, @Nullable Executor where) {
    Pending pending = new Pending(mutations, revision, where);
    boolean start = false;
    lock.lock();
    try {
      if (failure != null) {
        throw new StoreException(failure.reason(), String.valueOf(failure.getMessage()), failure);
      }
      queue.add(pending);
      if (!running) {
        running = true;
        start = true;
      }
    } finally {
      lock.unlock();
    }
    if (start) {
      startAt(pending);
    }
    return pending;
  }

  private void startAt(Pending pending) {
    Executor where = pending.where;
    if (where == null || commitNanos > SLOW_NANOS) {
      executor.execute(this::drain);
    } else {
      try {
        where.execute(this::commitOne);
      } catch (RejectedExecutionException e) {
        // The network thread has ended, its last writes are still to be kept.
        executor.execute(this::drain);
      }
    }
  }

  /** Refuses everything from now on. */
  void fail(StoreException reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
    } finally {
      lock.unlock();
    }
  }

  @Nullable StoreException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /** On the commit thread: all that wait. */
  private void drain() {
    List<Pending> group = new ArrayList<>();
    while (next(group)) {
      if (!commit(group)) {
        return;
      }
      group.clear();
    }
  }

  /** On a network thread: one group, so that it goes on with its connections. */
  private void commitOne() {
    List<Pending> group = new ArrayList<>();
    if (!next(group) || !commit(group)) {
      return;
    }
    Pending first;
    lock.lock();
    try {
      first = queue.peek();
      if (first == null) {
        running = false;
      }
    } finally {
      lock.unlock();
    }
    if (first != null) {
      startAt(first);
    }
  }

  private boolean commit(List<Pending> group) {
    try {
      List<Mutation> mutations = new ArrayList<>(group.size());
      group.forEach(pending -> mutations.addAll(pending.mutations));
      if (!mutations.isEmpty()) {
        long begin = nanoClock.getAsLong();
        backend.commit(mutations);
        commitNanos += (nanoClock.getAsLong() - begin - commitNanos) / 8;
      }
      published.accept(group);
      group.forEach(pending -> pending.done.complete(true));
      return true;
    } catch (RuntimeException | Error e) {
      abandon(group, e);
      return false;
    }
  }

  private boolean next(List<Pending> group) {
    lock.lock();
    try {
      long bytes = 0;
      while (group.size() < MAX_GROUP && bytes < MAX_GROUP_BYTES && !queue.isEmpty()) {
        Pending pending = queue.poll();
        bytes += pending.sizeBytes();
        group.add(pending);
      }
      if (group.isEmpty()) {
        running = false;
      }
      return !group.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void abandon(List<Pending> group, Throwable cause) {
    StoreException reason =
        cause instanceof StoreException known
            ? known
            : new StoreException(
                StoreException.Reason.UNAVAILABLE, "the store failed: " + cause, cause);
    fail(reason);
    lock.lock();
    try {
      group.addAll(queue);
      queue.clear();
      running = false;
    } finally {
      lock.unlock();
    }
    group.forEach(pending -> pending.done.completeExceptionally(reason));
  }
}
