package dev.javernetes.etcd.client;

import dev.javernetes.etcd.contract.CompactionContract;
import dev.javernetes.etcd.contract.KvContract;
import dev.javernetes.etcd.contract.LeaseContract;
import dev.javernetes.etcd.contract.TxnContract;
import dev.javernetes.etcd.contract.WatchContract;
import dev.javernetes.etcd.mvcc.Store;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract through our client against a real etcd, where one is installed. */
class RealEtcdContractTest {
  @TempDir static Path directory;
  private static @Nullable RealEtcd etcd;

  @BeforeAll
  static void start() throws IOException {
    Assumptions.assumeTrue(
        RealEtcd.program().isPresent(), "needs etcd on the path (Debian: apt install etcd-server)");
    etcd = RealEtcd.start(directory, 1);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (etcd != null) {
      etcd.close();
    }
  }

  private static Store connect() {
    if (etcd == null) {
      throw new IllegalStateException("etcd does not run");
    }
    return etcd.connectEmptied();
  }

  @Nested
  class Kv extends KvContract {
    @Override
    protected Store open() {
      return connect();
    }
  }

  @Nested
  class Transactions extends TxnContract {
    @Override
    protected Store open() {
      return connect();
    }
  }

  @Nested
  class Watches extends WatchContract {
    @Override
    protected Store open() {
      return connect();
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    protected Store open() {
      return connect();
    }
  }

  @Nested
  class Compaction extends CompactionContract {
    @Override
    protected Store open() {
      return connect();
    }

    @Override
    protected boolean watchesDeletionAtCompactedRevision() {
      return false;
    }
  }
}
