package dev.javernetes.etcd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import dev.javernetes.etcd.mvcc.Txn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories on a disk that loses power at any operation: after each reopening the store must
 * hold exactly what it acknowledged, or that and the one write that was under way.
 */
class PowerLossTest {
  private static final int OPERATIONS = 120;
  private static final long SEGMENT_BYTES = 8 << 10;

  @Test
  void noAcknowledgedWriteIsLost() {
    run(0, 200);
  }

  @Test
  @Tag("long")
  void noAcknowledgedWriteIsLostInTenThousandHistories() {
    run(200, 10_200);
  }

  private static void run(long from, long to) {
    for (long seed = from; seed < to; seed++) {
      try {
        new History(seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** One history: a model beside the store, both fed the same operations. */
  private static final class History {
    final Random random;
    final FaultyDisk disk;
    final ForgetfulTable table = new ForgetfulTable();
    TreeMap<String, String> model = new TreeMap<>();
    // The model after the write whose outcome is unknown.
    TreeMap<String, String> possible = new TreeMap<>();
    long acknowledged = 1;
    MvccStore store;

    History(long seed) {
      random = new Random(seed);
      disk = new FaultyDisk(random);
      store = open();
    }

    MvccStore open() {
      StoreRuntime inline =
          new StoreRuntime(() -> 0, Runnable::run, Runnable::run, (period, action) -> {}, () -> {});
      return new MvccStore(
          new LoggedBackend(disk, SEGMENT_BYTES, table, Runnable::run, () -> {}),
          StoreOptions.DEFAULTS,
          inline);
    }

    void run() {
      for (int i = 0; i < OPERATIONS; i++) {
        if (random.nextInt(15) == 0) {
          disk.failAfter(random.nextInt(12));
        }
        try {
          step();
        } catch (StoreException e) {
          assertThat(e.reason())
              .isIn(StoreException.Reason.UNAVAILABLE, StoreException.Reason.COMPACTED);
          if (e.reason() == StoreException.Reason.UNAVAILABLE) {
            crash();
          }
        }
      }
      crash();
    }

    void step() {
      switch (random.nextInt(10)) {
        case 0 -> {
          long at = 1 + random.nextLong(Math.max(1, store.revision()));
          store.compact(at);
        }
        case 1, 2 -> {
          String key = key();
          possible = new TreeMap<>(model);
          possible.remove(key);
          store.delete(KeyRange.single(Bytes.utf8(key)));
          acknowledge();
        }
        case 3 -> {
          possible = new TreeMap<>(model);
          List<Op> ops = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            possible.put("k" + i, "txn" + random.nextInt());
            ops.add(Op.put(Bytes.utf8("k" + i), Bytes.utf8(String.valueOf(possible.get("k" + i)))));
          }
          store.txn(new Txn(List.of(), ops, List.of()));
          acknowledge();
        }
        default -> {
          String key = key();
          String value = "v" + random.nextInt() + "x".repeat(random.nextInt(2000));
          possible = new TreeMap<>(model);
          possible.put(key, value);
          store.put(Bytes.utf8(key), Bytes.utf8(value));
          acknowledge();
        }
      }
      check();
    }

    String key() {
      return "k" + random.nextInt(20);
    }

    void acknowledge() {
      model = possible;
      acknowledged = store.revision();
    }

    void crash() {
      disk.powerLoss();
      table.powerLoss();
      store = open();
      assertThat(store.revision()).isBetween(acknowledged, acknowledged + 1);
      if (store.revision() > acknowledged) {
        model = possible;
        acknowledged = store.revision();
      }
      possible = model;
      check();
    }

    void check() {
      TreeMap<String, String> found = new TreeMap<>();
      for (KeyValue kv : store.range(RangeRequest.of(KeyRange.all())).kvs()) {
        found.put(kv.key().toUtf8(), kv.value().toUtf8());
      }
      assertThat(found).isEqualTo(model);
    }
  }
}
