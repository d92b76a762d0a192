package dev.javernetes.etcd.mvcc;

/** One step of a {@link Txn}. */
public sealed interface Op {

  /**
   * Writes a key.
   *
   * @param lease an existing lease, 0 for none
   * @param prevKv answer with what was there before
   * @param ignoreValue keep the present value (the key must exist), changing only the lease
   * @param ignoreLease keep the present lease (the key must exist)
   */
  record Put(
      Bytes key, Bytes value, long lease, boolean prevKv, boolean ignoreValue, boolean ignoreLease)
      implements Op {
    public Put {
      if (key.isEmpty()) {
        throw new StoreException(StoreException.Reason.INVALID, "key is not provided");
      }
    }
  }

  /** Deletes every key of a range; with prevKv the answer holds them. */
  record DeleteRange(KeyRange range, boolean prevKv) implements Op {}

  /** Reads, seeing the writes of earlier steps. */
  record Range(RangeRequest request) implements Op {}

  /** A transaction inside a transaction; its compares see the state before the outermost one. */
  record Nested(Txn txn) implements Op {}

  static Put put(Bytes key, Bytes value) {
    return new Put(key, value, 0, false, false, false);
  }

  static Put put(Bytes key, Bytes value, long lease) {
    return new Put(key, value, lease, false, false, false);
  }

  static DeleteRange delete(Bytes key) {
    return new DeleteRange(KeyRange.single(key), false);
  }

  static DeleteRange delete(KeyRange range) {
    return new DeleteRange(range, false);
  }

  static Range get(Bytes key) {
    return new Range(RangeRequest.of(key));
  }

  static Range range(RangeRequest request) {
    return new Range(request);
  }
}
