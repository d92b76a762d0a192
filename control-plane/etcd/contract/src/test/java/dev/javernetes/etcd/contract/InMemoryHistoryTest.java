package dev.javernetes.etcd.contract;

import dev.javernetes.etcd.mvcc.InMemoryBackend;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeded histories over the core: against the model one by one, and concurrently. */
class InMemoryHistoryTest {
  // Closed and opened again, it must find the same state.
  private InMemoryBackend backend = new InMemoryBackend();

  private Store open() {
    backend = new InMemoryBackend();
    return reopen(null);
  }

  private Store reopen(@Nullable Store before) {
    if (before != null) {
      before.close();
    }
    // A tiny buffer, so that watches fall behind all the time.
    return new MvccStore(
        backend, StoreOptions.DEFAULTS.withWatchBufferEvents(2), StoreRuntime.system("test"));
  }

  @Test
  void behavesAsTheModel() {
    ModelCheck.run(0, 200, this::open, this::reopen);
  }

  @Test
  @Tag("long")
  void behavesAsTheModelInTenThousandHistories() {
    ModelCheck.run(200, 10_200, this::open, this::reopen);
  }

  @Test
  void concurrentHistoriesAreLinearizable() throws InterruptedException {
    for (long seed = 0; seed < 40; seed++) {
      try (Store store = InMemoryStore.open()) {
        ConcurrentHistory.run(store, seed);
      }
    }
  }
}
