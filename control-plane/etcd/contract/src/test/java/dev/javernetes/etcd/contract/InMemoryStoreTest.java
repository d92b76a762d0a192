package dev.javernetes.etcd.contract;

import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.Store;
import org.junit.jupiter.api.Nested;

/** The contract over the in-memory store. */
class InMemoryStoreTest {
  @Nested
  class Kv extends KvContract {
    @Override
    protected Store open() {
      return InMemoryStore.open();
    }
  }

  @Nested
  class Transactions extends TxnContract {
    @Override
    protected Store open() {
      return InMemoryStore.open();
    }
  }

  @Nested
  class Watches extends WatchContract {
    @Override
    protected Store open() {
      return InMemoryStore.open();
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    protected Store open() {
      return InMemoryStore.open();
    }
  }

  @Nested
  class Compaction extends CompactionContract {
    @Override
    protected Store open() {
      return InMemoryStore.open();
    }
  }

  @Nested
  class PastBugs extends PastBugsContract {
    @Override
    protected Store open() {
      return InMemoryStore.open();
    }
  }
}
