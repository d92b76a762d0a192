package dev.javernetes.etcd.replication;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.StoreMessages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a member answers to a {@link Command} or {@link Question}. */
sealed interface Reply {

  record Done(TxnResult result) implements Reply {}

  record Number(long value) implements Reply {}

  record Content(byte[] bytes) implements Reply {}

  record Refused(StoreException reason) implements Reply {}

  default byte[] encode() {
    return switch (this) {
      case Done(TxnResult result) -> {
        byte[] message =
            StoreMessages.wireTxn(
                    result,
                    revision -> EtcdRpc.ResponseHeader.newBuilder().setRevision(revision).build())
                .toByteArray();
        yield ByteBuffer.allocate(1 + message.length).put((byte) 1).put(message).array();
      }
      case Number(long value) -> ByteBuffer.allocate(9).put((byte) 2).putLong(value).array();
      case Content(byte[] bytes) ->
          ByteBuffer.allocate(1 + bytes.length).put((byte) 3).put(bytes).array();
      case Refused(StoreException reason) -> {
        byte[] text = String.valueOf(reason.getMessage()).getBytes(StandardCharsets.UTF_8);
        yield ByteBuffer.allocate(10 + text.length)
            .put((byte) 4)
            .put((byte) reason.reason().ordinal())
            .putLong(reason.compactRevision())
            .put(text)
            .array();
      }
    };
  }

  static Reply decode(ByteBuffer in) {
    byte tag = in.get();
    return switch (tag) {
      case 1 -> {
        try {
          yield new Done(StoreMessages.txnResult(EtcdRpc.TxnResponse.parseFrom(in)));
        } catch (InvalidProtocolBufferException e) {
          throw new StoreException(StoreException.Reason.CORRUPT, "an answer does not decode", e);
        }
      }
      case 2 -> new Number(in.getLong());
      case 3 -> {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        yield new Content(bytes);
      }
      case 4 -> {
        StoreException.Reason reason = StoreException.Reason.values()[in.get()];
        long compactRevision = in.getLong();
        yield new Refused(
            reason == StoreException.Reason.COMPACTED
                ? StoreException.compacted(compactRevision)
                : new StoreException(reason, StandardCharsets.UTF_8.decode(in).toString()));
      }
      default -> throw new StoreException(StoreException.Reason.CORRUPT, "unknown answer " + tag);
    };
  }

  /** The number, or the refusal thrown. */
  default long number() {
    return switch (this) {
      case Number(long value) -> value;
      case Refused(StoreException reason) ->
          throw new StoreException(reason.reason(), String.valueOf(reason.getMessage()), reason);
      case Done done -> done.result().revision();
      case Content content -> throw new IllegalStateException("a number was expected");
    };
  }
}
