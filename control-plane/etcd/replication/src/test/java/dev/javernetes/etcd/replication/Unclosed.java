package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.Lease;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One test's use of a shared member: closing it ends the test's watches, not the member. */
record Unclosed(Store store, List<WatchHandle> watches) implements Store {
  Unclosed(Store store) {
    this(store, new ArrayList<>());
  }

  @Override
  public RangeResult range(RangeRequest request) {
    return store.range(request);
  }

  @Override
  public TxnResult txn(Txn txn) {
    return store.txn(txn);
  }

  @Override
  public WatchHandle watch(WatchRequest request, WatchListener listener) {
    WatchHandle watch = store.watch(request, listener);
    synchronized (watches) {
      watches.add(watch);
    }
    return watch;
  }

  @Override
  public long revision() {
    return store.revision();
  }

  @Override
  public long compactRevision() {
    return store.compactRevision();
  }

  @Override
  public void compact(long revision) {
    store.compact(revision);
  }

  @Override
  public Lease grantLease(long id, long ttlSeconds) {
    return store.grantLease(id, ttlSeconds);
  }

  @Override
  public long revokeLease(long id) {
    return store.revokeLease(id);
  }

  @Override
  public long keepLeaseAlive(long id) {
    return store.keepLeaseAlive(id);
  }

  @Override
  public @Nullable Lease lease(long id, boolean withKeys) {
    return store.lease(id, withKeys);
  }

  @Override
  public List<Long> leases() {
    return store.leases();
  }

  @Override
  public StoreStatus status() {
    return store.status();
  }

  @Override
  public void snapshot(OutputStream out) throws IOException {
    store.snapshot(out);
  }

  @Override
  public void close() {
    synchronized (watches) {
      watches.forEach(WatchHandle::close);
    }
  }
}
