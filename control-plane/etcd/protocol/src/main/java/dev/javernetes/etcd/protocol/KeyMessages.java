package dev.javernetes.etcd.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Keys, ranges, values and events on the wire. A wire range is a key and a range_end: none for a
 * single key, one zero byte for everything from the key on, else the first key behind the range.
 */
public final class KeyMessages {
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private KeyMessages() {}

  /** Shares the bytes, which are immutable on both sides. */
  public static ByteString wire(Bytes bytes) {
    return bytes.isEmpty() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes.array());
  }

  public static Bytes bytes(ByteString wire) {
    return wire.isEmpty() ? Bytes.EMPTY : Bytes.wrap(wire.toByteArray());
  }

  public static KeyRange range(ByteString key, ByteString rangeEnd) {
    if (rangeEnd.isEmpty()) {
      return KeyRange.single(bytes(key));
    }
    return rangeEnd.equals(ZERO)
        ? KeyRange.from(bytes(key))
        : KeyRange.of(bytes(key), bytes(rangeEnd));
  }

  public static ByteString wireKey(KeyRange range) {
    // There is no empty key, so "from the empty key on" is "from the smallest key on".
    return range.start().isEmpty() ? ZERO : wire(range.start());
  }

  public static ByteString wireEnd(KeyRange range) {
    Bytes end = range.end();
    if (end == null) {
      return ZERO;
    }
    return range.isSingle() && !range.start().isEmpty() ? ByteString.EMPTY : wire(end);
  }

  public static EtcdKv.KeyValue wire(KeyValue kv) {
    return EtcdKv.KeyValue.newBuilder()
        .setKey(wire(kv.key()))
        .setValue(wire(kv.value()))
        .setCreateRevision(kv.createRevision())
        .setModRevision(kv.modRevision())
        .setVersion(kv.version())
        .setLease(kv.lease())
        .build();
  }

  public static KeyValue keyValue(EtcdKv.KeyValue wire) {
    return new KeyValue(
        bytes(wire.getKey()),
        bytes(wire.getValue()),
        wire.getCreateRevision(),
        wire.getModRevision(),
        wire.getVersion(),
        wire.getLease());
  }

  public static EtcdKv.Event wire(Event event) {
    EtcdKv.Event.Builder wire = EtcdKv.Event.newBuilder().setKv(wire(event.kv()));
    wire.setType(
        switch (event.type()) {
          case PUT -> EtcdKv.Event.EventType.PUT;
          case DELETE -> EtcdKv.Event.EventType.DELETE;
        });
    KeyValue prevKv = event.prevKv();
    if (prevKv != null) {
      wire.setPrevKv(wire(prevKv));
    }
    return wire.build();
  }

  public static Event event(EtcdKv.Event wire) {
    Event.Type type =
        wire.getType() == EtcdKv.Event.EventType.DELETE ? Event.Type.DELETE : Event.Type.PUT;
    @Nullable KeyValue prevKv = wire.hasPrevKv() ? keyValue(wire.getPrevKv()) : null;
    return new Event(type, keyValue(wire.getKv()), prevKv);
  }
}
