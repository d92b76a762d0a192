package dev.javernetes.etcd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.mvcc.Txn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much disk a store takes, gives back, and what it does without any. */
class SpaceTest {
  private static final int KEYS = 100;
  private static final int KEYS_PER_WRITE = 10;
  private static final int VALUE_BYTES = 10_000;

  @TempDir Path directory;
  private final Random random = new Random(1);

  private MvccStore open(StoreOptions options) {
    return DurableStore.open(directory, options, StoreRuntime.system("test"));
  }

  private Bytes value() {
    byte[] content = new byte[VALUE_BYTES];
    random.nextBytes(content);
    return Bytes.wrap(content);
  }

  private void writeAll(MvccStore store) {
    for (int i = 0; i < KEYS; i += KEYS_PER_WRITE) {
      Op[] puts = new Op[KEYS_PER_WRITE];
      for (int j = 0; j < KEYS_PER_WRITE; j++) {
        puts[j] = Op.put(Bytes.utf8("key" + (i + j)), value());
      }
      store.txn(Txn.of(puts));
    }
  }

  private long tableBytes() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("db"))) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .mapToLong(SpaceTest::size)
          .sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void compactionGivesDiskSpaceBackByItself() throws IOException {
    try (MvccStore store = open(StoreOptions.DEFAULTS)) {
      for (int round = 0; round < 20; round++) {
        writeAll(store);
      }
      assertThat(store.status().sizeBytes()).isGreaterThan(20L * KEYS * VALUE_BYTES);
      store.compact(store.revision());
      assertThat(tableBytes()).isLessThan(2L * KEYS * VALUE_BYTES);
    }
  }

  @Test
  void withoutSpaceReadsAndDeletionsWorkAndPutsComeBack() {
    try (MvccStore store = open(StoreOptions.DEFAULTS.withQuotaBytes(24L << 20))) {
      assertThatThrownBy(
              () -> {
                for (int round = 0; round < 60; round++) {
                  writeAll(store);
                }
              })
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("database space exceeded");
      assertThat(store.alarms()).containsExactly(StoreStatus.Alarm.NO_SPACE);
      assertThat(store.range(RangeRequest.of(KeyRange.all())).kvs()).hasSize(KEYS);
      assertThat(store.delete(KeyRange.prefix("key1"))).isEqualTo(11);
    }
    try (MvccStore store = open(StoreOptions.DEFAULTS.withQuotaBytes(24L << 20))) {
      assertThat(store.alarms()).containsExactly(StoreStatus.Alarm.NO_SPACE);
      assertThatThrownBy(() -> store.put(Bytes.utf8("a"), Bytes.EMPTY))
          .isInstanceOf(StoreException.class);
      store.compact(store.revision());
      store.reclaimSpace();
      store.setAlarm(StoreStatus.Alarm.NO_SPACE, false);
      writeAll(store);
      assertThat(store.alarms()).isEmpty();
    }
  }
}
