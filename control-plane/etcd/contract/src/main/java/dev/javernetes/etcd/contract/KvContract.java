package dev.javernetes.etcd.contract;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.FUTURE_REVISION;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.KEY_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.CasResult;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeRequest.RevisionBounds;
import dev.javernetes.etcd.mvcc.RangeRequest.Sort;
import dev.javernetes.etcd.mvcc.RangeRequest.SortTarget;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Txn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Single keys and ranges: versions, old revisions, sorting, limits, conditional writes. */
public abstract class KvContract extends StoreContract {

  @Test
  void aKeyCountsItsVersionsFromItsCreation() {
    long created = put("a", "1");
    long changed = put("a", "2");
    assertThat(changed).isEqualTo(created + 1);
    assertThat(kv("a")).isEqualTo(new KeyValue(bytes("a"), bytes("2"), created, changed, 2, 0));
  }

  @Test
  void aDeletedKeyStartsANewLife() {
    put("a", "1");
    put("a", "2");
    assertThat(delete("a")).isEqualTo(1);
    assertThat(store.get(bytes("a"))).isNull();
    long created = put("a", "3");
    assertThat(kv("a")).isEqualTo(new KeyValue(bytes("a"), bytes("3"), created, created, 1, 0));
  }

  @Test
  void deletingNothingMakesNoRevision() {
    long before = put("a", "1");
    assertThat(delete("b")).isZero();
    assertThat(store.revision()).isEqualTo(before);
  }

  @Test
  void oldRevisionsStayReadable() {
    long first = put("a", "1");
    long second = put("a", "2");
    delete("a");
    put("a", "4");
    assertThat(valueAt("a", first)).isEqualTo("1");
    assertThat(valueAt("a", second)).isEqualTo("2");
    assertThat(valueAt("a", second + 1)).isEqualTo("(absent)");
    assertThat(valueAt("a", second + 2)).isEqualTo("4");
    assertThat(valueAt("a", first - 1)).isEqualTo("(absent)");
  }

  @Test
  void theFutureIsRefused() {
    long now = put("a", "1");
    assertThat(refusal(() -> store.range(RangeRequest.of(bytes("a")).withRevision(now + 1))))
        .isEqualTo(FUTURE_REVISION);
  }

  @Test
  void rangesAreOrderedAndHalfOpen() {
    for (String key : List.of("c", "a", "b", "d", "ab")) {
      put(key, key);
    }
    assertThat(keys(RangeRequest.of(KeyRange.of(bytes("a"), bytes("c")))))
        .containsExactly("a", "ab", "b");
    assertThat(keys(RangeRequest.of(KeyRange.prefix("a")))).containsExactly("a", "ab");
    assertThat(keys(RangeRequest.of(KeyRange.from(bytes("b"))))).containsExactly("b", "c", "d");
    assertThat(keys(RangeRequest.of(KeyRange.all()))).containsExactly("a", "ab", "b", "c", "d");
    assertThat(keys(RangeRequest.of(KeyRange.of(bytes("c"), bytes("a"))))).isEmpty();
  }

  @Test
  void keysAreBytesComparedUnsigned() {
    Bytes high = Bytes.wrap(new byte[] {(byte) 0xFF, 1});
    Bytes low = Bytes.wrap(new byte[] {0x01, (byte) 0x80});
    store.put(high, bytes("h"));
    store.put(low, bytes("l"));
    RangeResult all = store.range(RangeRequest.of(KeyRange.all()));
    assertThat(all.kvs()).extracting(KeyValue::key).containsExactly(low, high);
    RangeResult prefix = store.range(RangeRequest.of(KeyRange.prefix(Bytes.wrap(new byte[] {-1}))));
    assertThat(prefix.kvs()).extracting(KeyValue::key).containsExactly(high);
  }

  @Test
  void aLimitCutsButCountsAll() {
    for (int i = 0; i < 10; i++) {
      put("k" + i, "v");
    }
    RangeRequest request = RangeRequest.of(KeyRange.prefix("k"));
    RangeResult page = store.range(request.withLimit(3));
    assertThat(page.kvs()).hasSize(3);
    assertThat(page.more()).isTrue();
    assertThat(page.count()).isEqualTo(10);
    RangeResult whole = store.range(request.withLimit(10));
    assertThat(whole.kvs()).hasSize(10);
    assertThat(whole.more()).isFalse();
  }

  @Test
  void pagesOfOneRevisionFitTogether() {
    for (int i = 0; i < 9; i++) {
      put("k" + i, "old");
    }
    RangeResult first = store.range(RangeRequest.of(KeyRange.prefix("k")).withLimit(5));
    put("k7", "new");
    delete("k8");
    Bytes next = first.kvs().getLast().key().successor();
    RangeResult second =
        store.range(
            RangeRequest.of(KeyRange.of(next, bytes("l")))
                .withRevision(first.revision())
                .withLimit(5));
    assertThat(second.kvs()).hasSize(4);
    assertThat(second.kvs()).extracting(kv -> kv.value().toUtf8()).containsOnly("old");
    assertThat(second.revision()).isEqualTo(first.revision() + 2);
  }

