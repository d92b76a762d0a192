package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table without a log of its own, for a member of a replicated store: the replicated log is
 * synced before anything is applied, so a second log would write everything twice. What the table
 * forgets in a crash is applied again from there.
 *
 * <p>The table remembers the log's index of the last entry that changed it, in the same batch as
 * the change. Entries 7 and 8 change keys, 9 changes nothing; after a crash the table is at 5 or 7
 * or 8, and the log goes on from there.
 */
public final class AppliedBackend implements Backend {
  private static final RocksTable.Memory MEMORY = new RocksTable.Memory(16L << 20, 16L << 20);

  private final Table table;
  private long index;

  private AppliedBackend(Table table) {
    this.table = table;
    this.index = table.appliedSequence();
  }

  /** Opens or makes the table of a directory that this process holds already. */
  public static AppliedBackend open(Path directory, Path natives) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, directory + " cannot be used: " + e, e);
    }
    RocksNatives.load(natives);
    return new AppliedBackend(RocksTable.open(directory, MEMORY));
  }

  /** The index of the last entry that is in the table. */
  public long index() {
    return index;
  }

  /** The entry whose changes come next. */
  public void at(long entryIndex) {
    index = entryIndex;
  }

  /** Makes everything applied so far durable. */
  public void flush() {
    table.apply(index, List.of());
    table.flush();
  }

  @Override
  public void load(Loader loader) {
    table.load(loader);
  }

  @Override
  public void commit(List<Mutation> mutations) {
    table.apply(index, mutations);
  }

  @Override
  public @Nullable KeyValue read(long packed, boolean withValue) {
    return table.read(packed, withValue);
  }

  @Override
  public @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue) {
    return table.readAll(packed, count, withValue);
  }

  @Override
  public void scan(long from, long to, HeadVisitor visitor) {
    table.scan(from, to, visitor);
  }

  @Override
  public void drop(long[] packed, int count) {
    table.drop(packed, count);
  }

  @Override
  public void reclaim(long from, long to) {
    table.reclaim(from, to);
  }

  @Override
  public long sizeBytes() {
    return table.sizeBytes();
  }

  @Override
  public long sizeInUseBytes() {
    return table.sizeInUseBytes();
  }

  @Override
  public void close() {
    table.close();
  }
}
