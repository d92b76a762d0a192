package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.InMemoryBackend;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Mutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table in memory for simulations: {@link #powerLoss} takes it back to what was applied by its
 * last flush, as RocksDB without its own log does.
 */
final class ForgetfulTable implements Table {
  private final List<List<Mutation>> applied = new ArrayList<>();
  private final List<long[]> dropped = new ArrayList<>();
  private InMemoryBackend content = new InMemoryBackend();
  private static final long FIRST = 0;
  private int flushed;
  private int flushedDrops;

  /** Forgets what was not flushed. */
  synchronized void powerLoss() {
    applied.subList(flushed, applied.size()).clear();
    dropped.subList(flushedDrops, dropped.size()).clear();
    content = new InMemoryBackend();
    applied.forEach(content::commit);
    dropped.forEach(records -> content.drop(records, records.length));
  }

  @Override
  public synchronized long appliedSequence() {
    return FIRST + applied.size();
  }

  @Override
  public synchronized void apply(long sequence, List<Mutation> mutations) {
    if (sequence != appliedSequence() + 1) {
      throw new IllegalStateException("record " + sequence + " after " + appliedSequence());
    }
    applied.add(List.copyOf(mutations));
    content.commit(mutations);
  }

  @Override
  public synchronized void flush() {
    flushed = applied.size();
    flushedDrops = dropped.size();
  }

  @Override
  public void load(Backend.Loader loader) {
    content.load(loader);
  }

  @Override
  public @Nullable KeyValue read(long packed, boolean withValue) {
    return content.read(packed, withValue);
  }

  @Override
  public @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue) {
    return content.readAll(packed, count, withValue);
  }

  @Override
  public void scan(long from, long to, Backend.HeadVisitor visitor) {
    content.scan(from, to, visitor);
  }

  @Override
  public synchronized void drop(long[] packed, int count) {
    dropped.add(Arrays.copyOf(packed, count));
    content.drop(packed, count);
  }

  @Override
  public void reclaim(long from, long to) {
    // The garbage collector does.
  }

  @Override
  public long sizeBytes() {
    return content.sizeBytes();
  }

  @Override
  public long sizeInUseBytes() {
    return content.sizeInUseBytes();
  }

  @Override
  public void close() {
    // Content stays for the next store on it.
  }
}
