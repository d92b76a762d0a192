package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.contract.CompactionContract;
import dev.javernetes.etcd.contract.KvContract;
import dev.javernetes.etcd.contract.LeaseContract;
import dev.javernetes.etcd.contract.PastBugsContract;
import dev.javernetes.etcd.contract.TxnContract;
import dev.javernetes.etcd.contract.WatchContract;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Store;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract through a member that does not lead, of three. */
class ReplicatedContractTest {
  @TempDir static Path directory;
  private static @Nullable Cluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = Cluster.start(directory, 3);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** A follower, emptied of what other tests left. */
  private static Store follower() {
    Cluster running = java.util.Objects.requireNonNull(cluster);
    ReplicatedStore store = running.member((running.leader() + 1) % 3);
    store.delete(KeyRange.all());
    store.leases().forEach(store::revokeLease);
    return new Unclosed(store);
  }

  @Nested
  class Kv extends KvContract {
    @Override
    protected Store open() {
      return follower();
    }
  }

  @Nested
  class Transactions extends TxnContract {
    @Override
    protected Store open() {
      return follower();
    }
  }

  @Nested
  class Watches extends WatchContract {
    @Override
    protected Store open() {
      return follower();
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    protected Store open() {
      return follower();
    }
  }

  @Nested
  class Compaction extends CompactionContract {
    @Override
    protected Store open() {
      return follower();
    }
  }

  @Nested
  class PastBugs extends PastBugsContract {
    @Override
    protected Store open() {
      return follower();
    }
  }
}
