package dev.javernetes.etcd.client;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** How long one event takes to the last of many watches: {@code WatchBenchmark <url> <watches>}. */
final class WatchBenchmark {
  private static final int ROUNDS = 10;

  private WatchBenchmark() {}

  /** Counts down once per event. */
  private static final class Counting implements WatchListener {
    private volatile CountDownLatch round = new CountDownLatch(0);

    @Override
    public void onEvents(List<Event> events, long revision) {
      round.countDown();
    }

    @Override
    public void onCancel(StoreException reason) {
      throw reason;
    }
  }

  public static void main(String[] args) throws Exception {
    int watches = Integer.parseInt(args[1]);
    try (Store store = RemoteStore.connect(RemoteStoreOptions.of(args[0]))) {
      Counting counting = new Counting();
      long begin = System.nanoTime();
      for (int i = 0; i < watches; i++) {
        store.watch(WatchRequest.of(KeyRange.prefix("/watched/")), counting);
      }
      System.out.printf("%d watches made in %d ms%n", watches, millisSince(begin));
      for (int i = 0; i < ROUNDS; i++) {
        counting.round = new CountDownLatch(watches);
        begin = System.nanoTime();
        store.put(Bytes.utf8("/watched/key"), Bytes.utf8("value " + i));
        counting.round.await();
        System.out.printf("event to last receipt: %d ms%n", millisSince(begin));
      }
    }
    System.exit(0);
  }

  private static long millisSince(long begin) {
    return (System.nanoTime() - begin) / 1_000_000;
  }
}
