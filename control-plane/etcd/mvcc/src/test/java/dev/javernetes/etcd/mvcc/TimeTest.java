package dev.javernetes.etcd.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Everything that depends on time, with a clock that the test turns: leases, progress, automatic
 * compaction, quota.
 */
class TimeTest {
  private long now = 1;
  private final Map<Runnable, Duration> ticks = new LinkedHashMap<>();
  private final StoreRuntime runtime =
      new StoreRuntime(
          () -> now,
          Runnable::run,
          Runnable::run,
          (period, action) -> ticks.put(action, period),
          () -> {});
  private final InMemoryBackend backend = new InMemoryBackend();
  private MvccStore store = open(StoreOptions.DEFAULTS);

  private MvccStore open(StoreOptions options) {
    ticks.clear();
    return new MvccStore(backend, options, runtime);
  }

  private void pass(Duration time) {
    now += time.toNanos();
    List.copyOf(ticks.keySet()).forEach(Runnable::run);
  }

  private long put(String key, long lease) {
    return store.txn(Txn.of(Op.put(Bytes.utf8(key), Bytes.utf8("v"), lease))).revision();
  }

  @Test
  void aLeaseEndsWhenItsTimeIsOverAndNotBefore() {
    long lease = store.grantLease(0, 10).id();
    put("a", lease);
    pass(Duration.ofSeconds(9));
    assertThat(store.get(Bytes.utf8("a"))).isNotNull();
    pass(Duration.ofSeconds(1));
    assertThat(store.get(Bytes.utf8("a"))).isNull();
    assertThat(store.leases()).isEmpty();
  }

  @Test
  void keepingAliveStartsTheTimeAnew() {
    long lease = store.grantLease(0, 10).id();
    put("a", lease);
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(8));
      assertThat(store.keepLeaseAlive(lease)).isEqualTo(10);
    }
    assertThat(store.get(Bytes.utf8("a"))).isNotNull();
    pass(Duration.ofSeconds(10));
    assertThat(store.get(Bytes.utf8("a"))).isNull();
  }

  @Test
  void anExpiredLeaseCannotBeRevived() {
    long lease = store.grantLease(0, 10).id();
    now += TimeUnit.SECONDS.toNanos(11);
    assertThatThrownBy(() -> store.keepLeaseAlive(lease)).isInstanceOf(StoreException.class);
  }

  @Test
  void afterARestartALeaseStartsAnewAndStillEnds() {
    long lease = store.grantLease(0, 10).id();
    put("a", lease);
    now += TimeUnit.SECONDS.toNanos(8);
    store.close();
    store = open(StoreOptions.DEFAULTS);
    pass(Duration.ofSeconds(8));
    assertThat(store.get(Bytes.utf8("a"))).isNotNull();
    pass(Duration.ofSeconds(3));
    assertThat(store.get(Bytes.utf8("a"))).isNull();
  }

  @Test
  void aQuietWatchHearsHowFarItIs() {
    List<Long> progress = new ArrayList<>();
    store.watch(
        WatchRequest.of(KeyRange.prefix("a")).withProgressNotify(),
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {}

          @Override
          public void onProgress(long revision) {
            progress.add(revision);
          }

          @Override
          public void onCancel(StoreException reason) {}
        });
    long last = put("b", 0);
    pass(Duration.ofSeconds(5));
    assertThat(progress).containsExactly(last);
  }

  @Test
  void compactsByAge() {
    AutoCompaction.byAge(store, Duration.ofHours(1), runtime.ticker());
    long first = put("a", 0);
    for (int i = 0; i < 11; i++) {
      pass(Duration.ofMinutes(6));
      put("a", 0);
    }
    assertThat(store.compactRevision()).isEqualTo(first);
  }

  @Test
  void compactsByRevision() {
    AutoCompaction.byRevision(store, 3, runtime.ticker());
    for (int i = 0; i < 10; i++) {
      put("a", 0);
    }
    pass(Duration.ofMinutes(5));
    assertThat(store.compactRevision()).isEqualTo(store.revision() - 3);
  }

  @Test
  void aFullStoreRefusesPutsUntilItIsDisarmed() {
    store.close();
    store = open(StoreOptions.DEFAULTS.withQuotaBytes(2000));
    for (int i = 0; i < 100; i++) {
      try {
        put("key" + i, 0);
      } catch (StoreException e) {
        assertThat(e.reason()).isEqualTo(StoreException.Reason.NO_SPACE);
      }
    }
    assertThat(store.alarms()).containsExactly(StoreStatus.Alarm.NO_SPACE);
    assertThat(store.get(Bytes.utf8("key0"))).isNotNull();
    store.delete(KeyRange.all());
    store.compact(store.revision());
    assertThatThrownBy(() -> put("a", 0)).isInstanceOf(StoreException.class);
    store.close();
    store = open(StoreOptions.DEFAULTS.withQuotaBytes(2000));
    assertThat(store.alarms()).containsExactly(StoreStatus.Alarm.NO_SPACE);
    store.setAlarm(StoreStatus.Alarm.NO_SPACE, false);
    put("a", 0);
  }

  @Test
  void aClosedStoreSaysSo() {
    List<StoreException> cancelled = new ArrayList<>();
    store.watch(
        WatchRequest.of(KeyRange.all()),
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {}

          @Override
          public void onCancel(StoreException reason) {
            cancelled.add(reason);
          }
        });
    store.close();
    store.close();
    assertThat(cancelled).hasSize(1);
    assertThatThrownBy(() -> put("a", 0))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.UNAVAILABLE));
    assertThatThrownBy(() -> store.get(Bytes.utf8("a"))).isInstanceOf(StoreException.class);
  }
}
