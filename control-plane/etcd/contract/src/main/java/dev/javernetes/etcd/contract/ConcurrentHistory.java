package dev.javernetes.etcd.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Compare;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.OpResult;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Several clients at once, and afterwards the proof that what they saw is linearizable. Revisions
 * make the proof short: each answer says at which revision it happened, so replaying the writes in
 * that order through {@link ModelStore} must give every answer again, and no request may have
 * happened at a revision before one that was answered before it began.
 *
 * <p>Watches run beside it, from the start and from in between, and must have seen exactly the
 * replayed events.
 */
public final class ConcurrentHistory {
  private static final int CLIENTS = 6;
  private static final int REQUESTS = 40;
  private static final int KEYS = 5;

  private final Store store;
  private final long seed;
  private final AtomicLong clock = new AtomicLong();

  /** One request with its place in real time (a shared counter: begun, ended). */
  private sealed interface Call {
    long begun();

    long ended();

    long revision();

    record Write(long begun, long ended, Txn txn, TxnResult result) implements Call {
      @Override
      public long revision() {
        return result.revision();
      }

      boolean changed() {
        return result.responses().stream()
            .anyMatch(response ->
                response instanceof OpResult.Put
                    || (response instanceof OpResult.Delete delete && delete.deleted() > 0));
      }
    }

    record Read(long begun, long ended, RangeRequest request, RangeResult result) implements Call {
      @Override
      public long revision() {
        return result.revision();
      }
    }
  }

  private ConcurrentHistory(Store store, long seed) {
    this.store = store;
    this.seed = seed;
  }

  /** Runs one history on an empty store and checks it. */
  public static void run(Store store, long seed) throws InterruptedException {
    try {
      new ConcurrentHistory(store, seed).run();
    } catch (ExecutionException | RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private void run() throws InterruptedException, ExecutionException {
    long first = store.revision();
    RecordingListener all = new RecordingListener();
    store.watch(WatchRequest.of(KeyRange.all()).withPrevKv(), all);
    List<Call> calls = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<List<Call>>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(seed * 31 + i);
        clients.add(() -> client(random));
      }
      for (Future<List<Call>> done : pool.invokeAll(clients)) {
        calls.addAll(done.get());
      }
    }
    ModelStore model = replay(calls, first);
    checkRealTime(calls);
    List<Event> expected = model.events(KeyRange.all(), first + 1, true);
    assertThat(all.awaitEvents(expected.size())).isEqualTo(expected);
    if (store.revision() > first) {
      RecordingListener late = new RecordingListener();
      store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(first + 1).withPrevKv(), late);
      assertThat(late.awaitEvents(expected.size())).isEqualTo(expected);
    }
  }

  private List<Call> client(Random random) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      long begun = clock.getAndIncrement();
      try {
        if (random.nextInt(3) == 0) {
          RangeRequest request = RangeRequest.of(KeyRange.prefix("key"));
          RangeResult result = store.range(request);
          calls.add(new Call.Read(begun, clock.getAndIncrement(), request, result));
        } else {
          Txn txn = txn(random);
          TxnResult result = store.txn(txn);
          calls.add(new Call.Write(begun, clock.getAndIncrement(), txn, result));
        }
      } catch (StoreException e) {
        throw new AssertionError("nothing may be refused here", e);
      }
    }
    return calls;
  }

  private static Txn txn(Random random) {
    Bytes key = Bytes.utf8("key" + random.nextInt(KEYS));
    Bytes value = Bytes.utf8("v" + random.nextInt());
    return switch (random.nextInt(4)) {
      case 0 -> Txn.of(Op.put(key, value));
      case 1 -> Txn.of(new Op.DeleteRange(KeyRange.single(key), true));
      case 2 -> Txn.when(Compare.absent(key)).then(Op.put(key, value)).orElse(Op.get(key));
      default ->
          Txn.when(Compare.version(key, Compare.Relation.GREATER, 2))
              .then(new Op.DeleteRange(KeyRange.single(key), true))
              .orElse(new Op.Put(key, value, 0, true, false, false));
    };
  }

  /**
   * Every answer again, in the order of revisions; answers that changed nothing come after the
   * change they saw.
   */
  private static ModelStore replay(List<Call> calls, long first) {
    ModelStore model = new ModelStore(first);
    List<Call.Write> writes = new ArrayList<>();
    for (Call call : calls) {
      if (call instanceof Call.Write write) {
        writes.add(write);
      }
    }
    writes.sort(
        Comparator.comparingLong(Call.Write::revision)
            .thenComparing(write -> write.changed() ? 0 : 1));
    for (Call.Write write : writes) {
      assertThat(write.result).isEqualTo(model.txn(write.txn));
    }
    for (Call call : calls) {
      if (call instanceof Call.Read read) {
        TreeMap<Bytes, KeyValue> state = new TreeMap<>(model.at(read.revision()));
        assertThat(read.result).isEqualTo(model.range(state, read.request, read.revision()));
      }
    }
    return model;
  }

  private static void checkRealTime(List<Call> calls) {
    List<Call> byEnd = new ArrayList<>(calls);
    byEnd.sort(Comparator.comparingLong(Call::ended));
    List<Call> byBegin = new ArrayList<>(calls);
    byBegin.sort(Comparator.comparingLong(Call::begun));
    int answered = 0;
    long newest = 0;
    for (Call call : byBegin) {
      while (answered < byEnd.size() && byEnd.get(answered).ended() < call.begun()) {
        newest = Math.max(newest, byEnd.get(answered).revision());
        answered++;
      }
      assertThat(call.revision())
          .as("%s began after an answer at revision %s", call, newest)
          .isGreaterThanOrEqualTo(newest);
    }
  }
}
