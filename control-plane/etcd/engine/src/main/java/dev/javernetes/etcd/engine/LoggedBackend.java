package dev.javernetes.etcd.engine;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNAVAILABLE;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A write-ahead log in front of a {@link Table}: a commit is one synced log record, then applied to
 * the table in memory. Whenever a log segment is full the table is flushed in the background and
 * the log trimmed. Opening replays what the table does not remember.
 *
 * <p>Group {put a, put b} becomes log record 41; a kill -9 after its sync loses the table's memory,
 * but opening finds the table at 38 and replays 39, 40, 41.
 */
final class LoggedBackend implements Backend {
  private static final Logger log = LoggerFactory.getLogger(LoggedBackend.class);

  private final Table table;
  private final WriteAheadLog wal;
  private final Executor flusher;
  private final Runnable released;
  private final AtomicBoolean flushing = new AtomicBoolean();
  private volatile boolean closed;
  private volatile @Nullable StoreException flushFailure;

  /**
   * @param flusher runs the background flush; one at a time is enough
   * @param released called when everything is closed
   */
  LoggedBackend(Disk disk, long segmentBytes, Table table, Executor flusher, Runnable released) {
    this.table = table;
    this.flusher = flusher;
    this.released = released;
    try {
      this.wal =
          WriteAheadLog.open(
              disk,
              segmentBytes,
              table.appliedSequence(),
              (sequence, payload) -> table.apply(sequence, MutationCodec.decode(payload)));
    } catch (IOException e) {
      throw failed("opening the log failed", e);
    }
  }

  private static StoreException failed(String what, IOException cause) {
    return new StoreException(
        UNAVAILABLE, what + ": " + cause.getMessage() + DiskAdvice.on(cause.getMessage()), cause);
  }

  @Override
  public void load(Loader loader) {
    table.load(loader);
  }

  @Override
  public void commit(List<Mutation> mutations) {
    StoreException failure = flushFailure;
    if (failure != null) {
      throw failure;
    }
    long sequence;
    int segmentsBefore = wal.olderSegments();
    try {
      sequence = wal.append(new GroupPayload(mutations));
    } catch (IOException e) {
      throw failed("writing the log failed", e);
    }
    table.apply(sequence, mutations);
    if (wal.olderSegments() > segmentsBefore && flushing.compareAndSet(false, true)) {
      flusher.execute(() -> flush(sequence));
    }
  }

  private void flush(long sequence) {
    try {
      table.flush();
      wal.trim(sequence);
    } catch (StoreException e) {
      if (!closed) {
        log.error("flushing the table failed", e);
        flushFailure = e;
      }
    } catch (IOException e) {
      log.error("trimming the log failed", e);
      flushFailure = failed("trimming the log failed", e);
    } finally {
      flushing.set(false);
    }
  }

  private record GroupPayload(List<Mutation> mutations) implements WriteAheadLog.Payload {
    @Override
    public int sizeBound() {
      return MutationCodec.sizeBound(mutations);
    }

    @Override
    public void write(ByteBuffer out) {
      MutationCodec.encode(mutations, out);
    }
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
    return table.sizeBytes() + wal.sizeBytes();
  }

  @Override
  public long sizeInUseBytes() {
    return table.sizeInUseBytes();
  }

  @Override
  public void close() {
    closed = true;
    try {
      wal.close();
    } catch (IOException e) {
      log.warn("closing the log failed", e);
    }
    table.close();
    released.run();
  }
}
