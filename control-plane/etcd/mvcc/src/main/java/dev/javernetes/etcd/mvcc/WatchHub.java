package dev.javernetes.etcd.mvcc;

import dev.javernetes.etcd.mvcc.Mutation.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All watches, and the newest visible revision, which changes together with what they are told.
 *
 * <p>A watch is <em>synced</em> (it gets each new change into its mailbox as it becomes visible) or
 * <em>lagging</em> (it reads history at its own pace until it has caught up, then becomes synced in
 * the same moment as it sees nothing newer). A full mailbox makes a synced watch lagging; so memory
 * is bounded and no change is lost unless compaction overtakes the watch, which cancels it.
 *
 * <p>Two watches of {@code /registry/pods/} share one {@link Audience}: which events match is found
 * out once for both.
 */
final class WatchHub {
  final ReentrantLock lock = new ReentrantLock();
  final HistoryReader history;
  final Executor executor;
  final int bufferEvents;

  private final Map<KeyRange, Audience> audiences = new HashMap<>();
  private IntervalIndex<Audience> byKey = new IntervalIndex<>(List.of());
  private boolean byKeyOutdated;
  private int watchers;
  private volatile int prevKvWatchers;
  private volatile long visible;
  private @Nullable StoreException closed;

  /** The watches of one range. */
  static final class Audience implements IntervalIndex.Ranged {
    private final KeyRange range;
    private final List<Watcher> watchers = new ArrayList<>(1);
    // The events of the revision being published.
    private List<Event> matched = new ArrayList<>();

    Audience(KeyRange range) {
      this.range = range;
    }

    @Override
    public KeyRange range() {
      return range;
    }
  }

  WatchHub(HistoryReader history, Executor executor, int bufferEvents, long visible) {
    this.history = history;
    this.executor = executor;
    this.bufferEvents = bufferEvents;
    this.visible = visible;
  }

  long visible() {
    return visible;
  }

  int size() {
    lock.lock();
    try {
      return watchers;
    } finally {
      lock.unlock();
    }
  }

  /** Finds what a change replaced. */
  interface PrevKvs {
    @Nullable KeyValue of(Change change);
  }

  Watcher watch(WatchRequest request, WatchListener listener) {
    lock.lock();
    try {
      if (closed != null) {
        throw closed;
      }
      Watcher watcher = new Watcher(this, request, listener, visible);
      audiences
          .computeIfAbsent(
              request.range(),
              range -> {
                byKeyOutdated = true;
                return new Audience(range);
              })
          .watchers
          .add(watcher);
      watchers++;
      prevKvWatchers += request.prevKv() ? 1 : 0;
      watcher.scheduleIfNeeded();
      return watcher;
    } finally {
      lock.unlock();
    }
  }

  /** Called by a watcher, under the lock, when it ends. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock
  void remove(Watcher watcher) {
    Audience audience = audiences.get(watcher.request().range());
    if (audience != null && audience.watchers.remove(watcher)) {
      watchers--;
      prevKvWatchers -= watcher.request().prevKv() ? 1 : 0;
      if (audience.watchers.isEmpty()) {
        audiences.remove(audience.range);
        byKeyOutdated = true;
      }
    }
  }

  /**
   * Makes changes visible to readers and hands them to the watches; changes of several revisions,
   * in order.
   */
  void publish(List<Change> changes, PrevKvs source, long revision) {
    // Read outside the lock if it is wanted now; a watch that comes in between is served under the
    // lock.
    @Nullable KeyValue[] prevKvs = prevKvWatchers > 0 ? prevKvs(changes, source) : null;
    lock.lock();
    try {
      if (prevKvs == null) {
        prevKvs =
            prevKvWatchers > 0 ? prevKvs(changes, source) : new @Nullable KeyValue[changes.size()];
      }
      visible = revision;
      if (watchers == 0) {
        return;
      }
      if (byKeyOutdated) {
        byKey = new IntervalIndex<>(audiences.values());
        byKeyOutdated = false;
      }
      Map<Audience, List<Event>> matched = new LinkedHashMap<>();
      int from = 0;
      while (from < changes.size()) {
        long main = PackedRevision.main(changes.get(from).packed());
        int to = from;
        while (to < changes.size() && PackedRevision.main(changes.get(to).packed()) == main) {
          Change change = changes.get(to);
          Event event =
              new Event(
                  change.isDelete() ? Event.Type.DELETE : Event.Type.PUT, change.kv(), prevKvs[to]);
          byKey.forEachHolding(
              change.kv().key(),
              audience -> {
                if (audience.matched.isEmpty()) {
                  matched.put(audience, audience.matched);
                }
                audience.matched.add(event);
              });
          to++;
        }
        matched.keySet().forEach(audience -> offer(audience, main));
        matched.clear();
        from = to;
      }
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable KeyValue[] prevKvs(List<Change> changes, PrevKvs source) {
    @Nullable KeyValue[] prevKvs = new @Nullable KeyValue[changes.size()];
    for (int i = 0; i < prevKvs.length; i++) {
      prevKvs[i] = source.of(changes.get(i));
    }
    return prevKvs;
  }

  private static void offer(Audience audience, long revision) {
    List<Event> events = audience.matched;
    audience.matched = new ArrayList<>(2);
    for (Watcher watcher : audience.watchers) {
      watcher.offer(events, revision);
    }
  }

  /** Lets quiet watches that asked for it report how far they are. */
  void reportProgress() {
    lock.lock();
    try {
      for (Audience audience : audiences.values()) {
        audience.watchers.forEach(Watcher::progressTick);
      }
    } finally {
      lock.unlock();
    }
  }

  void close(StoreException reason) {
    lock.lock();
    try {
      closed = reason;
      for (Audience audience : List.copyOf(audiences.values())) {
        for (Watcher watcher : List.copyOf(audience.watchers)) {
          watcher.cancel(reason);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
