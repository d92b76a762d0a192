package dev.javernetes.etcd.mvcc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the core keeps its records: a log-like table from {@link PackedRevision} to {@link
 * KeyValue}, and a little metadata. Keys are found by the core's own index; a backend knows
 * revisions only.
 *
 * <p>Failures are {@link StoreException}s with {@code CORRUPT} (stored bytes are wrong) or {@code
 * UNAVAILABLE} (the disk failed).
 */
public interface Backend extends AutoCloseable {

  /** Tells what was stored: metadata first, then every change in ascending order. */
  void load(Loader loader);

  /**
   * Stores all of it or nothing; when it returns it survives power loss. Called by one thread at a
   * time.
   */
  void commit(List<Mutation> mutations);

  /** One record, null if compaction dropped it. */
  @Nullable KeyValue read(long packed, boolean withValue);

  /** Several records at once, in the given (any) order; null where compaction dropped one. */
  @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue);

  /**
   * Visits the heads (no values) of changes from {@code from} (inclusive) to {@code to} (exclusive)
   * in ascending order.
   */
  void scan(long from, long to, HeadVisitor visitor);

  /**
   * Forgets records that no readable revision needs; need not be durable, as opening finds such
   * records again.
   */
  void drop(long[] packed, int count);

  /**
   * Gives back the space of records dropped within the packed revisions; slow, called from a
   * background thread.
   */
  void reclaim(long from, long to);

  long sizeBytes();

  long sizeInUseBytes();

  @Override
  void close();

  /** A change without its value. */
  interface HeadVisitor {
    /** Returns false to stop. */
    boolean visit(long packed, Bytes key, long createRevision, long version, long lease);
  }

  /** Receives the stored state on opening. */
  interface Loader {
    void compacted(long revision);

    void lease(long id, long ttlSeconds);

    void alarm(StoreStatus.Alarm alarm);

    void attribute(String name, Bytes value);

    void change(long packed, Bytes key, long createRevision, long version, long lease);
  }
}
