package dev.javernetes.etcd.client;

import dev.javernetes.etcd.contract.ConcurrentHistory;
import dev.javernetes.etcd.contract.ModelCheck;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded histories through our client: to our server, and to a real etcd (which checks the checkers
 * as well).
 */
class RemoteHistoryTest {
  private static final int ATTEMPTS = 4;

  @TempDir Path directory;

  @Test
  void oursIsLinearizable() throws Exception {
    for (long seed = 0; seed < 10; seed++) {
      try (MvccStore served = InMemoryStore.open();
          EtcdServer server =
              EtcdServer.start(
                  EtcdServerOptions.of(
                      "test", List.of(new InetSocketAddress("127.0.0.1", 0)), List.of()),
                  served);
          Store store =
              RemoteStore.connect(
                  RemoteStoreOptions.of("http://127.0.0.1:" + server.ports().getFirst()))) {
        ConcurrentHistory.run(store, seed);
      }
    }
  }

  @Test
  void aRealEtcdBehavesAsTheModel() throws Exception {
    Assumptions.assumeTrue(
        RealEtcd.program().isPresent(), "needs etcd on the path (Debian: apt install etcd-server)");
    try (RealEtcd etcd = RealEtcd.start(directory, 1)) {
      for (long seed = 0; seed < 5; seed++) {
        checkModel(etcd, seed);
      }
      for (long seed = 0; seed < 5; seed++) {
        try (Store store = etcd.connectEmptied()) {
          ConcurrentHistory.run(store, seed);
        }
      }
    }
  }

  /**
   * Debian's etcd 3.4 may answer a request for progress for a watch that still reads history (fixed
   * in 3.5.8), so that on a busy machine a compaction overtakes a watch which looked up to date.
   * Such a run says nothing about us and is done again.
   */
  private static void checkModel(RealEtcd etcd, long seed) {
    for (int attempt = 1; ; attempt++) {
      try {
        ModelCheck.run(seed, seed + 1, etcd::connectEmptied, store -> store);
        return;
      } catch (AssertionError failure) {
        if (attempt == ATTEMPTS || !overtakenByCompaction(failure)) {
          throw failure;
        }
      }
    }
  }

  private static boolean overtakenByCompaction(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoreException problem
          && problem.reason() == StoreException.Reason.COMPACTED) {
        return true;
      }
    }
    return false;
  }
}
