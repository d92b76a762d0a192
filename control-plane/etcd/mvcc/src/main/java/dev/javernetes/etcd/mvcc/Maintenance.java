package dev.javernetes.etcd.mvcc;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an administrator does to an embedded store, beyond the {@link Store} port. */
public interface Maintenance {

  Set<StoreStatus.Alarm> alarms();

  /** Raises or clears an alarm durably; a raised NO_SPACE refuses puts until it is cleared. */
  void setAlarm(StoreStatus.Alarm alarm, boolean raised);

  /**
   * A checksum over all records that a revision (0 for the newest) can still see; equal on members
   * with equal data.
   */
  HashResult hash(long revision);

  /** A named value beside the keys; null if it was never set. */
  @Nullable Bytes attribute(String name);

  /** Keeps a named value durably; snapshots hold it, watches and revisions do not know it. */
  void setAttribute(String name, Bytes value);

  /** Gives back disk space now instead of in the background. */
  void reclaimSpace();

  /** The checksum with the revisions it stands for. */
  record HashResult(int hash, long revision, long compactRevision) {}
}
