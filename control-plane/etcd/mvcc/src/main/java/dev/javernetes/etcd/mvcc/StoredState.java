package dev.javernetes.etcd.mvcc;

import java.util.Map;
import java.util.Set;

/** Takes in what a backend holds when a store is opened. */
final class StoredState implements Backend.Loader {
  private final TreeIndex index;
  private final LeaseTable leases;
  private final Set<StoreStatus.Alarm> alarms;
  private final Map<String, Bytes> attributes;
  private final long nowNanos;
  private long compactRevision;
  private long revision;

  /**
   * @param first the revision of a store that holds nothing
   */
  StoredState(
      TreeIndex index,
      LeaseTable leases,
      Set<StoreStatus.Alarm> alarms,
      Map<String, Bytes> attributes,
      long first,
      long nowNanos) {
    this.index = index;
    this.leases = leases;
    this.alarms = alarms;
    this.attributes = attributes;
    this.revision = first;
    this.nowNanos = nowNanos;
  }

  long compactRevision() {
    return compactRevision;
  }

  /** The newest revision that is stored. */
  long revision() {
    return Math.max(revision, compactRevision);
  }

  @Override
  public void compacted(long compacted) {
    compactRevision = compacted;
  }

  @Override
  public void lease(long id, long ttlSeconds) {
    leases.grant(id, ttlSeconds, nowNanos);
  }

  @Override
  public void alarm(StoreStatus.Alarm alarm) {
    alarms.add(alarm);
  }

  @Override
  public void attribute(String name, Bytes value) {
    attributes.put(name, value);
  }

  @Override
  public void change(long packed, Bytes key, long created, long version, long lease) {
    index.append(key, packed, created, version);
    leases.attach(key, lease);
    revision = PackedRevision.main(packed);
  }
}
