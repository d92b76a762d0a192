package dev.javernetes.etcd.engine;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.CORRUPT;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only log in segments. Each record is synced before the next is written, so after a
 * crash at most the very last record can be incomplete: it is cut off, as nobody was told that it
 * happened. Anything else that does not check out (a bad record with a good one behind it, a bad
 * record in an older segment, a missing segment) means that stored bytes changed, and is refused.
 *
 * <p>Segment {@code 0000000000000041.wal} begins with record 41. Record: {@code length u32, crc32c
 * u32, sequence u64, payload}, the checksum over sequence and payload. Segments are filled with
 * zeroes in advance, so that a sync has no file size to write (a third cheaper on ext4); a zero
 * length ends a segment.
 *
 * <p>Belongs to the one commit task; only {@link #trim} may come from another thread.
 */
final class WriteAheadLog implements AutoCloseable {
  static final int HEADER_BYTES = 16;

  private static final Logger log = LoggerFactory.getLogger(WriteAheadLog.class);
  private static final String SUFFIX = ".wal";
  private static final int FILL_BYTES = 1 << 20;
  private static final int RETAINED_BUFFER_BYTES = 1 << 20;

  private final Disk disk;
  private final long segmentBytes;
  private final Deque<Segment> older = new ArrayDeque<>();
  private Disk.@Nullable File file;
  private @Nullable Segment current;
  private long position;
  private long filledTo;
  private long sequence;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);

  private record Segment(String name, long firstSequence) {}

  /** Receives stored records in order. */
  interface Replay {
    void record(long sequence, ByteBuffer payload);
  }

  /** Writes a payload of known greatest size. */
  interface Payload {
    int sizeBound();

    void write(ByteBuffer out);
  }

  private WriteAheadLog(Disk disk, long segmentBytes, long sequence) {
    this.disk = disk;
    this.segmentBytes = segmentBytes;
    this.sequence = sequence;
  }

  /**
   * Opens the log and replays what comes after a sequence.
   *
   * @param after the last record that is safely stored elsewhere
   */
  static WriteAheadLog open(Disk disk, long segmentBytes, long after, Replay replay)
      throws IOException {
    WriteAheadLog opened = new WriteAheadLog(disk, segmentBytes, after);
    List<Segment> segments = new ArrayList<>();
    for (String name : disk.list()) {
      if (name.endsWith(SUFFIX)) {
        segments.add(new Segment(name, firstSequence(disk, name)));
      }
    }
    if (!segments.isEmpty() && segments.getFirst().firstSequence > after + 1) {
      throw corrupt(
          disk.describe(segments.getFirst().name),
          "the log begins with record "
              + segments.getFirst().firstSequence
              + " but record "
              + (after + 1)
              + " is needed");
    }
    long expected = segments.isEmpty() ? after + 1 : segments.getFirst().firstSequence;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      boolean last = i == segments.size() - 1;
      if (segment.firstSequence != expected) {
        throw corrupt(
            disk.describe(segment.name), "begins with the wrong record, expected " + expected);
      }
      expected = opened.replaySegment(segment, last, after, replay);
      if (last) {
        opened.current = segment;
      } else {
        opened.older.add(segment);
      }
    }
    if (expected - 1 < after) {
      // The records up to "after" are in the table; the log's end was lost, but nothing that
      // counts.
      throw corrupt(
          disk.describe(segments.isEmpty() ? "" : segments.getLast().name),
          "the log ends at record " + (expected - 1) + " but record " + after + " was applied");
    }
    opened.sequence = expected - 1;
    if (segments.isEmpty()) {
      opened.startSegment();
    }
    return opened;
  }

  private static long firstSequence(Disk disk, String name) {
    try {
      return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    } catch (NumberFormatException e) {
      throw new StoreException(CORRUPT, disk.describe(name) + " is not a log segment's name", e);
    }
  }

  /** Replays one segment; returns the sequence after its last record. */
  private long replaySegment(Segment segment, boolean last, long after, Replay replay)
      throws IOException {
    Disk.File opened = disk.open(segment.name);
    long size = opened.size();
    ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(size));
    opened.read(content, 0);
    content.flip();
    long next = segment.firstSequence;
    int at = 0;
    while (true) {
      int length = validRecord(content, at, next);
      if (length < 0) {
        break;
      }
      if (next > after) {
        replay.record(next, content.slice(at + HEADER_BYTES, length));
      }
      at += HEADER_BYTES + length;
      next++;
    }
    boolean clean = isZero(content, at);
    if (!clean) {
      refuseUnlessTorn(segment, last, content, at, next);
      log.warn(
          "cut an unfinished write off {} at byte {}: it was never acknowledged",
          disk.describe(segment.name),
          at);
      opened.truncate(at);
      opened.sync();
      size = at;
    }
    if (last) {
      file = opened;
      position = at;
      filledTo = size;
    } else {
      opened.close();
    }
    return next;
  }

  private void refuseUnlessTorn(
      Segment segment, boolean last, ByteBuffer content, int at, long next) {
    String where = disk.describe(segment.name);
    if (!last) {
      throw corrupt(where, "record " + next + " at byte " + at + " is damaged");
    }
    // Records are synced one by one: a good one behind the bad one proves that the bad one was
    // complete once.
    for (int probe = at + 1; probe + HEADER_BYTES <= content.limit(); probe++) {
      int length = content.getInt(probe);
      if (length > 0
          && length <= content.limit() - probe - HEADER_BYTES
          && content.getLong(probe + 8) > next
          && content.getLong(probe + 8) <= next + content.limit()
          && checksum(content, probe, length) == content.getInt(probe + 4)) {
        throw corrupt(
            where,
            "record "
                + next
                + " at byte "
                + at
                + " is damaged, but record "
                + content.getLong(probe + 8)
                + " behind it is whole");
      }
    }
  }

  private static StoreException corrupt(String where, String what) {
    return new StoreException(
        CORRUPT,
        where
            + ": "
            + what
            + "; the stored data is damaged. Restore the data directory from a snapshot or backup, or let this"
            + " member start empty");
  }

  /** The payload's length if a whole record of this sequence starts here, else -1. */
  private static int validRecord(ByteBuffer content, int at, long sequence) {
    if (at + HEADER_BYTES > content.limit()) {
      return -1;
    }
    int length = content.getInt(at);
    if (length <= 0 || length > content.limit() - at - HEADER_BYTES) {
      return -1;
    }
    return content.getLong(at + 8) == sequence
            && checksum(content, at, length) == content.getInt(at + 4)
        ? length
        : -1;
  }

  private static int checksum(ByteBuffer content, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(at + 8, length + 8));
    return (int) crc.getValue();
  }

  private static boolean isZero(ByteBuffer content, int from) {
    for (int i = from; i < content.limit(); i++) {
      if (content.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The last record's sequence. */
  long sequence() {
    return sequence;
  }

  long sizeBytes() {
    return olderSegments() * segmentBytes + filledTo;
  }

  /**
   * Appends a record and syncs it; returns its sequence. After an exception the log must be opened
   * again.
   */
  long append(Payload payload) throws IOException {
    int bound = HEADER_BYTES + payload.sizeBound();
    if (buffer.capacity() < bound) {
      buffer = ByteBuffer.allocateDirect(bound);
    }
    buffer.clear().position(HEADER_BYTES);
    payload.write(buffer);
    buffer.flip();
    int length = buffer.limit() - HEADER_BYTES;
    buffer.putInt(0, length).putLong(8, sequence + 1);
    buffer.putInt(4, checksum(buffer, 0, length));
    if (position > 0 && position + buffer.limit() > segmentBytes) {
      startSegment();
    }
    Disk.File target = file;
    if (target == null) {
      throw new IOException("the log is closed");
    }
    int written = buffer.limit();
    fill(target, position + written);
    target.write(buffer, position);
    target.sync();
    position += written;
    sequence++;
    if (buffer.capacity() > RETAINED_BUFFER_BYTES) {
      buffer = ByteBuffer.allocateDirect(64 << 10);
    }
    return sequence;
  }

  /**
   * Keeps a stretch of zeroes ahead of the position, so that most syncs find the file's blocks in
   * place.
   */
  private void fill(Disk.File target, long upTo) throws IOException {
    while (filledTo < upTo && filledTo < segmentBytes) {
      int length = (int) Math.min(FILL_BYTES, segmentBytes - filledTo);
      target.write(ByteBuffer.allocateDirect(length), filledTo);
      filledTo += length;
    }
  }

  private void startSegment() throws IOException {
    if (file != null) {
      file.truncate(position);
      file.sync();
      file.close();
    }
    Segment segment = new Segment(String.format("%016d%s", sequence + 1, SUFFIX), sequence + 1);
    file = disk.open(segment.name);
    disk.syncDirectory();
    synchronized (older) {
      if (current != null) {
        older.add(current);
      }
      current = segment;
    }
    position = 0;
    filledTo = 0;
  }

  /** How many segments are complete. */
  int olderSegments() {
    synchronized (older) {
      return older.size();
    }
  }

  /**
   * Deletes segments whose records are all at or before a sequence that is safely stored elsewhere.
   */
  void trim(long upTo) throws IOException {
    while (true) {
      Segment first;
      synchronized (older) {
        first = older.peekFirst();
        if (first == null) {
          return;
        }
        Segment second = older.stream().skip(1).findFirst().orElse(current);
        if (second == null || second.firstSequence - 1 > upTo) {
          return;
        }
        older.removeFirst();
      }
      disk.delete(first.name);
    }
  }

  @Override
  public void close() throws IOException {
    Disk.File open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }
}
