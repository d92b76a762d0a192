package dev.javernetes.etcd.contract;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.COMPACTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchRequest;
import dev.javernetes.etcd.mvcc.WatchRequest.Filter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Watches: from now, from the past, from the future; order, completeness, slowness, progress,
 * compaction.
 */
public abstract class WatchContract extends StoreContract {
  private static final WatchRequest ALL = WatchRequest.of(KeyRange.all());

  @Test
  void seesWhatHappensAfterItWasMade() {
    put("a", "before");
    RecordingListener seen = new RecordingListener();
    WatchHandle watch = store.watch(ALL, seen);
    put("a", "1");
    put("b", "2");
    delete("a");
    assertThat(seen.awaitTexts(3)).containsExactly("PUT a=1", "PUT b=2", "DELETE a");
    watch.close();
  }

  @Test
  void startsInThePast() {
    put("a", "0");
    long from = put("a", "1");
    delete("a");
    put("a", "2");
    RecordingListener seen = new RecordingListener();
    store.watch(ALL.withStartRevision(from), seen);
    put("a", "3");
    assertThat(seen.awaitTexts(4)).containsExactly("PUT a=1", "DELETE a", "PUT a=2", "PUT a=3");
    assertThat(seen.events().get(0).isCreate()).isFalse();
    assertThat(seen.events().get(2).isCreate()).isTrue();
  }

  @Test
  void startsInTheFuture() {
    long now = put("a", "0");
    RecordingListener seen = new RecordingListener();
    store.watch(ALL.withStartRevision(now + 3), seen);
    put("a", "1");
    put("a", "2");
    put("a", "3");
    put("a", "4");
    assertThat(seen.awaitTexts(2)).containsExactly("PUT a=3", "PUT a=4");
  }

  @Test
  void seesOnlyItsRange() {
    RecordingListener single = new RecordingListener();
    RecordingListener prefix = new RecordingListener();
    RecordingListener from = new RecordingListener();
    store.watch(WatchRequest.of(KeyRange.single(bytes("b"))), single);
    store.watch(WatchRequest.of(KeyRange.prefix("b")), prefix);
    store.watch(WatchRequest.of(KeyRange.from(bytes("b"))), from);
    for (String key : List.of("a", "b", "ba", "c")) {
      put(key, "1");
    }
    put("b", "end");
    assertThat(single.awaitTexts(2)).containsExactly("PUT b=1", "PUT b=end");
    assertThat(prefix.awaitTexts(3)).containsExactly("PUT b=1", "PUT ba=1", "PUT b=end");
    assertThat(from.awaitTexts(4)).containsExactly("PUT b=1", "PUT ba=1", "PUT c=1", "PUT b=end");
  }

  @Test
  void filtersLeaveOut() {
    RecordingListener puts = new RecordingListener();
    RecordingListener deletes = new RecordingListener();
    store.watch(ALL.withFilters(Filter.NO_DELETE), puts);
    store.watch(ALL.withFilters(Filter.NO_PUT), deletes);
    put("a", "1");
    delete("a");
    put("b", "1");
    delete("b");
    put("c", "1");
    assertThat(puts.awaitTexts(3)).containsExactly("PUT a=1", "PUT b=1", "PUT c=1");
    assertThat(deletes.awaitTexts(2)).containsExactly("DELETE a", "DELETE b");
  }

  @Test
  void carriesTheFormerStateIfAsked() {
    long first = put("a", "1");
    KeyValue one = kv("a");
    RecordingListener live = new RecordingListener();
    store.watch(ALL.withPrevKv(), live);
    put("a", "2");
    KeyValue two = kv("a");
    delete("a");
    put("a", "3");
    RecordingListener replayed = new RecordingListener();
    store.watch(ALL.withPrevKv().withStartRevision(first), replayed);
    assertThat(live.awaitEvents(3)).extracting(Event::prevKv).containsExactly(one, two, null);
    assertThat(replayed.awaitEvents(4))
        .extracting(Event::prevKv)
        .containsExactly(null, one, two, null);
    RecordingListener without = new RecordingListener();
    store.watch(ALL.withStartRevision(first), without);
    assertThat(without.awaitEvents(4)).extracting(Event::prevKv).containsOnlyNulls();
  }

