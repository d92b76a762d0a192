package dev.javernetes.etcd.mvcc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * Forgets old records in small steps beside running writes. Only keys that changed since the last
 * compaction can have anything to forget, so its cost follows the writes, not the size of the
 * store.
 *
 * <p>A crash in between leaves records that nobody can reach; opening the store finds and drops
 * them.
 */
final class Compactor {
  private static final int KEYS_PER_STEP = 1000;

  private final TreeIndex index;
  private final Backend backend;
  private final Lock writeLock;

  Compactor(TreeIndex index, Backend backend, Lock writeLock) {
    this.index = index;
    this.backend = backend;
    this.writeLock = writeLock;
  }

  /**
   * Forgets what only revisions before {@code to} need; everything before {@code from} was
   * forgotten earlier. Returns how many records.
   */
  long compact(long from, long to) {
    long dropped = 0;
    long cursor = PackedRevision.first(from);
    long end = PackedRevision.first(to + 1);
    while (cursor < end) {
      Set<Bytes> keys = new HashSet<>();
      long[] last = {cursor};
      backend.scan(
          cursor,
          end,
          (packed, key, created, version, lease) -> {
            last[0] = packed;
            keys.add(key);
            return keys.size() < KEYS_PER_STEP;
          });
      dropped += compactKeys(new ArrayList<>(keys), to);
      if (keys.size() < KEYS_PER_STEP) {
        break;
      }
      cursor = last[0] + 1;
    }
    if (dropped > 0) {
      backend.reclaim(PackedRevision.first(0), end);
    }
    return dropped;
  }

  private long compactKeys(List<Bytes> keys, long revision) {
    LongList dropped = new LongList();
    writeLock.lock();
    try {
      for (Bytes key : keys) {
        index.compact(key, revision, dropped);
      }
    } finally {
      writeLock.unlock();
    }
    if (dropped.size() > 0) {
      backend.drop(dropped.array(), dropped.size());
    }
    return dropped.size();
  }
}
