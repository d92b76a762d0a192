package dev.javernetes.etcd.contract;

import static dev.javernetes.etcd.mvcc.Compare.Relation.EQUAL;
import static dev.javernetes.etcd.mvcc.Compare.Relation.GREATER;
import static dev.javernetes.etcd.mvcc.Compare.Relation.LESS;
import static dev.javernetes.etcd.mvcc.Compare.Relation.NOT_EQUAL;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.DUPLICATE_KEY;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.FUTURE_REVISION;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.LEASE_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Compare;
import dev.javernetes.etcd.mvcc.Compare.Attribute;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Transactions: every compare, both branches, nesting, one revision for all writes, what is
 * refused.
 */
public abstract class TxnContract extends StoreContract {

  private boolean holds(Compare... compares) {
    return store.txn(Txn.when(compares)).succeeded();
  }

  @Test
  void comparesEveryAttribute() {
    long created = put("a", "m");
    long changed = put("a", "m");
    KeyRange a = KeyRange.single(bytes("a"));
    assertThat(holds(Compare.version(bytes("a"), EQUAL, 2))).isTrue();
    assertThat(holds(Compare.version(bytes("a"), GREATER, 2))).isFalse();
    assertThat(holds(Compare.createRevision(bytes("a"), EQUAL, created))).isTrue();
    assertThat(holds(Compare.createRevision(bytes("a"), LESS, created))).isFalse();
    assertThat(holds(new Compare.OfNumber(a, Attribute.MOD_REVISION, NOT_EQUAL, created))).isTrue();
    assertThat(holds(new Compare.OfNumber(a, Attribute.MOD_REVISION, EQUAL, changed))).isTrue();
    assertThat(holds(new Compare.OfNumber(a, Attribute.LEASE, EQUAL, 0))).isTrue();
    assertThat(holds(Compare.value(bytes("a"), EQUAL, bytes("m")))).isTrue();
    assertThat(holds(Compare.value(bytes("a"), GREATER, bytes("l")))).isTrue();
    assertThat(holds(Compare.value(bytes("a"), LESS, bytes("l")))).isFalse();
    assertThat(holds(Compare.value(bytes("a"), NOT_EQUAL, bytes("x")))).isTrue();
  }

  @Test
  void anAbsentKeyHasZeroesAndNoValue() {
    assertThat(holds(Compare.absent(bytes("a")))).isTrue();
    assertThat(holds(Compare.version(bytes("a"), EQUAL, 0))).isTrue();
    assertThat(holds(Compare.createRevision(bytes("a"), EQUAL, 0))).isTrue();
    assertThat(holds(Compare.value(bytes("a"), NOT_EQUAL, bytes("x")))).isFalse();
    put("a", "1");
    delete("a");
    assertThat(holds(Compare.absent(bytes("a")))).isTrue();
    assertThat(holds(Compare.value(bytes("a"), NOT_EQUAL, bytes("x")))).isFalse();
  }

  @Test
  void aRangeCompareHoldsIfItHoldsForEveryKey() {
    put("a1", "x");
    put("a2", "x");
    KeyRange range = KeyRange.prefix("a");
    assertThat(holds(new Compare.OfValue(range, EQUAL, bytes("x")))).isTrue();
    put("a2", "y");
    assertThat(holds(new Compare.OfValue(range, EQUAL, bytes("x")))).isFalse();
    assertThat(holds(new Compare.OfNumber(range, Attribute.VERSION, GREATER, 0))).isTrue();
  }

  @Test
  void onlyOneBranchRuns() {
    put("a", "1");
    Txn txn =
        Txn.when(Compare.value(bytes("a"), EQUAL, bytes("1")))
            .then(Op.put(bytes("yes"), bytes("1")))
            .orElse(Op.put(bytes("no"), bytes("1")));
    assertThat(store.txn(txn).succeeded()).isTrue();
    put("a", "2");
    assertThat(store.txn(txn).succeeded()).isFalse();
    assertThat(keys(RangeRequest.of(KeyRange.all()))).containsExactly("a", "no", "yes");
  }

  @Test
  void allWritesShareOneRevision() {
    long before = put("d", "0");
    TxnResult result =
        store.txn(
            Txn.of(
                Op.put(bytes("a"), bytes("1")),
                Op.put(bytes("b"), bytes("2")),
                Op.delete(bytes("d"))));
    assertThat(result.revision()).isEqualTo(before + 1);
    assertThat(kv("a").modRevision()).isEqualTo(before + 1);
    assertThat(kv("b").modRevision()).isEqualTo(before + 1);
    assertThat(store.revision()).isEqualTo(before + 1);
  }

