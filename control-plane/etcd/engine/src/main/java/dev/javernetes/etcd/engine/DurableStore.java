package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Opens the store of a data directory.
 *
 * <p>{@code try (MvccStore store = DurableStore.open(Path.of("/var/lib/j8s/etcd"))) { … }}
 */
public final class DurableStore {
  private static final long SEGMENT_BYTES = 16L << 20;
  private static final int RESTORE_CHANGES = 4096;
  private static final long RESTORE_BYTES = 4L << 20;

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

  /** Tells a receiver everything that a snapshot holds. */
  public interface SnapshotContent {
    void feed(Consumer<Mutation> into) throws IOException;
  }

  /**
   * Fills a new data directory from a snapshot; refused if it holds anything. It appears whole or
   * not at all: a restore that fails leaves only {@code <directory>.partial}, which the next one
   * clears.
   */
  public static void restore(SnapshotContent snapshot, Path directory) throws IOException {
    if (Files.exists(directory) && !isEmpty(directory)) {
      throw new StoreException(
          StoreException.Reason.INVALID, directory + " is not empty; restore into a new directory");
    }
    Path target = directory.toAbsolutePath();
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    deleteTree(partial);
    try (Backend backend = openBackend(partial)) {
      List<Mutation> batch = new ArrayList<>();
      long[] bytes = {0};
      snapshot.feed(mutation -> {
        batch.add(mutation);
        bytes[0] += mutation instanceof Mutation.Change change ? change.kv().value().size() : 0;
        if (batch.size() >= RESTORE_CHANGES || bytes[0] >= RESTORE_BYTES) {
          backend.commit(List.copyOf(batch));
          batch.clear();
          bytes[0] = 0;
        }
      });
      if (!batch.isEmpty()) {
        backend.commit(batch);
      }
    }
    Files.deleteIfExists(directory);
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    new DirectoryDisk(Objects.requireNonNull(target.getParent())).syncDirectory();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
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
