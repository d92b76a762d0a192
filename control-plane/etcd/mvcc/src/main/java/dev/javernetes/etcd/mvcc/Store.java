package dev.javernetes.etcd.mvcc;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The port to the cluster's memory: etcd v3's data model. Keys are ordered bytes; every write
 * transaction gets the next revision; any revision since the last compaction can be read and
 * watched.
 *
 * <p>The store of a fresh cluster is at revision 1. {@code create(a)} makes it 2, {@code putIf(a,
 * 2)} makes it 3, {@code deleteIf(a, 3)} makes it 4; {@code range(a)} is now empty, {@code
 * range(a)} at revision 3 still finds it, and a watch from revision 2 sees PUT, PUT, DELETE. After
 * {@code compact(4)} revision 3 is refused with {@code COMPACTED}.
 *
 * <p>Calls block (call from virtual threads) and are safe from any thread. A write that returned is
 * durable and visible to every read that starts afterwards. Refusals are {@link StoreException}s.
 */
public interface Store extends AutoCloseable {

  RangeResult range(RangeRequest request);

  TxnResult txn(Txn txn);

  /** Returns once the watch is in place: whatever is written afterwards will be seen. */
  WatchHandle watch(WatchRequest request, WatchListener listener);

  /** The newest revision; a write that returned before this call has one that is not larger. */
  long revision();

  /** The oldest revision that can be read, 0 or 1 before any compaction. */
  long compactRevision();

  /**
   * Forgets what only revisions before this one can see. Disk space comes back in the background.
   */
  void compact(long revision);

  /** Makes a lease; id 0 lets the store choose. Returns what was granted. */
  Lease grantLease(long id, long ttlSeconds);

  /** Ends a lease now and deletes its keys. Returns the store's revision afterwards. */
  long revokeLease(long id);

  /**
   * Starts the lease's time anew and returns its TTL in seconds; {@code LEASE_NOT_FOUND} if it has
   * ended.
   */
  long keepLeaseAlive(long id);

  /** The lease as it stands, null if there is none. */
  @Nullable Lease lease(long id, boolean withKeys);

  /** The ids of all leases. */
  List<Long> leases();

  StoreStatus status();

  /**
   * Writes the whole state in the implementation's own format; the store goes on working meanwhile.
   */
  void snapshot(OutputStream out) throws IOException;

  /**
   * Ends watches with {@code UNAVAILABLE}, waits for running writes, frees everything. Idempotent.
   */
  @Override
  void close();

  // What an API server does all the time, each in one round trip.

  default @Nullable KeyValue get(Bytes key) {
    return range(RangeRequest.of(key)).first();
  }

  /** Writes a key that must not exist. */
  default CasResult create(Bytes key, Bytes value, long lease) {
    return Cas.put(this, Compare.absent(key), key, value, lease);
  }

  /** Writes a key that must still be at the given modRevision. */
  default CasResult putIf(Bytes key, long modRevision, Bytes value, long lease) {
    return Cas.put(this, Compare.modRevision(key, modRevision), key, value, lease);
  }

  /** Deletes a key that must still be at the given modRevision. */
  default CasResult deleteIf(Bytes key, long modRevision) {
    return Cas.delete(this, key, modRevision);
  }

  /** Writes a key, whatever it holds; returns its new revision. */
  default long put(Bytes key, Bytes value) {
    return txn(Txn.of(Op.put(key, value))).revision();
  }

  /** Deletes keys, whatever they hold; returns how many. */
  default long delete(KeyRange range) {
    return txn(Txn.of(Op.delete(range))).delete(0).deleted();
  }
}
