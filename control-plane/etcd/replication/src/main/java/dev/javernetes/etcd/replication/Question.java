package dev.javernetes.etcd.replication;

import java.nio.ByteBuffer;

/** What members ask each other beside the log; answered by one member from its own state. */
sealed interface Question {

  /** Nothing; the answer proves how far a member must have applied to read what is newest. */
  record ReadPoint() implements Question {}

  /** Renews a lease; only the leader does. */
  record KeepAlive(long leaseId) implements Question {}

  /** A lease's remaining seconds; only the leader knows. */
  record TimeToLive(long leaseId) implements Question {}

  /** Prepares a snapshot to be fetched in pieces; answers with its number, size, term and index. */
  record OpenSnapshot() implements Question {}

  record ReadSnapshot(long number, long offset) implements Question {}

  record CloseSnapshot(long number) implements Question {}

  /** A member has started and wants its place; only the leader can let it in. */
  record Join(long memberId) implements Question {}

  int BYTES = 24;

  default byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    return switch (this) {
      case ReadPoint point -> out.put((byte) 1).array();
      case KeepAlive(long id) -> out.put((byte) 2).putLong(id).array();
      case TimeToLive(long id) -> out.put((byte) 3).putLong(id).array();
      case OpenSnapshot open -> out.put((byte) 4).array();
      case ReadSnapshot(long number, long offset) ->
          out.put((byte) 5).putLong(number).putLong(offset).array();
      case CloseSnapshot(long number) -> out.put((byte) 6).putLong(number).array();
      case Join(long id) -> out.put((byte) 7).putLong(id).array();
    };
  }

  static Question decode(ByteBuffer in) {
    byte tag = in.get();
    return switch (tag) {
      case 1 -> new ReadPoint();
      case 2 -> new KeepAlive(in.getLong());
      case 3 -> new TimeToLive(in.getLong());
      case 4 -> new OpenSnapshot();
      case 5 -> new ReadSnapshot(in.getLong(), in.getLong());
      case 6 -> new CloseSnapshot(in.getLong());
      case 7 -> new Join(in.getLong());
      default -> throw new IllegalArgumentException("unknown question " + tag);
    };
  }
}
