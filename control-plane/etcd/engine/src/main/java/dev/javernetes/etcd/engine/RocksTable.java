package dev.javernetes.etcd.engine;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.CORRUPT;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNAVAILABLE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.PackedRevision;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The records in RocksDB, without RocksDB's own log: three column families (metadata and leases;
 * heads; whole records) that are always flushed together, so that what is remembered is a prefix of
 * what was applied.
 *
 * <p>Heads are kept apart from values so that opening a million keys reads some 100 MB instead of
 * everything.
 */
final class RocksTable implements Table {
  private static final byte[] APPLIED = "applied".getBytes(US_ASCII);
  private static final byte[] COMPACTED = "compacted".getBytes(US_ASCII);
  private static final byte LEASE_PREFIX = 'l';
  private static final byte ALARM_PREFIX = 'x';
  private static final byte ATTRIBUTE_PREFIX = 'n';
  private static final int MULTI_GET_FROM = 4;
  private static final long SIZE_REFRESH_BYTES = 1 << 20;
  private static final double RECLAIM_FRACTION = 0.3;

  /** How much memory RocksDB may use. */
  record Memory(long blockCacheBytes, long writeBufferBytes) {}

  private final RocksDB db;
  private final ColumnFamilyHandle metadata;
  private final ColumnFamilyHandle heads;
  private final ColumnFamilyHandle records;
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final ReadOptions scanning = new ReadOptions().setFillCache(false);
  private final List<RocksObject> owned;
  // RocksDB crashes the process if it is used after closing: readers hold this, closing takes it
  // alone.
  private final StampedLock gate = new StampedLock();
  private final AtomicLong droppedBytes = new AtomicLong();
  private boolean closed;
  private long unmeasuredBytes;
  private volatile long sizeBytes;

  private RocksTable(RocksDB db, List<ColumnFamilyHandle> families, List<RocksObject> owned) {
    this.db = db;
    this.metadata = families.get(0);
    this.heads = families.get(1);
    this.records = families.get(2);
    this.owned = owned;
    measure();
  }

