package dev.javernetes.etcd.client;

import dev.javernetes.etcd.contract.CompactionContract;
import dev.javernetes.etcd.contract.KvContract;
import dev.javernetes.etcd.contract.LeaseContract;
import dev.javernetes.etcd.contract.PastBugsContract;
import dev.javernetes.etcd.contract.TxnContract;
import dev.javernetes.etcd.contract.WatchContract;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contract through our client and our gRPC server. */
class ServedStoreContractTest {
  private MvccStore served = InMemoryStore.open();
  private EtcdServer server = start(served);

  private static EtcdServer start(MvccStore store) {
    try {
      return EtcdServer.start(
          EtcdServerOptions.of("test", List.of(new InetSocketAddress("127.0.0.1", 0)), List.of()),
          store);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Store connect() {
    return RemoteStore.connect(
        RemoteStoreOptions.of("http://127.0.0.1:" + server.ports().getFirst()));
  }

  @AfterEach
  void stop() {
    server.close();
    served.close();
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
  }

  @Nested
  class PastBugs extends PastBugsContract {
    @Override
    protected Store open() {
      return connect();
    }
  }
}