  @Test
  void oneRevisionComesAtOnce() {
    RecordingListener live = new RecordingListener();
    store.watch(ALL, live);
    long before = store.revision();
    List<Op> puts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      puts.add(Op.put(bytes("k" + i), bytes("v")));
    }
    store.txn(new Txn(List.of(), puts, List.of()));
    put("z", "end");
    // The listener itself refuses a revision that is split over two deliveries.
    assertThat(live.awaitEvents(51)).hasSize(51);
    RecordingListener replayed = new RecordingListener();
    store.watch(ALL.withStartRevision(before + 1), replayed);
    assertThat(replayed.awaitEvents(51)).isEqualTo(live.events());
  }

  @Test
  void aSlowListenerLosesNothing() {
    RecordingListener slow = new RecordingListener();
    slow.hold(true);
    store.watch(ALL.withPrevKv(), slow);
    int count = 3000;
    for (int i = 0; i < count; i += 50) {
      List<Op> puts = new ArrayList<>();
      for (int j = i; j < i + 50; j++) {
        puts.add(Op.put(bytes("k" + j), bytes("v" + j)));
      }
      store.txn(new Txn(List.of(), puts, List.of()));
    }
    slow.hold(false);
    List<Event> events = slow.awaitEvents(count);
    assertThat(events).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(events.get(i).kv().key()).isEqualTo(bytes("k" + i));
    }
    put("end", "1");
    assertThat(slow.awaitEvents(count + 1)).hasSize(count + 1);
  }

  @Test
  void progressComesAfterTheEventsItCovers() {
    RecordingListener seen = new RecordingListener();
    WatchHandle watch = store.watch(WatchRequest.of(KeyRange.prefix("a")), seen);
    put("a1", "1");
    long last = put("b", "not watched");
    watch.requestProgress();
    assertThat(seen.awaitProgress(last)).isGreaterThanOrEqualTo(last);
    assertThat(seen.events()).hasSize(1);
  }

  @Test
  void compactedHistoryCancels() {
    long first = put("a", "1");
    put("a", "2");
    long third = put("a", "3");
    store.compact(third);
    RecordingListener seen = new RecordingListener();
    store.watch(ALL.withStartRevision(first), seen);
    StoreException reason = seen.awaitCancel();
    assertThat(reason.reason()).isEqualTo(COMPACTED);
    assertThat(reason.compactRevision()).isEqualTo(third);
    assertThat(seen.events()).isEmpty();
  }

  @Test
  void theCompactedRevisionItselfCanBeWatched() {
    put("a", "1");
    long second = put("a", "2");
    put("a", "3");
    store.compact(second);
    RecordingListener seen = new RecordingListener();
    store.watch(ALL.withStartRevision(second), seen);
    assertThat(seen.awaitTexts(2)).containsExactly("PUT a=2", "PUT a=3");
  }

  @Test
  void compactionDoesNotDisturbSyncedWatches() {
    RecordingListener seen = new RecordingListener();
    store.watch(ALL, seen);
    for (int i = 0; i < 20; i++) {
      long revision = put("a", "v" + i);
      if (i % 5 == 4) {
        store.compact(revision);
      }
    }
    assertThat(seen.awaitEvents(20)).hasSize(20);
  }

  @Test
  void aClosedWatchIsSilent() {
    RecordingListener closed = new RecordingListener();
    RecordingListener open = new RecordingListener();
    WatchHandle watch = store.watch(ALL, closed);
    store.watch(ALL, open);
    watch.close();
    watch.close();
    put("a", "1");
    open.awaitEvents(1);
    assertThat(closed.events()).isEmpty();
  }

  @Test
  void manyWatchesOfManyRangesEachSeeTheirs() {
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RecordingListener listener = new RecordingListener();
      listeners.add(listener);
      store.watch(WatchRequest.of(KeyRange.prefix("p" + i + "/")), listener);
    }
    RecordingListener all = new RecordingListener();
    store.watch(ALL, all);
    for (int i = 0; i < 200; i++) {
      put("p" + i + "/x", "v");
    }
    assertThat(all.awaitEvents(200)).hasSize(200);
    for (int i = 0; i < 200; i++) {
      assertThat(listeners.get(i).awaitTexts(1)).containsExactly("PUT p" + i + "/x=v");
    }
  }
}