  static RocksTable open(Path directory, Memory memory) {
    List<RocksObject> owned = new ArrayList<>();
    Cache cache = new LRUCache(memory.blockCacheBytes());
    BloomFilter bloom = new BloomFilter(10, false);
    DBOptions options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setAtomicFlush(true)
            .setParanoidChecks(true)
            .setMaxOpenFiles(512)
            .setMaxBackgroundJobs(2)
            .setDbWriteBufferSize(2 * memory.writeBufferBytes())
            .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
            .setKeepLogFileNum(2)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0)
            .setMaxManifestFileSize(4 << 20)
            .setBytesPerSync(1 << 20);
    ColumnFamilyOptions small = family(cache, bloom, 4 << 20, 4 << 10);
    ColumnFamilyOptions headFamily = family(cache, bloom, memory.writeBufferBytes() / 4, 8 << 10);
    ColumnFamilyOptions recordFamily = family(cache, bloom, memory.writeBufferBytes(), 16 << 10);
    owned.addAll(List.of(recordFamily, headFamily, small, options, bloom, cache));
    List<ColumnFamilyHandle> families = new ArrayList<>();
    try {
      RocksDB db =
          RocksDB.open(
              options,
              directory.toString(),
              List.of(
                  new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, small),
                  new ColumnFamilyDescriptor("heads".getBytes(US_ASCII), headFamily),
                  new ColumnFamilyDescriptor("records".getBytes(US_ASCII), recordFamily)),
              families);
      return new RocksTable(db, families, owned);
    } catch (RocksDBException e) {
      owned.forEach(RocksObject::close);
      throw translate("opening " + directory + " failed", e);
    }
  }

  private static ColumnFamilyOptions family(
      Cache cache, BloomFilter bloom, long writeBufferBytes, long blockBytes) {
    return new ColumnFamilyOptions()
        .setWriteBufferSize(writeBufferBytes)
        .setMaxWriteBufferNumber(3)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(blockBytes)
                .setFilterPolicy(bloom)
                .setFormatVersion(5));
  }

  private static StoreException translate(String what, RocksDBException e) {
    Status status = e.getStatus();
    boolean corrupt = status != null && status.getCode() == Status.Code.Corruption;
    String advice =
        corrupt
            ? "; the stored data is damaged. Restore the data directory from a snapshot or backup, or let this"
                + " member start empty"
            : DiskAdvice.on(e.getMessage());
    return new StoreException(
        corrupt ? CORRUPT : UNAVAILABLE, what + ": " + e.getMessage() + advice, e);
  }

  private long enter() {
    long stamp = gate.readLock();
    if (closed) {
      gate.unlockRead(stamp);
      throw new StoreException(UNAVAILABLE, "the store is closed");
    }
    return stamp;
  }

  @Override
  public long appliedSequence() {
    return number(APPLIED);
  }

  private long number(byte[] key) {
    long stamp = enter();
    try {
      byte[] value = db.get(metadata, key);
      return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    } catch (RocksDBException e) {
      throw translate("reading metadata failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
  }

  @Override
  public void apply(long sequence, List<Mutation> mutations) {
    long stamp = enter();
    try (WriteBatch batch = new WriteBatch()) {
      for (Mutation mutation : mutations) {
        add(batch, mutation);
      }
      batch.put(metadata, APPLIED, RecordCodec.rowKey(sequence));
      unmeasuredBytes += batch.getDataSize();
      db.write(unlogged, batch);
    } catch (RocksDBException e) {
      throw translate("writing failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
    if (unmeasuredBytes > SIZE_REFRESH_BYTES) {
      measure();
    }
  }

  private void add(WriteBatch batch, Mutation mutation) throws RocksDBException {
    switch (mutation) {
      case Mutation.Change change -> {
        byte[] row = RecordCodec.rowKey(change.packed());
        byte[] head = RecordCodec.head(change.kv());
        batch.put(heads, row, head);
        // A deletion has no value: its head is all there is.
        if (!change.isDelete()) {
          batch.put(records, row, RecordCodec.record(head, change.kv().value()));
        }
      }
      case Mutation.LeaseGranted(long id, long ttl) ->
          batch.put(metadata, tagged(LEASE_PREFIX, id), RecordCodec.rowKey(ttl));
      case Mutation.LeaseEnded(long id) -> batch.delete(metadata, tagged(LEASE_PREFIX, id));
      case Mutation.Compacted(long revision) ->
          batch.put(metadata, COMPACTED, RecordCodec.rowKey(revision));
      case Mutation.AttributeSet(String name, Bytes value) ->
          batch.put(metadata, attributeKey(name), value.array());
      case Mutation.AlarmChanged(var alarm, boolean raised) -> {
        byte[] key = tagged(ALARM_PREFIX, alarm.ordinal());
        if (raised) {
          batch.put(metadata, key, new byte[0]);
        } else {
          batch.delete(metadata, key);
        }
      }
    }
  }

  private static byte[] attributeKey(String name) {
    byte[] text = name.getBytes(UTF_8);
    return ByteBuffer.allocate(1 + text.length).put(ATTRIBUTE_PREFIX).put(text).array();
  }

  private static byte[] tagged(byte prefix, long number) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(prefix).putLong(number).array();
  }

  @Override
  public void flush() {
    long stamp = enter();
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, List.of(metadata, heads, records));
    } catch (RocksDBException e) {
      throw translate("flushing failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
    measure();
  }

  @Override
  public void load(Backend.Loader loader) {
    loader.compacted(number(COMPACTED));
    long stamp = enter();
    try (RocksIterator rows = db.newIterator(metadata, scanning)) {
      for (rows.seek(new byte[] {LEASE_PREFIX}); rows.isValid(); rows.next()) {
        ByteBuffer key = ByteBuffer.wrap(rows.key());
        byte prefix = key.get();
        if (key.remaining() == Long.BYTES && prefix == LEASE_PREFIX) {
          loader.lease(key.getLong(), ByteBuffer.wrap(rows.value()).getLong());
        } else if (key.remaining() == Long.BYTES && prefix == ALARM_PREFIX) {
          loader.alarm(StoreStatus.Alarm.values()[(int) key.getLong()]);
        } else if (prefix == ATTRIBUTE_PREFIX) {
          loader.attribute(UTF_8.decode(key).toString(), Bytes.wrap(rows.value()));
        }
      }
      rows.status();
    } catch (RocksDBException e) {
      throw translate("reading metadata failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
    scan(
        0,
        Long.MAX_VALUE,
        (packed, key, created, version, lease) -> {
          loader.change(packed, key, created, version, lease);
          return true;
        });
  }

  @Override
  public @Nullable KeyValue read(long packed, boolean withValue) {
    boolean whole = withValue && !PackedRevision.isTombstone(packed);
    long stamp = enter();
    try {
      byte[] row = db.get(whole ? records : heads, RecordCodec.rowKey(packed));
      return row == null ? null : decode(packed, row, whole);
    } catch (RocksDBException e) {
      throw translate("reading revision " + packed + " failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
  }

  private static KeyValue decode(long packed, byte[] row, boolean whole) {
    return whole ? RecordCodec.fromRecord(packed, row) : RecordCodec.fromHead(packed, row);
  }

  @Override
  public @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue) {
    @Nullable KeyValue[] found = new @Nullable KeyValue[count];
    if (count < MULTI_GET_FROM) {
      for (int i = 0; i < count; i++) {
        found[i] = read(packed[i], withValue);
      }
      return found;
    }
    List<ColumnFamilyHandle> families = new ArrayList<>(count);
    List<byte[]> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean tombstone = PackedRevision.isTombstone(packed[i]);
      families.add(withValue && !tombstone ? records : heads);
      keys.add(RecordCodec.rowKey(packed[i]));
    }
    long stamp = enter();
    try {
      List<byte[]> rows = db.multiGetAsList(families, keys);
      for (int i = 0; i < count; i++) {
        byte[] row = rows.get(i);
        if (row == null) {
          // A batched read answers damage with nothing at all; a single one says what is wrong.
          row = db.get(families.get(i), keys.get(i));
        }
        if (row != null) {
          found[i] = decode(packed[i], row, families.get(i) == records);
        }
      }
      return found;
    } catch (RocksDBException e) {
      throw translate("reading failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
  }

  @Override
  public void scan(long from, long to, Backend.HeadVisitor visitor) {
    long stamp = enter();
    try (RocksIterator rows = db.newIterator(heads, scanning)) {
      for (rows.seek(RecordCodec.rowKey(from)); rows.isValid(); rows.next()) {
        long packed = RecordCodec.packed(rows.key());
        if (packed >= to || !RecordCodec.visitHead(packed, rows.value(), visitor)) {
          return;
        }
      }
      rows.status();
    } catch (RocksDBException e) {
      throw translate("scanning failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
  }

  @Override
  public void drop(long[] packed, int count) {
    long stamp = enter();
    try (WriteBatch batch = new WriteBatch()) {
      for (int i = 0; i < count; i++) {
        byte[] row = RecordCodec.rowKey(packed[i]);
        batch.delete(heads, row);
        batch.delete(records, row);
      }
      db.write(unlogged, batch);
    } catch (RocksDBException e) {
      throw translate("dropping records failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
    droppedBytes.addAndGet(count * averageRecordBytes());
  }

  private long averageRecordBytes() {
    return Math.max(64, sizeBytes / Math.max(1, estimatedRows()));
  }

  private long estimatedRows() {
    return property(heads, "rocksdb.estimate-num-keys");
  }

  @Override
  public void reclaim(long from, long to) {
    boolean everything = to == Long.MAX_VALUE;
    if (!everything && droppedBytes.get() < Math.max(4 << 20, sizeBytes * RECLAIM_FRACTION)) {
      return;
    }
    droppedBytes.set(0);
    flush();
    long stamp = enter();
    try (CompactRangeOptions options =
        new CompactRangeOptions().setExclusiveManualCompaction(false)) {
      byte[] first = RecordCodec.rowKey(from);
      byte[] last = RecordCodec.rowKey(to);
      db.compactRange(heads, first, last, options);
      db.compactRange(records, first, last, options);
    } catch (RocksDBException e) {
      throw translate("compacting failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
    measure();
  }

  private void measure() {
    unmeasuredBytes = 0;
    long size = 0;
    for (ColumnFamilyHandle family : List.of(metadata, heads, records)) {
      size += property(family, "rocksdb.total-sst-files-size");
      size += property(family, "rocksdb.cur-size-all-mem-tables");
    }
    sizeBytes = size;
  }

  private long property(ColumnFamilyHandle family, String name) {
    long stamp = enter();
    try {
      return db.getLongProperty(family, name);
    } catch (RocksDBException e) {
      throw translate("reading " + name + " failed", e);
    } finally {
      gate.unlockRead(stamp);
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long sizeInUseBytes() {
    long size = 0;
    for (ColumnFamilyHandle family : List.of(metadata, heads, records)) {
      size += property(family, "rocksdb.estimate-live-data-size");
      size += property(family, "rocksdb.cur-size-active-mem-table");
    }
    return size;
  }

  @Override
  public void close() {
    long stamp = gate.writeLock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      db.cancelAllBackgroundWork(true);
      metadata.close();
      heads.close();
      records.close();
      db.close();
      unlogged.close();
      scanning.close();
      owned.forEach(RocksObject::close);
    } finally {
      gate.unlockWrite(stamp);
    }
  }
}
