package dev.javernetes.etcd.engine;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.CORRUPT;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.PackedRevision;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Mutations as bytes, for the log: a count, then per mutation a tag and its fields, numbers as
 * varints (LEB128), byte strings with their length before. A change of an 80-byte key costs about
 * 10 bytes more than key and value.
 */
final class MutationCodec {
  private static final byte CHANGE = 1;
  private static final byte LEASE_GRANTED = 2;
  private static final byte LEASE_ENDED = 3;
  private static final byte COMPACTED = 4;
  private static final byte ALARM = 5;
  private static final byte ATTRIBUTE = 6;
  private static final int MAX_VARINT = 10;
  private static final int MAX_FIXED = 1 + 6 * MAX_VARINT;

  private MutationCodec() {}

  /** An upper bound of the encoded size. */
  static int sizeBound(List<Mutation> mutations) {
    long bound = MAX_VARINT;
    for (Mutation mutation : mutations) {
      bound += MAX_FIXED;
      if (mutation instanceof Mutation.Change change) {
        bound += change.kv().key().size() + change.kv().value().size();
      } else if (mutation instanceof Mutation.AttributeSet(String name, Bytes value)) {
        bound += Bytes.utf8(name).size() + value.size();
      }
    }
    return Math.toIntExact(bound);
  }

  static void encode(List<Mutation> mutations, ByteBuffer out) {
    putVarint(out, mutations.size());
    for (Mutation mutation : mutations) {
      switch (mutation) {
        case Mutation.Change change -> {
          KeyValue kv = change.kv();
          out.put(CHANGE);
          putVarint(out, change.packed());
          putVarint(out, kv.createRevision());
          putVarint(out, kv.version());
          putVarint(out, kv.lease());
          putBytes(out, kv.key());
          putBytes(out, kv.value());
        }
        case Mutation.LeaseGranted granted -> {
          out.put(LEASE_GRANTED);
          putVarint(out, granted.id());
          putVarint(out, granted.ttlSeconds());
        }
        case Mutation.LeaseEnded ended -> {
          out.put(LEASE_ENDED);
          putVarint(out, ended.id());
        }
        case Mutation.Compacted compacted -> {
          out.put(COMPACTED);
          putVarint(out, compacted.revision());
        }
        case Mutation.AttributeSet(String name, Bytes value) -> {
          out.put(ATTRIBUTE);
          putBytes(out, Bytes.utf8(name));
          putBytes(out, value);
        }
        case Mutation.AlarmChanged(var alarm, boolean raised) -> {
          out.put(ALARM);
          putVarint(out, alarm.ordinal());
          out.put((byte) (raised ? 1 : 0));
        }
      }
    }
  }

  static List<Mutation> decode(ByteBuffer in) {
    try {
      int count = (int) varint(in);
      List<Mutation> mutations = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        mutations.add(decodeOne(in));
      }
      return mutations;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new StoreException(CORRUPT, "a log record does not decode", e);
    }
  }

  private static Mutation decodeOne(ByteBuffer in) {
    byte tag = in.get();
    return switch (tag) {
      case CHANGE -> {
        long packed = varint(in);
        long created = varint(in);
        long version = varint(in);
        long lease = varint(in);
        Bytes key = bytes(in);
        Bytes value = bytes(in);
        long modRevision = PackedRevision.main(packed);
        yield new Mutation.Change(
            packed, new KeyValue(key, value, created, modRevision, version, lease), 0);
      }
      case LEASE_GRANTED -> new Mutation.LeaseGranted(varint(in), varint(in));
      case LEASE_ENDED -> new Mutation.LeaseEnded(varint(in));
      case COMPACTED -> new Mutation.Compacted(varint(in));
      case ALARM ->
          new Mutation.AlarmChanged(StoreStatus.Alarm.values()[(int) varint(in)], in.get() != 0);
      case ATTRIBUTE -> new Mutation.AttributeSet(bytes(in).toUtf8(), bytes(in));
      default -> throw new StoreException(CORRUPT, "unknown log entry " + tag);
    };
  }

  static void putVarint(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("varint too long");
  }

  private static void putBytes(ByteBuffer out, Bytes content) {
    putVarint(out, content.size());
    out.put(content.array());
  }

  private static Bytes bytes(ByteBuffer in) {
    int length = (int) varint(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] content = new byte[length];
    in.get(content);
    return Bytes.wrap(content);
  }
}
