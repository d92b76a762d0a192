package dev.javernetes.etcd.mvcc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: transactions queue in revision order, and one task writes all that wait to the
 * backend in one durable step, so that a hundred clients share one disk sync. Only then the group
 * becomes visible to readers and watches, and only then its callers return.
 *
 * <p>While group {1,2,3} syncs, transactions 4…90 queue; they are the next group. A caller has at
 * most one transaction here, so the number of callers bounds the queue. After a failed commit
 * nothing is accepted any more: what the disk holds is then unknown, and only opening again tells.
 */
final class CommitQueue {
  private static final int MAX_GROUP = 4096;
  private static final long MAX_GROUP_BYTES = 8L << 20;

  private final Backend backend;
  private final Executor executor;
  private final Consumer<List<Pending>> published;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private boolean running;
  private @Nullable StoreException failure;

  /**
   * One transaction on its way to the disk; without mutations it only waits for those before it.
   */
  static final class Pending {
    final List<? extends Mutation> mutations;
    final long revision;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    Pending(List<? extends Mutation> mutations, long revision) {
      this.mutations = mutations;
      this.revision = revision;
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
  CommitQueue(Backend backend, Executor executor, Consumer<List<Pending>> published) {
    this.backend = backend;
    this.executor = executor;
    this.published = published;
  }

  /** Queues; must be called in revision order, that is under the store's write lock. */
  Pending submit(List<? extends Mutation> mutations, long revision) {
    Pending pending = new Pending(mutations, revision);
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
      executor.execute(this::drain);
    }
    return pending;
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

  private void drain() {
    List<Pending> group = new ArrayList<>();
    while (next(group)) {
      try {
        List<Mutation> mutations = new ArrayList<>(group.size());
        group.forEach(pending -> mutations.addAll(pending.mutations));
        if (!mutations.isEmpty()) {
          backend.commit(mutations);
        }
        published.accept(group);
        group.forEach(pending -> pending.done.complete(true));
      } catch (RuntimeException | Error e) {
        abandon(group, e);
        return;
      }
      group.clear();
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
