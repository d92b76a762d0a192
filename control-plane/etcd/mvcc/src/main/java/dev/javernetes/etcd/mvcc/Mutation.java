package dev.javernetes.etcd.mvcc;

/**
 * One thing a {@link Backend} must remember; a commit is a list of them, kept whole or not at all.
 */
public sealed interface Mutation {

  /**
   * A key got a new version or was deleted.
   *
   * @param packed when, see {@link PackedRevision}
   * @param kv the new version, or the tombstone
   * @param previous the packed revision of the version it replaces, 0 if there was none
   */
  record Change(long packed, KeyValue kv, long previous) implements Mutation {
    public boolean isDelete() {
      return PackedRevision.isTombstone(packed);
    }
  }

  record LeaseGranted(long id, long ttlSeconds) implements Mutation {}

  record LeaseEnded(long id) implements Mutation {}

  /** Revisions before this one can no longer be read. */
  record Compacted(long revision) implements Mutation {}

  /** A named value beside the keys, such as the users and roles of a server. */
  record AttributeSet(String name, Bytes value) implements Mutation {}

  record AlarmChanged(StoreStatus.Alarm alarm, boolean raised) implements Mutation {}
}
