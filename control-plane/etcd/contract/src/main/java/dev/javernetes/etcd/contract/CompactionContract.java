package dev.javernetes.etcd.contract;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.COMPACTED;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.FUTURE_REVISION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.WatchRequest;
import org.junit.jupiter.api.Test;

/** Compaction: what is refused afterwards, and what must not change. */
public abstract class CompactionContract extends StoreContract {

  @Test
  void keepsTheCompactedRevisionAndForgetsOlderOnes() {
    long first = put("a", "1");
    long second = put("a", "2");
    put("a", "3");
    store.compact(second);
    assertThat(valueAt("a", second)).isEqualTo("2");
    assertThat(value("a")).isEqualTo("3");
    assertThat(refusal(() -> valueAt("a", first))).isEqualTo(COMPACTED);
  }

  @Test
  void refusesThePastAndTheFuture() {
    put("a", "1");
    long second = put("a", "2");
    store.compact(second);
    assertThat(refusal(() -> store.compact(second))).isEqualTo(COMPACTED);
    assertThat(refusal(() -> store.compact(second - 1))).isEqualTo(COMPACTED);
    assertThat(refusal(() -> store.compact(second + 1))).isEqualTo(FUTURE_REVISION);
  }

  @Test
  void everyKeyKeepsWhatIsInForce() {
    for (int i = 0; i < 50; i++) {
      put("k" + i, "old");
    }
    for (int i = 0; i < 50; i += 2) {
      put("k" + i, "new");
    }
    for (int i = 0; i < 50; i += 5) {
      delete("k" + i);
    }
    long at = store.revision();
    var before = store.range(RangeRequest.of(KeyRange.all()));
    store.compact(at);
    assertThat(store.range(RangeRequest.of(KeyRange.all()))).isEqualTo(before);
    assertThat(store.range(RangeRequest.of(KeyRange.all()).withRevision(at))).isEqualTo(before);
    assertThat(store.revision()).isEqualTo(at);
  }

  @Test
  void versionsGoOnCounting() {
    long created = put("a", "1");
    put("a", "2");
    long third = put("a", "3");
    store.compact(third);
    put("a", "4");
    assertThat(kv("a").version()).isEqualTo(4);
    assertThat(kv("a").createRevision()).isEqualTo(created);
  }

  @Test
  void aDeletionAtTheCompactedRevisionCanStillBeWatched() {
    put("a", "1");
    delete("a");
    long deleted = store.revision();
    put("b", "1");
    store.compact(deleted);
    RecordingListener seen = new RecordingListener();
    store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(deleted), seen);
    if (watchesDeletionAtCompactedRevision()) {
      assertThat(seen.awaitTexts(2)).containsExactly("DELETE a", "PUT b=1");
    } else {
      assertThat(seen.awaitTexts(1)).last().isEqualTo("PUT b=1");
    }
    assertThat(valueAt("a", deleted)).isEqualTo("(absent)");
  }

  /** False for an etcd before 3.5.18, which forgets the deletion (etcd issue 19179). */
  protected boolean watchesDeletionAtCompactedRevision() {
    return true;
  }

  @Test
  void writesGoOnAfterEverythingWasDeletedAndCompacted() {
    put("a", "1");
    delete("a");
    long at = store.revision();
    store.compact(at);
    assertThat(store.range(RangeRequest.of(KeyRange.all())).kvs()).isEmpty();
    assertThat(put("a", "2")).isEqualTo(at + 1);
    assertThat(kv("a").version()).isEqualTo(1);
  }
}