  @Test
  void laterStepsSeeEarlierWrites() {
    put("a", "1");
    TxnResult result =
        store.txn(
            Txn.of(
                Op.range(RangeRequest.of(KeyRange.all())),
                Op.put(bytes("b"), bytes("2")),
                Op.delete(bytes("a")),
                Op.range(RangeRequest.of(KeyRange.all()))));
    assertThat(result.range(0).kvs()).extracting(kv -> kv.key().toUtf8()).containsExactly("a");
    assertThat(result.range(3).kvs()).extracting(kv -> kv.key().toUtf8()).containsExactly("b");
    assertThat(result.range(3).count()).isEqualTo(1);
  }

  @Test
  void nestedComparesSeeTheStateBefore() {
    Txn inner =
        Txn.when(Compare.absent(bytes("a")))
            .then(Op.put(bytes("b"), bytes("inner saw nothing")))
            .orElse(Op.put(bytes("b"), bytes("inner saw the outer put")));
    TxnResult result =
        store.txn(Txn.of(Op.put(bytes("a"), bytes("1")), new Op.Nested(inner), Op.get(bytes("b"))));
    assertThat(((TxnResult) result.responses().get(1)).succeeded()).isTrue();
    assertThat(result.range(2).kvs().getFirst().value().toUtf8()).isEqualTo("inner saw nothing");
  }

  @Test
  void noKeyIsWrittenTwice() {
    Op put = Op.put(bytes("a"), bytes("1"));
    long before = store.revision();
    assertThat(refusal(() -> store.txn(Txn.of(put, put)))).isEqualTo(DUPLICATE_KEY);
    assertThat(refusal(() -> store.txn(Txn.of(put, Op.delete(KeyRange.prefix("a"))))))
        .isEqualTo(DUPLICATE_KEY);
    assertThat(refusal(() -> store.txn(Txn.of(put, new Op.Nested(Txn.of(put))))))
        .isEqualTo(DUPLICATE_KEY);
    assertThat(store.revision()).isEqualTo(before);
  }

  @Test
  void deletionsMayOverlapAndBranchesMayShareKeys() {
    put("a", "1");
    TxnResult result =
        store.txn(Txn.of(Op.delete(KeyRange.prefix("a")), Op.delete(KeyRange.all())));
    assertThat(result.delete(0).deleted()).isEqualTo(1);
    assertThat(result.delete(1).deleted()).isZero();
    Op put = Op.put(bytes("a"), bytes("1"));
    Txn either = Txn.when(Compare.absent(bytes("a"))).then(put).orElse(put);
    assertThat(store.txn(either).succeeded()).isTrue();
  }

  @Test
  void aRefusedStepLeavesNothingBehind() {
    long before = put("a", "1");
    Op withUnknownLease = Op.put(bytes("c"), bytes("1"), 4711);
    assertThat(refusal(() -> store.txn(Txn.of(Op.put(bytes("b"), bytes("1")), withUnknownLease))))
        .isEqualTo(LEASE_NOT_FOUND);
    Op future = Op.range(RangeRequest.of(bytes("a")).withRevision(before + 100));
    assertThat(refusal(() -> store.txn(Txn.of(Op.put(bytes("b"), bytes("1")), future))))
        .isEqualTo(FUTURE_REVISION);
    assertThat(store.revision()).isEqualTo(before);
    assertThat(store.get(bytes("b"))).isNull();
  }

  @Test
  void readOnlyTransactionsMakeNoRevision() {
    long before = put("a", "1");
    TxnResult result = store.txn(Txn.of(Op.get(bytes("a"))));
    assertThat(result.revision()).isEqualTo(before);
    KeyValue kv = result.range(0).first();
    assertThat(kv).isEqualTo(kv("a"));
  }

  @Test
  void aPutAnswersWithWhatWasThere() {
    put("a", "1");
    KeyValue before = kv("a");
    Op put = new Op.Put(bytes("a"), bytes("2"), 0, true, false, false);
    assertThat(store.txn(Txn.of(put)).put(0).prevKv()).isEqualTo(before);
    Op fresh = new Op.Put(bytes("b"), bytes("2"), 0, true, false, false);
    assertThat(store.txn(Txn.of(fresh)).put(0).prevKv()).isNull();
  }

  @Test
  void concurrentCountersLoseNoIncrement() throws Exception {
    int clients = 8;
    int increments = 25;
    put("counter", "0");
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      work.add(() -> increment(increments));
    }
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> done : pool.invokeAll(work)) {
        assertThat(done.get()).isTrue();
      }
    }
    assertThat(value("counter")).isEqualTo(String.valueOf(clients * increments));
  }

  private boolean increment(int times) {
    for (int done = 0; done < times; ) {
      KeyValue now = kv("counter");
      String next = String.valueOf(Integer.parseInt(now.value().toUtf8()) + 1);
      if (store.putIf(bytes("counter"), now.modRevision(), bytes(next), 0).succeeded()) {
        done++;
      }
    }
    return true;
  }
}
