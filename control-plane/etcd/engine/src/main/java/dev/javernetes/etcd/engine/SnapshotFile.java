package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.PackedRevision;
import dev.javernetes.etcd.mvcc.SnapshotSummary;
import dev.javernetes.etcd.mvcc.Snapshots;
import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A snapshot of this store in a file, as {@code Store.snapshot} or a snapshot request over gRPC
 * (which fills it up and puts a SHA-256 behind) has written it.
 */
public record SnapshotFile(Path path) implements DurableStore.SnapshotContent {
  private static final int HEAD_BYTES = 16;

  /** Whether a file looks like one. */
  public static boolean isOne(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Snapshots.startsLike(in.readNBytes(HEAD_BYTES));
    }
  }

  @Override
  public void feed(Consumer<Mutation> into) throws IOException {
    read(into);
  }

  private int read(Consumer<Mutation> into) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Snapshots.read(in, into);
    } catch (StoreException e) {
      throw new StoreException(
          e.reason(), path + " cannot be read: " + e.getMessage() + "; take another snapshot", e);
    }
  }

  /** What is in it; reads and checks all of it. */
  public SnapshotSummary summary() throws IOException {
    long[] revision = {1};
    Set<Bytes> live = new HashSet<>();
    int hash =
        read(mutation -> {
          if (mutation instanceof Mutation.Change change) {
            revision[0] = Math.max(revision[0], PackedRevision.main(change.packed()));
            if (change.isDelete()) {
              live.remove(change.kv().key());
            } else {
              live.add(change.kv().key());
            }
          } else if (mutation instanceof Mutation.Compacted(long compacted)) {
            revision[0] = Math.max(revision[0], compacted);
          }
        });
    return new SnapshotSummary(hash, revision[0], live.size(), Files.size(path), "j8s");
  }
}
