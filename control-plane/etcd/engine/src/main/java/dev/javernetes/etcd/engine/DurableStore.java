package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Snapshots;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * Opens the store of a data directory.
 *
 * <p>{@code try (MvccStore store = DurableStore.open(Path.of("/var/lib/j8s/etcd"))) { … }}
 */
public final class DurableStore {
  private static final long SEGMENT_BYTES = 16L << 20;

  /**
   * RocksDB's share of the process: a few tens of megabytes, as values mostly come out of the API
   * server's caches.
   */
  private static final RocksTable.Memory MEMORY = new RocksTable.Memory(16L << 20, 16L << 20);

  private DurableStore() {}

  public static MvccStore open(Path directory) {
    return open(directory, StoreOptions.DEFAULTS, StoreRuntime.system("etcd"));
  }

  public static MvccStore open(Path directory, StoreOptions options, StoreRuntime runtime) {
    Backend backend = openBackend(directory);
    try {
      return new MvccStore(backend, options, runtime);
    } catch (RuntimeException e) {
      backend.close();
      runtime.stop().run();
      throw e;
    }
  }

  /**
   * Loads RocksDB's native library, which {@link #open} then finds loaded; a process that has other
   * things to start as well calls this on a thread of its own.
   */
  public static void preload(Path directory) {
    RocksNatives.load(directory.resolve("native"));
  }

  /** Fills a new data directory from a snapshot; refused if it holds anything. */
  public static void restore(InputStream snapshot, Path directory) throws IOException {
    try (Backend backend = openBackend(directory)) {
      if (backend.sizeInUseBytes() > 0 && !isEmpty(backend)) {
        throw new StoreException(
            StoreException.Reason.INVALID,
            directory + " is not empty; restore into a new directory");
      }
      Snapshots.restore(snapshot, backend);
    }
  }

  private static boolean isEmpty(Backend backend) {
    boolean[] empty = {true};
    backend.scan(
        0,
        Long.MAX_VALUE,
        (packed, key, created, version, lease) -> {
          empty[0] = false;
          return false;
        });
    return empty[0];
  }

  static Backend openBackend(Path directory) {
    DataDirectory held = DataDirectory.open(directory);
    try {
      RocksNatives.load(directory.resolve("native"));
      RocksTable table = RocksTable.open(held.table(), MEMORY);
      try {
        return new LoggedBackend(
            new DirectoryDisk(held.log()), SEGMENT_BYTES, table, backgroundFlusher(), held::close);
      } catch (RuntimeException e) {
        table.close();
        throw e;
      }
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /** A platform thread per flush (one in a log segment), as RocksDB blocks in native code. */
  private static Executor backgroundFlusher() {
    return task -> Thread.ofPlatform().daemon().name("etcd-flush").start(task);
  }
}
