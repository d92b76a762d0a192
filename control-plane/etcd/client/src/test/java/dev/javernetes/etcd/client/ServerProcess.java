package dev.javernetes.etcd.client;

import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * A server in a process of its own, for measurements: {@code ServerProcess <data directory>
 * <port>}; prints READY.
 */
final class ServerProcess {
  private ServerProcess() {}

  public static void main(String[] args) throws Exception {
    long begin = System.nanoTime();
    MvccStore store = DurableStore.open(Path.of(args[0]));
    long opened = System.nanoTime();
    int port = Integer.parseInt(args[1]);
    EtcdServer.start(
        EtcdServerOptions.of(
            "default",
            List.of(new InetSocketAddress("127.0.0.1", port)),
            List.of("http://127.0.0.1:" + port)),
        store);
    System.out.printf(
        "READY store %d ms, server %d ms%n",
        (opened - begin) / 1_000_000, (System.nanoTime() - opened) / 1_000_000);
    Thread.currentThread().join();
  }
}
