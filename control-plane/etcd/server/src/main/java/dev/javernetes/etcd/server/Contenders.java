package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Compare;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import io.grpc.Context;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Those who want the same lock or office stand in line: each has a key {@code name/<lease in hex>}
 * on its lease, and the order in which the keys were made is the order of the line. The first has
 * what it wants; who waits watches the key right before its own.
 *
 * <p>{@code etcdctl lock} and {@code elect} do the same from the client's side, with the same keys.
 */
final class Contenders {
  private static final long DEFAULT_TTL_SECONDS = 60;
  private static final long KEEP_ALIVE_SECONDS = 5;
  private static final RangeRequest.Sort OLDEST_FIRST =
      new RangeRequest.Sort(RangeRequest.SortTarget.CREATE_REVISION, false);
  private static final RangeRequest.Sort NEWEST_FIRST =
      new RangeRequest.Sort(RangeRequest.SortTarget.CREATE_REVISION, true);

  private final Store store;
  private final Access access;

  /**
   * A place in the line.
   *
   * @param created the revision that made the key
   */
  record Place(Bytes key, long created, long lease) {}

  Contenders(Store store, Access access) {
    this.store = store;
    this.access = access;
  }

  static KeyRange line(Bytes name) {
    return KeyRange.prefix(name.concat(Bytes.utf8("/")));
  }

  /** Stands in line; who is in it already keeps the place. */
  Place enter(Bytes name, Bytes value, long lease) {
    access.requireRead(line(name));
    long held = lease == 0 ? store.grantLease(0, DEFAULT_TTL_SECONDS).id() : lease;
    Bytes key = name.concat(Bytes.utf8("/" + Long.toHexString(held)));
    Op.Put put = Op.put(key, value, held);
    access.require(put);
    TxnResult result = store.txn(Txn.when(Compare.absent(key)).then(put).orElse(Op.get(key)));
    if (result.succeeded()) {
      return new Place(key, result.revision(), held);
    }
    KeyValue mine = ((RangeResult) result.responses().getFirst()).first();
    long created = mine == null ? result.revision() : mine.createRevision();
    if (mine != null && !mine.value().equals(value)) {
      proclaim(key, created, value, held);
    }
    return new Place(key, created, held);
  }

  /** Puts another value on a place; false if it is lost. */
  boolean proclaim(Bytes key, long created, Bytes value, long lease) {
    Op.Put put = Op.put(key, value, lease);
    access.require(put);
    return store.txn(Txn.when(isFrom(key, created)).then(put).orElse()).succeeded();
  }

  private static Compare isFrom(Bytes key, long created) {
    return Compare.createRevision(key, Compare.Relation.EQUAL, created);
  }

  /** Leaves the line, if it is still the same place. */
  void leave(Bytes key, long created) {
    Op.DeleteRange delete = Op.delete(key);
    access.require(delete);
    store.txn(Txn.when(isFrom(key, created)).then(delete).orElse());
  }

  @Nullable KeyValue first(Bytes name) {
    access.requireRead(line(name));
    return store.range(RangeRequest.of(line(name)).withSort(OLDEST_FIRST).withLimit(1)).first();
  }

  /** Returns when nobody is before; leaves the line if the caller goes away. */
  void awaitTurn(Bytes name, Place place) {
    RangeRequest before =
        RangeRequest.of(line(name))
            .withBounds(new RangeRequest.RevisionBounds(0, 0, 0, place.created() - 1))
            .withSort(NEWEST_FIRST)
            .withLimit(1);
    while (true) {
      RangeResult found = store.range(before);
      KeyValue next = found.first();
      if (next == null) {
        break;
      }
      awaitDeletion(next.key(), found.revision() + 1, place);
    }
    // The lease may have ended meanwhile, and with it the place.
    KeyValue mine = store.get(place.key());
    if (mine == null || mine.createRevision() != place.created()) {
      throw new StoreException(
          StoreException.Reason.LEASE_NOT_FOUND, "the lease ended while waiting");
    }
  }

  private void awaitDeletion(Bytes key, long from, Place place) {
    CountDownLatch over = new CountDownLatch(1);
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {
            over.countDown();
          }

          @Override
          public void onCancel(StoreException reason) {
            // Overtaken by compaction, or the store closes: the next look at the line tells.
            over.countDown();
          }
        };
    WatchRequest request =
        new WatchRequest(
            KeyRange.single(key), from, false, EnumSet.of(WatchRequest.Filter.NO_PUT), false);
    Context caller = Context.current();
    Context.CancellationListener gone = context -> over.countDown();
    caller.addListener(gone, Runnable::run);
    try (WatchHandle watch = store.watch(request, listener)) {
      while (!over.await(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)) {
        store.keepLeaseAlive(place.lease());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "interrupted", e);
    } finally {
      caller.removeListener(gone);
    }
    if (caller.isCancelled()) {
      leave(place.key(), place.created());
      throw Status.CANCELLED.withDescription("context canceled").asRuntimeException();
    }
  }
}
