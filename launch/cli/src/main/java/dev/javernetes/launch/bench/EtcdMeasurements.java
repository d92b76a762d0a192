package dev.javernetes.launch.bench;

import com.google.protobuf.ByteString;
import dev.javernetes.etcd.protocol.EtcdRpc;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What is measured of an etcd; each leaves the keys under {@code /registry/bench-…} behind. */
public final class EtcdMeasurements {
  private static final int RANGE_KEYS = 10_000;
  private static final int RANGES = 15;
  private static final int WATCH_EVENTS = 5;
  private static final int WATCHES_PER_STREAM = 100;
  private static final int KEYS_PER_TXN = 100;
  private static final long PATIENCE_SECONDS = 120;

  /** One measurement of one etcd. */
  public interface Measurement {
    Figure run(EtcdTarget target) throws InterruptedException;
  }

  private EtcdMeasurements() {}

  /** By name. */
  public static Map<String, Measurement> all(long seconds, int watchers) {
    ByteString value = ByteString.copyFrom(randomBytes(1024));
    Map<String, Measurement> all = new LinkedHashMap<>();
    for (int clients : new int[] {1, 100, 1000}) {
      all.put(
          "puts" + clients,
          target ->
              Figure.perSecond(
                  "durable puts of 1 KB, " + clients + (clients == 1 ? " client" : " clients"),
                  target.puts(clients, seconds, "bench-puts", value)));
    }
    all.put("gets", target -> gets(target, seconds, value));
    all.put("range", target -> range(target, value));
    all.put("watch", target -> watch(target, watchers, value));
    return all;
  }

  private static byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static Figure gets(EtcdTarget target, long seconds, ByteString value) {
    fill(target, "bench-range", RANGE_KEYS, value);
    return Figure.perSecond(
        "linearizable gets of 1 KB, 100 clients",
        target.gets(100, seconds, "bench-range", RANGE_KEYS));
  }

  private static Figure range(EtcdTarget target, ByteString value) {
    fill(target, "bench-range", RANGE_KEYS, value);
    EtcdRpc.RangeRequest request =
        EtcdRpc.RangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("/registry/bench-range/"))
            .setRangeEnd(ByteString.copyFromUtf8("/registry/bench-range0"))
            .build();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < RANGES; i++) {
      long begin = System.nanoTime();
      int found = target.blocking().range(request).getKvsCount();
      times.add((System.nanoTime() - begin) / 1e6);
      if (found != RANGE_KEYS) {
        throw new BenchException("the range has " + found + " keys instead of " + RANGE_KEYS);
      }
    }
    times.sort(Double::compare);

    return Figure.millis("range of 10,000 keys of 1 KB", times.get(RANGES / 2));
  }

  /** Writes keys 0 to count - 1 in large transactions. */
  private static void fill(EtcdTarget target, String keys, int count, ByteString value) {
    for (int from = 0; from < count; from += KEYS_PER_TXN) {
      EtcdRpc.TxnRequest.Builder txn = EtcdRpc.TxnRequest.newBuilder();
      for (int i = from; i < Math.min(count, from + KEYS_PER_TXN); i++) {
        txn.addSuccess(
            EtcdRpc.RequestOp.newBuilder()
                .setRequestPut(EtcdTarget.put("/registry/" + keys + "/" + i, value)));
      }
      var unused = target.blocking().txn(txn.build());
    }
  }

  private static Figure watch(EtcdTarget target, int watchers, ByteString value)
      throws InterruptedException {
    AtomicReference<CountDownLatch> events = new AtomicReference<>(new CountDownLatch(0));
    CountDownLatch created = new CountDownLatch(watchers);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    StreamObserver<EtcdRpc.WatchResponse> answers =
        new StreamObserver<>() {
          @Override
          public void onNext(EtcdRpc.WatchResponse answer) {
            if (answer.getCreated()) {
              created.countDown();
            }
            for (int i = 0; i < answer.getEventsCount(); i++) {
              Objects.requireNonNull(events.get()).countDown();
            }
          }

          @Override
          public void onError(Throwable error) {
            failure.compareAndSet(null, error);
          }

          @Override
          public void onCompleted() {}
        };
    List<StreamObserver<EtcdRpc.WatchRequest>> streams = new ArrayList<>();
    ByteString key = ByteString.copyFromUtf8("/registry/bench-watch/");
    ByteString end = ByteString.copyFromUtf8("/registry/bench-watch0");
    EtcdRpc.WatchRequest request =
        EtcdRpc.WatchRequest.newBuilder()
            .setCreateRequest(EtcdRpc.WatchCreateRequest.newBuilder().setKey(key).setRangeEnd(end))
            .build();
    for (int i = 0; i < watchers; i++) {
      if (i % WATCHES_PER_STREAM == 0) {
        streams.add(target.watch(streams.size(), answers));
      }
      streams.getLast().onNext(request);
    }
    await(created, failure, "the watches were not made");
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < WATCH_EVENTS; i++) {
      CountDownLatch received = new CountDownLatch(watchers);
      events.set(received);
      long begin = System.nanoTime();
      var unused = target.blocking().put(EtcdTarget.put("/registry/bench-watch/a", value));
      await(received, failure, "not every watch got the event");
      times.add((System.nanoTime() - begin) / 1e6);
    }
    streams.forEach(StreamObserver::onCompleted);
    times.sort(Double::compare);
    return Figure.millis(
        watchers + " watchers, event of 1 KB to the last receipt", times.get(WATCH_EVENTS / 2));
  }

  private static void await(
      CountDownLatch latch, AtomicReference<@Nullable Throwable> failure, String otherwise)
      throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || failure.get() != null) {
      throw new BenchException(otherwise + ": " + failure.get());
    }
  }
}
