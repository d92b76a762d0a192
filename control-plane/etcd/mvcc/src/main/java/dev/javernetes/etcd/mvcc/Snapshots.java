package dev.javernetes.etcd.mvcc;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.CORRUPT;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot format: a magic, entries (a tag byte and its fields, numbers big-endian, byte
 * strings with a length before), an end tag, and a CRC-32C of everything before. A file that is cut
 * or changed anywhere is refused.
 */
public final class Snapshots {
  private static final byte[] MAGIC = "J8SSNAP1".getBytes(StandardCharsets.US_ASCII);
  private static final int END = 0;
  private static final int COMPACTED = 1;
  private static final int LEASE = 2;
  private static final int CHANGE = 3;
  private static final int ATTRIBUTE = 4;
  private static final int ALARM = 5;
  private static final int CHUNK = 512;

  private Snapshots() {}

  interface RecordVisitor {
    void visit(long packed, KeyValue kv);
  }

  /** Visits every record with its value up to a revision, in order. */
  static void forEachRecord(Backend backend, long upTo, RecordVisitor visitor) {
    long end = PackedRevision.first(upTo + 1);
    long cursor = 0;
    while (cursor < end) {
      LongList chunk = new LongList();
      backend.scan(
          cursor,
          end,
          (packed, key, created, version, lease) -> {
            chunk.add(packed);
            return chunk.size() < CHUNK;
          });
      if (chunk.size() == 0) {
        return;
      }
      @Nullable KeyValue[] records = backend.readAll(chunk.array(), chunk.size(), true);
      for (int i = 0; i < records.length; i++) {
        KeyValue kv = records[i];
        if (kv == null) {
          throw new StoreException(
              CORRUPT,
              "the record of revision " + PackedRevision.main(chunk.get(i)) + " is missing");
        }
        visitor.visit(chunk.get(i), kv);
      }
      cursor = chunk.get(chunk.size() - 1) + 1;
    }
  }

  /** A CRC-32C over all records up to a revision. */
  static int checksum(Backend backend, long upTo) {
    CRC32C crc = new CRC32C();
    forEachRecord(
        backend,
        upTo,
        (packed, kv) -> {
          crc.update(kv.key().array());
          crc.update(Long.toString(packed).getBytes(StandardCharsets.US_ASCII));
          crc.update(kv.value().array());
        });
    return (int) crc.getValue();
  }

  static void write(OutputStream target, List<Mutation> metadata, Backend backend, long upTo)
      throws IOException {
    CheckedOutputStream checked =
        new CheckedOutputStream(new BufferedOutputStream(target, 1 << 16), new CRC32C());
    DataOutputStream out = new DataOutputStream(checked);
    out.write(MAGIC);
    for (Mutation mutation : metadata) {
      switch (mutation) {
        case Mutation.Compacted compacted -> {
          out.writeByte(COMPACTED);
          out.writeLong(compacted.revision());
        }
        case Mutation.LeaseGranted lease -> {
          out.writeByte(LEASE);
          out.writeLong(lease.id());
          out.writeLong(lease.ttlSeconds());
        }
        case Mutation.AttributeSet(String name, Bytes value) -> {
          out.writeByte(ATTRIBUTE);
          out.writeUTF(name);
          out.writeInt(value.size());
          value.writeTo(out);
        }
        case Mutation.Change change ->
            throw new IllegalArgumentException("changes come from the backend");
        case Mutation.LeaseEnded ended -> {}
        case Mutation.AlarmChanged(var alarm, boolean raised) -> {
          out.writeByte(ALARM);
          out.writeByte(alarm.ordinal());
        }
      }
    }
    List<IOException> failure = new ArrayList<>(1);
    try {
      forEachRecord(
          backend,
          upTo,
          (packed, kv) -> {
            try {
              writeChange(out, packed, kv);
            } catch (IOException e) {
              failure.add(e);
              throw new StoreException(StoreException.Reason.UNAVAILABLE, "snapshot aborted", e);
            }
          });
    } catch (StoreException e) {
      if (!failure.isEmpty()) {
        throw failure.getFirst();
      }
      throw e;
    }
    out.writeByte(END);
    out.writeLong(checked.getChecksum().getValue());
    out.flush();
  }

  private static void writeChange(DataOutputStream out, long packed, KeyValue kv)
      throws IOException {
    out.writeByte(CHANGE);
    out.writeLong(packed);
    out.writeLong(kv.createRevision());
    out.writeLong(kv.version());
    out.writeLong(kv.lease());
    out.writeInt(kv.key().size());
    kv.key().writeTo(out);
    out.writeInt(kv.value().size());
    kv.value().writeTo(out);
  }

  /** Whether a snapshot of this store begins like that. */
  public static boolean startsLike(byte[] head) {
    return head.length >= MAGIC.length
        && Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Tells everything in the order that a backend wants it, and returns the checksum; the receiver
   * throws away what it has made of it if this fails.
   */
  public static int read(InputStream source, Consumer<Mutation> into) throws IOException {
    CheckedInputStream checked =
        new CheckedInputStream(new BufferedInputStream(source, 1 << 16), new CRC32C());
    DataInputStream in = new DataInputStream(checked);
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new StoreException(CORRUPT, "not a snapshot of this store");
    }
    try {
      int tag = in.readByte();
      while (tag != END) {
        into.accept(
            switch (tag) {
              case COMPACTED -> new Mutation.Compacted(in.readLong());
              case LEASE -> new Mutation.LeaseGranted(in.readLong(), in.readLong());
              case ATTRIBUTE -> new Mutation.AttributeSet(in.readUTF(), readBytes(in));
              case CHANGE -> readChange(in);
              case ALARM -> new Mutation.AlarmChanged(readAlarm(in), true);
              default -> throw new StoreException(CORRUPT, "unknown snapshot entry " + tag);
            });
        tag = in.readByte();
      }
      long actual = checked.getChecksum().getValue();
      if (in.readLong() != actual) {
        throw new StoreException(CORRUPT, "the snapshot's checksum does not match its content");
      }
      return (int) actual;
    } catch (EOFException e) {
      throw new StoreException(CORRUPT, "the snapshot is cut off", e);
    }
  }

  private static StoreStatus.Alarm readAlarm(DataInputStream in) throws IOException {
    int ordinal = in.readByte();
    StoreStatus.Alarm[] known = StoreStatus.Alarm.values();
    if (ordinal < 0 || ordinal >= known.length) {
      throw new StoreException(CORRUPT, "unknown alarm " + ordinal);
    }
    return known[ordinal];
  }

  private static Mutation readChange(DataInputStream in) throws IOException {
    long packed = in.readLong();
    long created = in.readLong();
    long version = in.readLong();
    long lease = in.readLong();
    Bytes key = readBytes(in);
    Bytes value = readBytes(in);
    long modRevision = PackedRevision.main(packed);
    return new Mutation.Change(
        packed, new KeyValue(key, value, created, modRevision, version, lease), 0);
  }

  private static Bytes readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] content = length < 0 ? new byte[0] : in.readNBytes(length);
    if (content.length != length) {
      throw new StoreException(CORRUPT, "the snapshot is cut off");
    }
    return Bytes.wrap(content);
  }
}
