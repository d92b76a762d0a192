package dev.javernetes.etcd.mvcc;

import java.util.Set;

/**
 * How the store is.
 *
 * @param sizeBytes what it takes on disk
 * @param sizeInUseBytes what of that is live data
 * @param quotaBytes the size above which puts are refused, 0 for none
 */
public record StoreStatus(
    String version,
    long revision,
    long compactRevision,
    long keys,
    long watchers,
    long leases,
    long sizeBytes,
    long sizeInUseBytes,
    long quotaBytes,
    Set<Alarm> alarms) {

  /** A state that needs an administrator. */
  public enum Alarm {
    NO_SPACE,
    CORRUPT
  }

  public StoreStatus {
    alarms = Set.copyOf(alarms);
  }
}
