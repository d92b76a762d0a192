package dev.javernetes.etcd.mvcc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which leases exist, when each ends, and which keys hang on it. After a restart every lease starts
 * its time anew, as etcd's do without checkpoints: a key may live longer than its TTL, never
 * shorter.
 *
 * <p>Belongs to the store's write lock; deadlines are monotonic nanoseconds.
 */
final class LeaseTable {
  private final Map<Long, Entry> leases = new HashMap<>();
  private final Map<Bytes, Long> leaseOfKey = new HashMap<>();
  // May hold outdated deadlines (a kept-alive lease stays where it was); they are put right when
  // they come up.
  private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>();

  private long chosen;

  private static final class Entry {
    final long ttlSeconds;
    final Set<Bytes> keys = new HashSet<>(4);
    long deadlineNanos;

    Entry(long ttlSeconds, long deadlineNanos) {
      this.ttlSeconds = ttlSeconds;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private record Deadline(long nanos, long leaseId) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
      return Long.signum(nanos - other.nanos);
    }
  }

  boolean exists(long id) {
    return leases.containsKey(id);
  }

  /**
   * A free id, spread over the positive numbers.
   *
   * @param seed differs between calls and between runs, so that a restart does not hand out the
   *     same ids again
   */
  long chooseId(long seed) {
    long id = 0;
    while (id == 0 || exists(id)) {
      // The finalizer of SplitMix64.
      long mixed = seed + chosen++;
      mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
      id = (mixed ^ mixed >>> 31) & Long.MAX_VALUE;
    }
    return id;
  }

  int size() {
    return leases.size();
  }

  List<Long> ids() {
    return leases.keySet().stream().sorted().toList();
  }

  void grant(long id, long ttlSeconds, long nowNanos) {
    long deadline = nowNanos + TimeUnit.SECONDS.toNanos(ttlSeconds);
    leases.put(id, new Entry(ttlSeconds, deadline));
    deadlines.add(new Deadline(deadline, id));
  }

  /**
   * Starts the time anew; returns the TTL, or -1 if there is no such lease or its time is already
   * over.
   */
  long renew(long id, long nowNanos) {
    Entry lease = leases.get(id);
    if (lease == null || lease.deadlineNanos - nowNanos <= 0) {
      return -1;
    }
    lease.deadlineNanos = nowNanos + TimeUnit.SECONDS.toNanos(lease.ttlSeconds);
    return lease.ttlSeconds;
  }

  /** Starts every lease's time anew, as after a restart. */
  void renewAll(long nowNanos) {
    deadlines.clear();
    leases.forEach((id, lease) -> {
      lease.deadlineNanos = nowNanos + TimeUnit.SECONDS.toNanos(lease.ttlSeconds);
      deadlines.add(new Deadline(lease.deadlineNanos, id));
    });
  }

  /** The keys of a lease in order. */
  List<Bytes> keys(long id) {
    Entry lease = leases.get(id);
    return lease == null ? List.of() : lease.keys.stream().sorted().toList();
  }

  void remove(long id) {
    Entry lease = leases.remove(id);
    if (lease != null) {
      lease.keys.forEach(leaseOfKey::remove);
    }
  }

  /** A key was written with this lease (0 for none) or deleted. */
  void attach(Bytes key, long id) {
    Long former = id == 0 ? leaseOfKey.remove(key) : leaseOfKey.put(key, id);
    if (former != null && former != id) {
      Entry lease = leases.get(former);
      if (lease != null) {
        lease.keys.remove(key);
      }
    }
    Entry lease = id == 0 ? null : leases.get(id);
    if (lease != null) {
      lease.keys.add(key);
    }
  }

  long leaseOf(Bytes key) {
    Long id = leaseOfKey.get(key);
    return id == null ? 0 : id;
  }

  @Nullable Lease describe(long id, boolean withKeys, long nowNanos) {
    Entry lease = leases.get(id);
    if (lease == null) {
      return null;
    }
    long remaining = Math.max(0, lease.deadlineNanos - nowNanos);
    long seconds = Math.ceilDiv(remaining, TimeUnit.SECONDS.toNanos(1));
    return new Lease(id, lease.ttlSeconds, seconds, withKeys ? keys(id) : List.of());
  }

  /** The leases whose time is over, at most {@code limit}; the caller ends them. */
  List<Long> expired(long nowNanos, int limit) {
    List<Long> expired = new ArrayList<>();
    List<Deadline> again = new ArrayList<>();
    while (expired.size() < limit) {
      Deadline next = deadlines.peek();
      if (next == null || next.nanos - nowNanos > 0) {
        break;
      }
      deadlines.poll();
      Entry lease = leases.get(next.leaseId);
      if (lease == null) {
        continue;
      }
      if (lease.deadlineNanos - nowNanos <= 0) {
        expired.add(next.leaseId);
      }
      // Stays listed until it is really gone: ending it may fail (closed, disk) and must then be
      // tried again.
      again.add(new Deadline(Math.max(lease.deadlineNanos, nowNanos + 1), next.leaseId));
    }
    deadlines.addAll(again);
    return expired;
  }
}
