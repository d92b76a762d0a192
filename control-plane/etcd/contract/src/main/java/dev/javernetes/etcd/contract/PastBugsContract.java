package dev.javernetes.etcd.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Situations in which etcd has failed in its past (etcd's own list and issue numbers); none may
 * come back here.
 */
public abstract class PastBugsContract extends StoreContract {
  private static final int WRITERS = 4;
  private static final int WRITES = 100;

  /** Runs writers beside something else; returns when they are done. */
  private void whileWriting(Runnable beside) throws InterruptedException {
    CountDownLatch left = new CountDownLatch(WRITERS);
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        pool.execute(() -> {
          try {
            for (int n = 0; n < WRITES; n++) {
              put("w" + writer + "/" + n % 7, "v" + n);
            }
          } finally {
            left.countDown();
          }
        });
      }
      do {
        beside.run();
      } while (!left.await(1, TimeUnit.MILLISECONDS));
    }
  }

  /**
   * Issue 15220: a progress notification said more than had been delivered. The listener refuses an
   * event at or below it.
   */
  @Test
  void progressIsNeverAheadOfEvents() throws InterruptedException {
    RecordingListener seen = new RecordingListener();
    try (WatchHandle watch = store.watch(WatchRequest.of(KeyRange.prefix("w")), seen)) {
      whileWriting(watch::requestProgress);
      assertThat(seen.awaitEvents(WRITERS * WRITES)).hasSize(WRITERS * WRITES);
    }
  }

  /**
   * Issue 11651 and others: history compacted away in the middle of a watch's catching up, without
   * the watch being told.
   */
  @Test
  void compactionDuringCatchingUpCancelsOrLosesNothing() throws InterruptedException {
    long from = put("first", "1");
    List<RecordingListener> listeners = new ArrayList<>();
    whileWriting(() -> {
      if (listeners.size() < 40) {
        RecordingListener listener = new RecordingListener();
        listeners.add(listener);
        store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(from), listener);
      }
      if (listeners.size() == 20) {
        compactQuietly(from + 50);
      }
    });
    int all = WRITERS * WRITES + 1;
    for (RecordingListener listener : listeners) {
      try {
        List<Event> events = listener.awaitEvents(all);
        for (int i = 0; i < events.size(); i++) {
          assertThat(events.get(i).revision()).isEqualTo(from + i);
        }
      } catch (AssertionError e) {
        assertThat(listener.awaitCancel().reason()).isEqualTo(StoreException.Reason.COMPACTED);
        List<Event> before = listener.events();
        for (int i = 0; i < before.size(); i++) {
          assertThat(before.get(i).revision()).isEqualTo(from + i);
        }
      }
    }
  }

  private void compactQuietly(long revision) {
    try {
      store.compact(revision);
    } catch (StoreException e) {
      assertThat(e.reason())
          .isIn(StoreException.Reason.COMPACTED, StoreException.Reason.FUTURE_REVISION);
    }
  }

  /** Issue 13844: a watch of the future was told of the present. */
  @Test
  void aWatchOfTheFutureSeesNothingEarlier() {
    long now = put("a", "0");
    RecordingListener seen = new RecordingListener();
    WatchHandle watch =
        store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(now + 5), seen);
    for (int i = 1; i <= 6; i++) {
      put("a", String.valueOf(i));
      watch.requestProgress();
    }
    assertThat(seen.awaitTexts(2)).containsExactly("PUT a=5", "PUT a=6");
  }

  /** Issue 18089: a watch begun at the newest revision after a compaction at the same one. */
  @Test
  void watchingFromTheCompactedNewestRevision() {
    put("a", "1");
    long newest = put("a", "2");
    store.compact(newest);
    RecordingListener seen = new RecordingListener();
    store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(newest), seen);
    put("a", "3");
    assertThat(seen.awaitTexts(2)).containsExactly("PUT a=2", "PUT a=3");
  }

  /** Issue 9373 and others: watchers that come and go while events flow neither miss nor repeat. */
  @Test
  void resumedWatchesFitTogether() throws InterruptedException {
    long from = put("first", "1");
    List<Event> joined = new ArrayList<>();
    long[] next = {from};
    whileWriting(() -> {
      RecordingListener part = new RecordingListener();
      try (WatchHandle watch =
          store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(next[0]), part)) {
        if (store.revision() >= next[0]) {
          joined.addAll(part.awaitEvents(1));
          next[0] = joined.getLast().revision() + 1;
        }
      }
    });
    RecordingListener rest = new RecordingListener();
    store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(next[0]), rest);
    int missing = (int) (store.revision() + 1 - next[0]);
    joined.addAll(rest.awaitEvents(missing));
    for (int i = 0; i < joined.size(); i++) {
      assertThat(joined.get(i).revision()).isEqualTo(from + i);
    }
    assertThat(joined).hasSize(WRITERS * WRITES + 1);
  }

  /** Issue 14571: a lease revoked while keys are bound to it left keys behind. */
  @Test
  void revokingWhileBindingLeavesNoKeyBehind() throws InterruptedException {
    for (int round = 0; round < 10; round++) {
      long lease = store.grantLease(0, 600).id();
      try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          String key = "bound" + i;
          pool.execute(() -> bindQuietly(key, lease));
        }
        pool.execute(() -> store.revokeLease(lease));
      }
      assertThat(keys(RangeRequest.of(KeyRange.prefix("bound")))).isEmpty();
    }
  }

  private void bindQuietly(String key, long lease) {
    try {
      putWithLease(key, "v", lease);
    } catch (StoreException e) {
      assertThat(e.reason()).isEqualTo(StoreException.Reason.LEASE_NOT_FOUND);
    }
  }

  /**
   * Issue 10523: deleted and recreated around a compaction, a key came back or lost its history.
   */
  @Test
  void recreatedKeysSurviveEveryCompaction() {
    for (int round = 0; round < 12; round++) {
      put("k", "a" + round);
      delete("k");
      long again = put("k", "b" + round);
      delete("other");
      put("other", "x");
      if (round % 2 == 0) {
        delete("k");
        long gone = store.revision();
        store.compact(gone);
        assertThat(store.get(bytes("k"))).isNull();
      } else {
        store.compact(again);
        assertThat(kv("k").version()).isEqualTo(1);
        assertThat(kv("k").createRevision()).isEqualTo(again);
      }
    }
  }

  /**
   * Issue 11689: the answer to a failed compare came from a state that was not there yet for
   * others.
   */
  @Test
  void aConflictShowsWhatEveryoneCanRead() throws InterruptedException {
    put("c", "0");
    whileWriting(() -> {
      var conflict = store.create(Bytes.utf8("c"), Bytes.utf8("x"), 0);
      assertThat(conflict.succeeded()).isFalse();
      assertThat(store.revision()).isGreaterThanOrEqualTo(conflict.revision());
      long seen = store.txn(Txn.of(Op.get(bytes("w0/0")))).revision();
      assertThat(store.range(RangeRequest.of(bytes("w0/0"))).revision())
          .isGreaterThanOrEqualTo(seen);
    });
  }
}
