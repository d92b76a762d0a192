package dev.javernetes.etcd.engine;

import dev.javernetes.etcd.mvcc.Backend;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.PackedRevision;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Table rows. The row key is the packed revision, big-endian, so that rows lie in the order of
 * history. A head is {@code created, version, lease} as varints and the key; a record is the head's
 * length, the head and the value.
 */
final class RecordCodec {
  private static final int MAX_NUMBERS = 3 * 10;

  private RecordCodec() {}

  static byte[] rowKey(long packed) {
    byte[] key = new byte[Long.BYTES];
    ByteBuffer.wrap(key).putLong(packed);
    return key;
  }

  static long packed(byte[] rowKey) {
    return ByteBuffer.wrap(rowKey).getLong();
  }

  static byte[] head(KeyValue kv) {
    ByteBuffer out = ByteBuffer.allocate(MAX_NUMBERS + kv.key().size());
    MutationCodec.putVarint(out, kv.createRevision());
    MutationCodec.putVarint(out, kv.version());
    MutationCodec.putVarint(out, kv.lease());
    out.put(kv.key().array());
    return Arrays.copyOf(out.array(), out.position());
  }

  static byte[] record(byte[] head, Bytes value) {
    ByteBuffer out = ByteBuffer.allocate(5 + head.length + value.size());
    MutationCodec.putVarint(out, head.length);
    out.put(head).put(value.array());
    return out.position() == out.capacity()
        ? out.array()
        : Arrays.copyOf(out.array(), out.position());
  }

  static KeyValue fromRecord(long packed, byte[] record) {
    ByteBuffer in = ByteBuffer.wrap(record);
    int headLength = (int) MutationCodec.varint(in);
    int valueStart = in.position() + headLength;
    long created = MutationCodec.varint(in);
    long version = MutationCodec.varint(in);
    long lease = MutationCodec.varint(in);
    Bytes key = Bytes.wrap(Arrays.copyOfRange(record, in.position(), valueStart));
    Bytes value = Bytes.wrap(Arrays.copyOfRange(record, valueStart, record.length));
    return new KeyValue(key, value, created, PackedRevision.main(packed), version, lease);
  }

  static KeyValue fromHead(long packed, byte[] head) {
    ByteBuffer in = ByteBuffer.wrap(head);
    long created = MutationCodec.varint(in);
    long version = MutationCodec.varint(in);
    long lease = MutationCodec.varint(in);
    Bytes key = Bytes.wrap(Arrays.copyOfRange(head, in.position(), head.length));
    return new KeyValue(key, Bytes.EMPTY, created, PackedRevision.main(packed), version, lease);
  }

  static boolean visitHead(long packed, byte[] head, Backend.HeadVisitor visitor) {
    ByteBuffer in = ByteBuffer.wrap(head);
    long created = MutationCodec.varint(in);
    long version = MutationCodec.varint(in);
    long lease = MutationCodec.varint(in);
    Bytes key = Bytes.wrap(Arrays.copyOfRange(head, in.position(), head.length));
    return visitor.visit(packed, key, created, version, lease);
  }
}
