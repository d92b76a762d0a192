package dev.javernetes.etcd.mvcc;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in the heap: "durable" as long as the object lives, so that a test can close a
 * store and open the next one on the same backend.
 */
public final class InMemoryBackend implements Backend {
  private static final int RECORD_OVERHEAD_BYTES = 64;

  private final ConcurrentSkipListMap<Long, KeyValue> records = new ConcurrentSkipListMap<>();
  private final Map<Long, Long> leases = new ConcurrentHashMap<>();
  private final Set<StoreStatus.Alarm> alarms = EnumSet.noneOf(StoreStatus.Alarm.class);
  private final Map<String, Bytes> attributes = new ConcurrentHashMap<>();
  private final AtomicLong size = new AtomicLong();
  private volatile long compactRevision;

  @Override
  public void load(Loader loader) {
    loader.compacted(compactRevision);
    leases.forEach(loader::lease);
    alarms.forEach(loader::alarm);
    attributes.forEach(loader::attribute);
    records.forEach((packed, kv) ->
        loader.change(packed, kv.key(), kv.createRevision(), kv.version(), kv.lease()));
  }

  @Override
  public void commit(List<Mutation> mutations) {
    for (Mutation mutation : mutations) {
      switch (mutation) {
        case Mutation.Change change -> {
          records.put(change.packed(), change.kv());
          size.addAndGet(sizeOf(change.kv()));
        }
        case Mutation.LeaseGranted granted -> leases.put(granted.id(), granted.ttlSeconds());
        case Mutation.LeaseEnded ended -> leases.remove(ended.id());
        case Mutation.Compacted compacted -> compactRevision = compacted.revision();
        case Mutation.AttributeSet(String name, Bytes value) -> attributes.put(name, value);
        case Mutation.AlarmChanged(var alarm, boolean raised) -> {
          if (raised) {
            alarms.add(alarm);
          } else {
            alarms.remove(alarm);
          }
        }
      }
    }
  }

  @Override
  public @Nullable KeyValue read(long packed, boolean withValue) {
    KeyValue kv = records.get(packed);
    return kv == null || withValue ? kv : kv.withoutValue();
  }

  @Override
  public @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue) {
    @Nullable KeyValue[] found = new @Nullable KeyValue[count];
    for (int i = 0; i < count; i++) {
      found[i] = read(packed[i], withValue);
    }
    return found;
  }

  @Override
  public void scan(long from, long to, HeadVisitor visitor) {
    for (var entry : records.subMap(from, to).entrySet()) {
      KeyValue kv = entry.getValue();
      if (!visitor.visit(entry.getKey(), kv.key(), kv.createRevision(), kv.version(), kv.lease())) {
        return;
      }
    }
  }

  @Override
  public void drop(long[] packed, int count) {
    for (int i = 0; i < count; i++) {
      KeyValue dropped = records.remove(packed[i]);
      if (dropped != null) {
        size.addAndGet(-sizeOf(dropped));
      }
    }
  }

  @Override
  public void reclaim(long from, long to) {
    // The garbage collector does.
  }

  @Override
  public long sizeBytes() {
    return size.get();
  }

  @Override
  public long sizeInUseBytes() {
    return size.get();
  }

  @Override
  public void close() {
    // Records stay, so that the next store can be opened on them.
  }

  private static long sizeOf(KeyValue kv) {
    return (long) kv.key().size() + kv.value().size() + RECORD_OVERHEAD_BYTES;
  }
}
