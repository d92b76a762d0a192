package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.engine.AppliedBackend;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Snapshots;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where a member's state lies: {@code state} is in use; {@code state.next}, if it is there, is
 * complete, came from another member and takes its place at the next opening.
 */
final class StateDirectory {
  private static final int CHANGES_PER_COMMIT = 1024;

  private final Path root;
  private final StoreOptions options;

  StateDirectory(Path root, StoreOptions options) {
    this.root = root;
    // The quota is looked at before a write is proposed, leases are ended by the leader: both
    // would come out differently on other members.
    this.options = options.withQuotaBytes(0).withEndsLeases(false);
  }

  private Path current() {
    return root.resolve("state");
  }

  private Path next() {
    return root.resolve("state.next");
  }

  State open() throws IOException {
    Files.createDirectories(root);
    if (Files.isDirectory(next())) {
      deleteTree(current());
      Files.move(next(), current(), StandardCopyOption.ATOMIC_MOVE);
    }
    AppliedBackend backend = AppliedBackend.open(current(), root.resolve("native"));
    try {
      ExecutorService threads =
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("etcd-watch-", 0).factory());
      return new State(backend, new MvccStore(backend, options, runtime(threads)), threads);
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  /** Commits happen where entries are applied: the log has been synced before. */
  private static StoreRuntime runtime(ExecutorService threads) {
    ScheduledThreadPoolExecutor ticks =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("etcd-tick").factory());
    return new StoreRuntime(
        System::nanoTime,
        Runnable::run,
        threads,
        (period, action) -> {
          var unused =
              ticks.scheduleWithFixedDelay(
                  action, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        },
        () -> {
          ticks.shutdownNow();
          threads.shutdown();
        });
  }

  /** Makes {@code state.next} of another member's snapshot. */
  void install(InputStream snapshot, long index) throws IOException {
    Path partial = root.resolve("state.partial");
    deleteTree(partial);
    deleteTree(next());
    try (AppliedBackend backend = AppliedBackend.open(partial, root.resolve("native"))) {
      backend.at(index);
      List<Mutation> batch = new ArrayList<>();
      var unused =
          Snapshots.read(
              snapshot,
              mutation -> {
                batch.add(mutation);
                if (batch.size() == CHANGES_PER_COMMIT) {
                  backend.commit(List.copyOf(batch));
                  batch.clear();
                }
              });
      backend.commit(batch);
      backend.flush();
    }
    Files.move(partial, next(), StandardCopyOption.ATOMIC_MOVE);
  }

  static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
