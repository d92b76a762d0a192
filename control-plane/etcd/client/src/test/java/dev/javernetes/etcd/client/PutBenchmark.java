package dev.javernetes.etcd.client;

import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Store;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures durable puts, gets and a large range: {@code PutBenchmark embedded <directory>} or
 * {@code PutBenchmark <url>[,<url>]}. Run it against ours and a real etcd on the same disk, one
 * after the other.
 */
final class PutBenchmark {
  private static final long SECONDS = 5;
  private static final int RANGE_KEYS = 10_000;

  private PutBenchmark() {}

  public static void main(String[] args) throws Exception {
    boolean embedded = args[0].equals("embedded");
    try (Store store =
        embedded
            ? DurableStore.open(Path.of(args[1]))
            : RemoteStore.connect(RemoteStoreOptions.of(args[0]))) {
      byte[] value = new byte[1024];
      new Random(1).nextBytes(value);
      Bytes content = Bytes.wrap(value);
      run("warm-up", 64, 3, (client, n) -> store.put(key("warm", client, n), content));
      for (int clients : new int[] {1, 100, 1000}) {
        run(
            "puts, " + clients + " clients",
            clients,
            SECONDS,
            (client, n) -> store.put(key("k" + clients, client, n), content));
      }
      run("gets, 100 clients", 100, SECONDS, (client, n) -> store.get(key("k1", 0, n % 1000)));
      for (int i = 0; i < RANGE_KEYS; i++) {
        int n = i;
        if (i % 100 == 0) {
          CountDownLatch done = new CountDownLatch(100);
          for (int j = 0; j < 100; j++) {
            int m = n + j;
            Thread.startVirtualThread(() -> {
              store.put(key("range", 0, m), content);
              done.countDown();
            });
          }
          done.await();
        }
      }
      for (int round = 0; round < 8; round++) {
        long begin = System.nanoTime();
        int size = store.range(RangeRequest.of(KeyRange.prefix("/registry/range/"))).kvs().size();
        System.out.printf("range of %d keys: %.1f ms%n", size, (System.nanoTime() - begin) / 1e6);
      }
    }
    System.exit(0);
  }

  private static Bytes key(String set, int client, long n) {
    return Bytes.utf8("/registry/" + set + "/namespace-" + client + "/object-" + n);
  }

  /** One request of one client. */
  private interface Request {
    void run(int client, long n);
  }

  private static void run(String what, int clients, long seconds, Request request)
      throws InterruptedException {
    AtomicLong done = new AtomicLong();
    CountDownLatch finished = new CountDownLatch(clients);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int i = 0; i < clients; i++) {
      int client = i;
      Thread.startVirtualThread(() -> {
        for (long n = 0; System.nanoTime() < end; n++) {
          request.run(client, n);
          done.incrementAndGet();
        }
        finished.countDown();
      });
    }
    finished.await();
    System.out.printf("%-20s %8.0f /s%n", what, (double) done.get() / seconds);
  }
}
