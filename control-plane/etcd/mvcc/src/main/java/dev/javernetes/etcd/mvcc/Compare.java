package dev.javernetes.etcd.mvcc;

/**
 * A condition of a {@link Txn}: it holds if it holds for every key of its range. For a range
 * without keys a number is compared with 0 and a value comparison fails, so {@code
 * createRevision(key, EQUAL, 0)} means "does not exist".
 */
public sealed interface Compare {
  KeyRange range();

  Relation relation();

  /** How the stored side (left) relates to the given side (right). */
  enum Relation {
    EQUAL,
    GREATER,
    LESS,
    NOT_EQUAL;

    boolean holds(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case GREATER -> comparison > 0;
        case LESS -> comparison < 0;
        case NOT_EQUAL -> comparison != 0;
      };
    }
  }

  /** Which number of the stored key is compared. */
  enum Attribute {
    VERSION,
    CREATE_REVISION,
    MOD_REVISION,
    LEASE;

    long of(KeyValue kv) {
      return switch (this) {
        case VERSION -> kv.version();
        case CREATE_REVISION -> kv.createRevision();
        case MOD_REVISION -> kv.modRevision();
        case LEASE -> kv.lease();
      };
    }
  }

  /** Compares a number of the key. */
  record OfNumber(KeyRange range, Attribute attribute, Relation relation, long number)
      implements Compare {}

  /** Compares the value, byte by byte. */
  record OfValue(KeyRange range, Relation relation, Bytes value) implements Compare {}

  static Compare absent(Bytes key) {
    return new OfNumber(KeyRange.single(key), Attribute.MOD_REVISION, Relation.EQUAL, 0);
  }

  static Compare modRevision(Bytes key, long revision) {
    return new OfNumber(KeyRange.single(key), Attribute.MOD_REVISION, Relation.EQUAL, revision);
  }

  static Compare createRevision(Bytes key, Relation relation, long revision) {
    return new OfNumber(KeyRange.single(key), Attribute.CREATE_REVISION, relation, revision);
  }

  static Compare version(Bytes key, Relation relation, long version) {
    return new OfNumber(KeyRange.single(key), Attribute.VERSION, relation, version);
  }

  static Compare value(Bytes key, Relation relation, Bytes value) {
    return new OfValue(KeyRange.single(key), relation, value);
  }
}
