package dev.javernetes.etcd.contract;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.LEASE_EXISTS;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.LEASE_NOT_FOUND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Lease;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.WatchRequest;
import org.junit.jupiter.api.Test;

/** Leases: grant, bind, revoke, keep alive, expire. */
public abstract class LeaseContract extends StoreContract {

  @Test
  void grantsAndDescribes() {
    Lease lease = store.grantLease(0, 60);
    assertThat(lease.id()).isPositive();
    assertThat(lease.grantedTtlSeconds()).isEqualTo(60);
    putWithLease("b", "1", lease.id());
    putWithLease("a", "1", lease.id());
    Lease described = requireNonNull(store.lease(lease.id(), true));
    assertThat(described.keys()).containsExactlyInAnyOrder(bytes("a"), bytes("b"));
    assertThat(described.remainingTtlSeconds()).isBetween(50L, 60L);
    assertThat(store.leases()).contains(lease.id());
    assertThat(store.lease(999_999, false)).isNull();
    store.revokeLease(lease.id());
  }

  @Test
  void chosenIdsAreTakenOnce() {
    store.grantLease(77, 60);
    assertThat(refusal(() -> store.grantLease(77, 60))).isEqualTo(LEASE_EXISTS);
    store.revokeLease(77);
    assertThat(refusal(() -> store.revokeLease(77))).isEqualTo(LEASE_NOT_FOUND);
    assertThat(refusal(() -> store.keepLeaseAlive(77))).isEqualTo(LEASE_NOT_FOUND);
  }

  @Test
  void revokingDeletesItsKeysInOneRevision() {
    long lease = store.grantLease(0, 60).id();
    putWithLease("a", "1", lease);
    putWithLease("b", "1", lease);
    put("c", "1");
    RecordingListener seen = new RecordingListener();
    store.watch(WatchRequest.of(KeyRange.all()), seen);
    long before = store.revision();
    store.revokeLease(lease);
    assertThat(store.revision()).isEqualTo(before + 1);
    assertThat(seen.awaitTexts(2)).containsExactlyInAnyOrder("DELETE a", "DELETE b");
    assertThat(keys(RangeRequest.of(KeyRange.all()))).containsExactly("c");
  }

  @Test
  void aKeyHangsOnItsNewestLease() {
    long first = store.grantLease(0, 60).id();
    long second = store.grantLease(0, 60).id();
    putWithLease("a", "1", first);
    putWithLease("a", "2", second);
    assertThat(kv("a").lease()).isEqualTo(second);
    store.revokeLease(first);
    assertThat(value("a")).isEqualTo("2");
    put("a", "3");
    store.revokeLease(second);
    assertThat(value("a")).isEqualTo("3");
    assertThat(kv("a").lease()).isZero();
  }

  @Test
  void aPutCanKeepTheLease() {
    long lease = store.grantLease(0, 60).id();
    putWithLease("a", "1", lease);
    store.txn(Txn.of(new Op.Put(bytes("a"), bytes("2"), 0, false, false, true)));
    assertThat(kv("a").lease()).isEqualTo(lease);
    store.txn(Txn.of(new Op.Put(bytes("a"), Bytes.EMPTY, 0, false, true, false)));
    assertThat(value("a")).isEqualTo("2");
    assertThat(kv("a").lease()).isZero();
    store.revokeLease(lease);
    assertThat(value("a")).isEqualTo("2");
  }

  @Test
  void anUnknownLeaseIsRefused() {
    assertThat(refusal(() -> putWithLease("a", "1", 4712))).isEqualTo(LEASE_NOT_FOUND);
  }

  @Test
  void anExpiredLeaseTakesItsKeysAlong() {
    long brief = store.grantLease(0, 1).id();
    long kept = store.grantLease(0, 60).id();
    long bound = putWithLease("brief", "1", brief);
    putWithLease("kept", "1", kept);
    assertThat(store.keepLeaseAlive(kept)).isEqualTo(60);
    RecordingListener seen = new RecordingListener();
    store.watch(WatchRequest.of(KeyRange.single(bytes("brief"))).withStartRevision(bound), seen);
    // A real etcd cannot be told the time; it ends this lease within a few seconds.
    assertThat(seen.awaitTexts(2)).containsExactly("PUT brief=1", "DELETE brief");
    assertThat(value("kept")).isEqualTo("1");
    store.revokeLease(kept);
  }
}