  @Test
  void countOnlyAndKeysOnlyLeaveValuesOut() {
    put("a", "1");
    put("b", "2");
    RangeRequest all = RangeRequest.of(KeyRange.all());
    RangeResult count = store.range(all.withCountOnly());
    assertThat(count.count()).isEqualTo(2);
    assertThat(count.kvs()).isEmpty();
    RangeResult keys = store.range(all.withKeysOnly());
    assertThat(keys.kvs()).extracting(KeyValue::value).containsOnly(Bytes.EMPTY);
    assertThat(keys.kvs()).extracting(KeyValue::version).containsOnly(1L);
  }

  @Test
  void sortsByEveryTarget() {
    put("a", "3");
    put("b", "1");
    put("c", "2");
    put("a", "4");
    RangeRequest all = RangeRequest.of(KeyRange.all());
    assertThat(keys(all.withSort(new Sort(SortTarget.KEY, true)))).containsExactly("c", "b", "a");
    assertThat(keys(all.withSort(new Sort(SortTarget.VALUE, false))))
        .containsExactly("b", "c", "a");
    assertThat(keys(all.withSort(new Sort(SortTarget.MOD_REVISION, true))))
        .containsExactly("a", "c", "b");
    assertThat(keys(all.withSort(new Sort(SortTarget.CREATE_REVISION, false))))
        .containsExactly("a", "b", "c");
    assertThat(keys(all.withSort(new Sort(SortTarget.VERSION, true)).withLimit(1)))
        .containsExactly("a");
  }

  @Test
  void filtersByRevisions() {
    long a = put("a", "1");
    long b = put("b", "1");
    put("c", "1");
    RangeRequest all = RangeRequest.of(KeyRange.all());
    assertThat(keys(all.withBounds(new RevisionBounds(b, 0, 0, 0)))).containsExactly("b", "c");
    assertThat(keys(all.withBounds(new RevisionBounds(0, b, 0, 0)))).containsExactly("a", "b");
    assertThat(keys(all.withBounds(new RevisionBounds(0, 0, 0, a)))).containsExactly("a");
  }

  @Test
  void emptyValuesAreValues() {
    put("a", "");
    assertThat(kv("a").value()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void largeValuesSurvive() {
    byte[] large = new byte[1_000_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31);
    }
    store.put(bytes("large"), Bytes.copyOf(large));
    assertThat(kv("large").value()).isEqualTo(Bytes.wrap(large));
  }

  @Test
  void createRefusesWhatExistsAndShowsIt() {
    CasResult created = store.create(bytes("a"), bytes("1"), 0);
    assertThat(created.succeeded()).isTrue();
    assertThat(kv("a").modRevision()).isEqualTo(created.revision());
    CasResult again = store.create(bytes("a"), bytes("2"), 0);
    assertThat(again.succeeded()).isFalse();
    assertThat(again.current()).isEqualTo(kv("a"));
    assertThat(value("a")).isEqualTo("1");
  }

  @Test
  void putIfWritesOnlyWhatNobodyChanged() {
    long first = put("a", "1");
    CasResult written = store.putIf(bytes("a"), first, bytes("2"), 0);
    assertThat(written).isEqualTo(new CasResult(true, first + 1, null));
    CasResult stale = store.putIf(bytes("a"), first, bytes("3"), 0);
    assertThat(stale.succeeded()).isFalse();
    assertThat(stale.current()).isEqualTo(kv("a"));
    assertThat(value("a")).isEqualTo("2");
    CasResult gone = store.putIf(bytes("b"), first, bytes("3"), 0);
    assertThat(gone.succeeded()).isFalse();
    assertThat(gone.current()).isNull();
  }

  @Test
  void deleteIfDeletesOnlyWhatNobodyChanged() {
    long first = put("a", "1");
    put("a", "2");
    assertThat(store.deleteIf(bytes("a"), first).succeeded()).isFalse();
    KeyValue before = kv("a");
    CasResult deleted = store.deleteIf(bytes("a"), before.modRevision());
    assertThat(deleted.succeeded()).isTrue();
    assertThat(deleted.current()).isEqualTo(before);
    assertThat(store.get(bytes("a"))).isNull();
  }

  @Test
  void aPutCanKeepTheValue() {
    put("a", "1");
    Op keep = new Op.Put(bytes("a"), Bytes.EMPTY, 0, true, true, false);
    KeyValue before = store.txn(Txn.of(keep)).put(0).prevKv();
    assertThat(before).isNotNull();
    assertThat(value("a")).isEqualTo("1");
    assertThat(kv("a").version()).isEqualTo(2);
    Op absent = new Op.Put(bytes("b"), Bytes.EMPTY, 0, false, true, false);
    assertThat(refusal(() -> store.txn(Txn.of(absent)))).isEqualTo(KEY_NOT_FOUND);
  }

  @Test
  void deleteRangeReturnsWhatItDeleted() {
    put("a1", "1");
    put("a2", "2");
    put("b", "3");
    Op delete = new Op.DeleteRange(KeyRange.prefix("a"), true);
    var deleted = store.txn(Txn.of(delete)).delete(0);
    assertThat(deleted.deleted()).isEqualTo(2);
    assertThat(deleted.prevKvs()).extracting(kv -> kv.value().toUtf8()).containsExactly("1", "2");
    assertThat(keys(RangeRequest.of(KeyRange.all()))).containsExactly("b");
  }
}
