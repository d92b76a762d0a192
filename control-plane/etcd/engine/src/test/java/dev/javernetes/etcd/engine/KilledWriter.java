package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.MvccStore;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The process that {@link KillTest} kills: eight clients write as fast as they can and print each
 * acknowledged write.
 */
final class KilledWriter {
  private static final int CLIENTS = 8;

  private KilledWriter() {}

  public static void main(String[] args) throws InterruptedException {
    MvccStore store = DurableStore.open(Path.of(args[0]));
    ReentrantLock printing = new ReentrantLock();
    Thread[] clients = new Thread[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      int client = i;
      clients[i] =
          Thread.startVirtualThread(() -> {
            for (int n = 0; ; n++) {
              String key = "client" + client + "/" + n % 50;
              long revision =
                  store.put(Bytes.utf8(key), Bytes.utf8("round " + args[1] + " write " + n));
              if (n % 97 == 96 && client == 0) {
                store.compact(revision - 5);
              }
              printing.lock();
              try {
                System.out.println(key + " " + revision);
                System.out.flush();
              } finally {
                printing.unlock();
              }
            }
          });
    }
    for (Thread client : clients) {
      client.join();
    }
  }
}
