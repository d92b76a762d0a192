package dev.javernetes.etcd.mvcc;

import dev.javernetes.etcd.mvcc.Mutation.Change;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Records as the writer sees them: those that are not in the backend yet, then those that are. */
final class RecentRecords implements RangeReader.Records {
  private final Backend backend;
  private final Map<Long, KeyValue> uncommitted = new ConcurrentHashMap<>();

  RecentRecords(Backend backend) {
    this.backend = backend;
  }

  void add(Change change) {
    uncommitted.put(change.packed(), change.kv());
  }

  /** They are in the backend now. */
  void forget(List<Change> committed) {
    committed.forEach(change -> uncommitted.remove(change.packed()));
  }

  @Override
  public @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue) {
    if (uncommitted.isEmpty()) {
      return backend.readAll(packed, count, withValue);
    }
    @Nullable KeyValue[] found = new @Nullable KeyValue[count];
    for (int i = 0; i < count; i++) {
      KeyValue own = uncommitted.get(packed[i]);
      // Looked up in this order: a commit puts a record into the backend before it leaves the map.
      found[i] = own == null ? backend.read(packed[i], withValue) : own;
    }
    return found;
  }

  /**
   * What a change replaced; still there, as compaction cannot reach what is newer than the visible
   * revision.
   */
  @Nullable KeyValue prevKv(Change change) {
    if (change.previous() == 0) {
      return null;
    }
    KeyValue own = uncommitted.get(change.previous());
    return own == null ? backend.read(change.previous(), true) : own;
  }
}
