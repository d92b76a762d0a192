package dev.javernetes.etcd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.javernetes.etcd.client.RemoteStore;
import dev.javernetes.etcd.client.RemoteStoreOptions;
import dev.javernetes.etcd.contract.RecordingListener;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members as processes; clients write and read at all of them while one after the other is
 * killed or stands still. Afterwards the watch from the first revision is the truth, and everything
 * that was answered must fit it: no acknowledged write is lost, none happened twice, no read is
 * older than an answer before it.
 */
class HistoryUnderFaultsTest {
  private static final int MEMBERS = 3;
  private static final int CLIENTS = 6;
  private static final int KEYS = 5;

  @TempDir Path directory;
  private final AtomicLong clock = new AtomicLong();
  private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());

  /** One answered request in its place in real time. */
  private sealed interface Answer {
    long begun();

    long ended();

    long revision();

    record Put(long begun, long ended, long revision, Bytes key, Bytes value) implements Answer {}

    record Read(long begun, long ended, long revision, RangeResult result) implements Answer {}
  }

  @Test
  void nothingIsLostRepeatedOrStale() throws Exception {
    run(1, 3);
  }

  @Test
  @Tag("long")
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void nothingIsLostRepeatedOrStaleForLong() throws Exception {
    for (long seed = 2; seed < 52; seed++) {
      run(seed, 20);
    }
  }

  private void run(long seed, int faults) throws Exception {
    List<MemberProcess> members = launch(directory.resolve("seed-" + seed));
    answers.clear();
    List<Store> stores = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (MemberProcess member : members) {
        stores.add(
            RemoteStore.connect(
                RemoteStoreOptions.of(member.clientUrl())
                    .withRequestTimeout(Duration.ofSeconds(6))));
      }
      for (Store store : stores) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> store.revision() > 0);
      }
      List<RecordingListener> watches = new ArrayList<>();
      for (Store store : stores) {
        RecordingListener watch = new RecordingListener();
        watches.add(watch);
        store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(1), watch);
      }
      boolean[] over = new boolean[1];
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(seed * 31 + i);
        int client = i;
        threads.execute(() -> client(client, stores, random, over));
      }
      Random random = new Random(seed);
      for (int i = 0; i < faults; i++) {
        Thread.sleep(random.nextInt(300, 900));
        MemberProcess unlucky = members.get(random.nextInt(MEMBERS));
        if (random.nextBoolean()) {
          unlucky.kill();
          Thread.sleep(random.nextInt(1500));
          unlucky.start();
        } else {
          unlucky.pause(Duration.ofMillis(random.nextInt(300, 2000)));
        }
      }
      over[0] = true;
      threads.shutdown();
      check(stores, watches, seed);
    } finally {
      stores.forEach(Store::close);
      for (MemberProcess member : members) {
        member.kill();
      }
    }
  }

  private static List<MemberProcess> launch(Path at) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 0; i < 2 * MEMBERS; i++) {
      held.add(new ServerSocket(0));
    }
    List<String> cluster = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      cluster.add("m" + i + "=http://127.0.0.1:" + held.get(i).getLocalPort());
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    List<MemberProcess> members = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      members.add(
          new MemberProcess(
              "m" + i,
              at.resolve("m" + i),
              String.join(",", cluster),
              held.get(MEMBERS + i).getLocalPort()));
    }
    return members;
  }

  private void client(int client, List<Store> stores, Random random, boolean[] over) {
    for (int n = 0; !over[0]; n++) {
      Store store = stores.get(random.nextInt(MEMBERS));
      long begun = clock.getAndIncrement();
      try {
        if (random.nextInt(3) == 0) {
          RangeResult result = store.range(RangeRequest.of(KeyRange.prefix("key")));
          answers.add(new Answer.Read(begun, clock.getAndIncrement(), result.revision(), result));
        } else {
          Bytes key = Bytes.utf8("key" + random.nextInt(KEYS));
          Bytes value = Bytes.utf8(client + "/" + n);
          long revision = store.put(key, value);
          answers.add(new Answer.Put(begun, clock.getAndIncrement(), revision, key, value));
        }
      } catch (StoreException e) {
        // Whether it happened is unknown; that it happened twice would be seen.
      }
    }
  }

  private void check(List<Store> stores, List<RecordingListener> watches, long seed) {
    long[] newest = new long[1];
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> {
          newest[0] = stores.getFirst().revision();
          return true;
        });
    int count = (int) newest[0] - 1;
    List<Event> truth = watches.getFirst().awaitEvents(count);
    for (RecordingListener watch : watches) {
      assertThat(watch.awaitEvents(count)).as("seed %s", seed).isEqualTo(truth);
    }
    Map<Long, TreeMap<Bytes, KeyValue>> states = new HashMap<>();
    TreeMap<Bytes, KeyValue> state = new TreeMap<>();
    states.put(1L, new TreeMap<>());
    long revision = 1;
    Map<Bytes, Long> values = new HashMap<>();
    for (Event event : truth) {
      assertThat(event.revision()).isEqualTo(++revision);
      assertThat(values.put(event.kv().value(), revision))
          .as("%s was written twice, seed %s", event.kv().value(), seed)
          .isNull();
      state.put(event.kv().key(), event.kv());
      states.put(revision, new TreeMap<>(state));
    }
    for (Answer answer : answers) {
      switch (answer) {
        case Answer.Put put ->
            assertThat(values.get(put.value()))
                .as("acknowledged %s, seed %s", put, seed)
                .isEqualTo(put.revision());
        case Answer.Read read ->
            assertThat(read.result().kvs())
                .as("read at %s, seed %s", read.revision(), seed)
                .isEqualTo(
                    List.copyOf(
                        java.util.Objects.requireNonNull(states.get(read.revision())).values()));
      }
    }
    checkRealTime(seed);
  }

  private void checkRealTime(long seed) {
    List<Answer> byEnd = new ArrayList<>(answers);
    byEnd.sort(java.util.Comparator.comparingLong(Answer::ended));
    List<Answer> byBegin = new ArrayList<>(answers);
    byBegin.sort(java.util.Comparator.comparingLong(Answer::begun));
    assertThat(answers).as("answers, seed %s", seed).hasSizeGreaterThan(CLIENTS);
    int ended = 0;
    long newest = 0;
    for (Answer answer : byBegin) {
      while (ended < byEnd.size() && byEnd.get(ended).ended() < answer.begun()) {
        newest = Math.max(newest, byEnd.get(ended).revision());
        ended++;
      }
      assertThat(answer.revision())
          .as("%s began after an answer at %s, seed %s", answer, newest, seed)
          .isGreaterThanOrEqualTo(newest);
    }
  }
}
