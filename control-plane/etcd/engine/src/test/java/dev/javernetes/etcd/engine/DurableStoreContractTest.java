package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.contract.CompactionContract;
import dev.javernetes.etcd.contract.KvContract;
import dev.javernetes.etcd.contract.LeaseContract;
import dev.javernetes.etcd.contract.PastBugsContract;
import dev.javernetes.etcd.contract.TxnContract;
import dev.javernetes.etcd.contract.WatchContract;
import dev.javernetes.etcd.mvcc.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract over log and RocksDB. */
class DurableStoreContractTest {
  @TempDir Path directory;

  @Nested
  class Kv extends KvContract {
    @Override
    protected Store open() {
      return DurableStore.open(directory);
    }
  }

  @Nested
  class Transactions extends TxnContract {
    @Override
    protected Store open() {
      return DurableStore.open(directory);
    }
  }

  @Nested
  class Watches extends WatchContract {
    @Override
    protected Store open() {
      return DurableStore.open(directory);
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    protected Store open() {
      return DurableStore.open(directory);
    }
  }

  @Nested
  class Compaction extends CompactionContract {
    @Override
    protected Store open() {
      return DurableStore.open(directory);
    }
  }

  @Nested
  class PastBugs extends PastBugsContract {
    @Override
    protected Store open() {
      return DurableStore.open(directory);
    }
  }
}
