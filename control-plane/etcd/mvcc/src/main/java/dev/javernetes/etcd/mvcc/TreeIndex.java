package dev.javernetes.etcd.mvcc;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * All keys in order, each with its {@link KeyHistory}: answers "which record was key K at revision
 * R" for single keys and ranges. Single keys are looked up by hash, which touches two places in
 * memory instead of some forty; that is a third of a put's time once there are half a million keys,
 * for about 30 MB a million.
 *
 * <p>One writer at a time (the store's write lock); any number of readers without a lock. A reader
 * looks at a revision that was complete when it began, so keys that appear meanwhile have no change
 * it could see.
 */
final class TreeIndex {
  private final ConcurrentSkipListMap<Bytes, long[]> keys = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<Bytes, long[]> byHash = new ConcurrentHashMap<>();
  private volatile long liveKeys;

  /** Receives keys in order with the record in force. */
  interface Visitor {
    /** Returns false to stop. */
    boolean visit(Bytes key, long packed);
  }

  /** The writer's view of one key: null if it never was, or compaction removed it. */
  long @Nullable [] history(Bytes key) {
    return byHash.get(key);
  }

  private void set(Bytes key, long[] history) {
    keys.put(key, history);
    byHash.put(key, history);
  }

  /** Appends a change; called by the writer only. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void append(Bytes key, long packed, long createRevision, long version) {
    long[] history = byHash.get(key);
    boolean wasLive = history != null && KeyHistory.isLive(history);
    if (history == null) {
      set(key, KeyHistory.of(packed, createRevision, version));
    } else {
      long[] longer = KeyHistory.append(history, packed, createRevision, version);
      if (longer != history) {
        set(key, longer);
      }
    }
    boolean isLive = !PackedRevision.isTombstone(packed);
    if (isLive != wasLive) {
      liveKeys += isLive ? 1 : -1;
    }
  }

  /** How many keys exist in the writer's view. */
  long liveKeys() {
    return liveKeys;
  }

  /** The record in force at a revision, 0 if the key did not exist then. */
  long at(Bytes key, long revision) {
    long[] history = byHash.get(key);
    return history == null ? 0 : KeyHistory.at(history, revision);
  }

  /** Visits the keys that existed in a range at a revision. */
  void visit(KeyRange range, long revision, Visitor visitor) {
    if (range.isSingle()) {
      long packed = at(range.start(), revision);
      if (packed != 0) {
        visitor.visit(range.start(), packed);
      }
      return;
    }
    for (var entry : within(range).entrySet()) {
      long packed = KeyHistory.at(entry.getValue(), revision);
      if (packed != 0 && !visitor.visit(entry.getKey(), packed)) {
        return;
      }
    }
  }

  long count(KeyRange range, long revision) {
    long[] count = new long[1];
    visit(
        range,
        revision,
        (key, packed) -> {
          count[0]++;
          return true;
        });
    return count[0];
  }

  /** Compacts one key's history; called by the writer only. */
  void compact(Bytes key, long revision, LongList dropped) {
    long[] history = byHash.get(key);
    if (history == null) {
      return;
    }
    long[] kept = KeyHistory.compacted(history, revision, dropped);
    if (kept == null) {
      keys.remove(key);
      byHash.remove(key);
    } else if (kept != history) {
      set(key, kept);
    }
  }

  /** Compacts every key's history; for opening, when nothing else runs. */
  void compactAll(long revision, LongList dropped) {
    for (var entry : keys.entrySet()) {
      long[] history = entry.getValue();
      if (KeyHistory.count(history) > 1 || !KeyHistory.isLive(history)) {
        compact(entry.getKey(), revision, dropped);
      }
    }
  }

  private ConcurrentNavigableMap<Bytes, long[]> within(KeyRange range) {
    Bytes end = range.end();
    if (end == null) {
      return keys.tailMap(range.start(), true);
    }
    return range.isEmpty() ? keys.subMap(end, end) : keys.subMap(range.start(), end);
  }
}
