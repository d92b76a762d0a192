package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.contract.ConcurrentHistory;
import dev.javernetes.etcd.contract.ModelCheck;
import dev.javernetes.etcd.mvcc.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeded histories over log and RocksDB, closed and opened in between. */
class DurableHistoryTest {
  @TempDir Path root;
  private int opened;

  private Path directory() {
    return root.resolve("store" + opened);
  }

  private Store open() {
    opened++;
    return DurableStore.open(directory());
  }

  private Store reopen(Store before) {
    before.close();
    return DurableStore.open(directory());
  }

  @Test
  void behavesAsTheModel() {
    ModelCheck.run(0, 20, this::open, this::reopen);
  }

  @Test
  void concurrentHistoriesAreLinearizable() throws InterruptedException {
    for (long seed = 0; seed < 10; seed++) {
      try (Store store = open()) {
        ConcurrentHistory.run(store, seed);
      }
    }
  }
}
