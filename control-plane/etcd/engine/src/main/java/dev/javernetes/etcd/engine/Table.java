package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Mutation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where applied log records end up. It may forget what it was told since the last {@link #flush},
 * but only as a whole suffix, and it knows up to which log sequence it remembers.
 */
interface Table extends AutoCloseable {

  /** The last log sequence that is in the table, 0 for none. */
  long appliedSequence();

  /** Applies one log record, readable at once. */
  void apply(long sequence, List<Mutation> mutations);

  /** Makes everything applied before this call durable. */
  void flush();

  /** Tells the stored state. */
  void load(Backend.Loader loader);

  @Nullable KeyValue read(long packed, boolean withValue);

  @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue);

  void scan(long from, long to, Backend.HeadVisitor visitor);

  void drop(long[] packed, int count);

  void reclaim(long from, long to);

  long sizeBytes();

  long sizeInUseBytes();

  @Override
  void close();
}
