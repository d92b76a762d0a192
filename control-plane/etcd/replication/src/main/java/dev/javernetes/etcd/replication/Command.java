package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.StoreMessages;
import java.nio.ByteBuffer;

/**
 * What one log entry says: a request, not its effect. Every member decides it against the same
 * state and so comes to the same effect; whatever could differ between members (the time, free
 * space, chosen ids) is settled before.
 *
 * <p>On the wire a tag and the fields; a transaction in etcd's own message.
 */
sealed interface Command {

  record Transaction(Txn txn) implements Command {}

  record GrantLease(long id, long ttlSeconds) implements Command {}

  record RevokeLease(long id) implements Command {}

  record Compact(long revision) implements Command {}

  record SetAlarm(StoreStatus.Alarm alarm, boolean raised) implements Command {}

  record SetAttribute(String name, Bytes value) implements Command {}

  int FIXED_BYTES = 32;

  default byte[] encode() {
    return switch (this) {
      case Transaction(Txn txn) -> {
        byte[] message = StoreMessages.wireTxn(txn).toByteArray();
        yield ByteBuffer.allocate(1 + message.length).put((byte) 1).put(message).array();
      }
      case GrantLease(long id, long ttl) ->
          ByteBuffer.allocate(FIXED_BYTES).put((byte) 2).putLong(id).putLong(ttl).array();
      case RevokeLease(long id) ->
          ByteBuffer.allocate(FIXED_BYTES).put((byte) 3).putLong(id).array();
      case Compact(long revision) ->
          ByteBuffer.allocate(FIXED_BYTES).put((byte) 4).putLong(revision).array();
      case SetAlarm(var alarm, boolean raised) ->
          ByteBuffer.allocate(FIXED_BYTES)
              .put((byte) 5)
              .put((byte) alarm.ordinal())
              .put((byte) (raised ? 1 : 0))
              .array();
      case SetAttribute(String name, Bytes value) -> {
        byte[] text = Bytes.utf8(name).array();
        yield ByteBuffer.allocate(1 + Integer.BYTES + text.length + value.size())
            .put((byte) 6)
            .putInt(text.length)
            .put(text)
            .put(value.array())
            .array();
      }
    };
  }

  static Command decode(ByteBuffer in) {
    byte tag = in.get();
    return switch (tag) {
      case 1 -> {
        try {
          yield new Transaction(
              StoreMessages.txn(EtcdRpc.TxnRequest.parseFrom(in), Integer.MAX_VALUE));
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
          throw new StoreException(StoreException.Reason.CORRUPT, "a log entry does not decode", e);
        }
      }
      case 2 -> new GrantLease(in.getLong(), in.getLong());
      case 3 -> new RevokeLease(in.getLong());
      case 4 -> new Compact(in.getLong());
      case 5 -> new SetAlarm(StoreStatus.Alarm.values()[in.get()], in.get() != 0);
      case 6 -> {
        byte[] name = new byte[in.getInt()];
        in.get(name);
        byte[] value = new byte[in.remaining()];
        in.get(value);
        yield new SetAttribute(Bytes.wrap(name).toUtf8(), Bytes.wrap(value));
      }
      default ->
          throw new StoreException(
              StoreException.Reason.UNSUPPORTED,
              "a log entry of kind " + tag + " comes from a newer version; update this member");
    };
  }
}
