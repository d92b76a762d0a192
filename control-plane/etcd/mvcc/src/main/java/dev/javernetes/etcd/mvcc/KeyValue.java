package dev.javernetes.etcd.mvcc;

/**
 * One version of one key.
 *
 * @param createRevision the store's revision when the key came into being (again)
 * @param modRevision the store's revision of this version
 * @param version 1 for the first version after creation, then counting up; 0 in a deletion event
 * @param lease the lease whose end deletes the key, 0 for none
 */
public record KeyValue(
    Bytes key, Bytes value, long createRevision, long modRevision, long version, long lease) {

  /** What is left of a deleted key in a watch event: the key and the revision that deleted it. */
  public static KeyValue tombstone(Bytes key, long revision) {
    return new KeyValue(key, Bytes.EMPTY, 0, revision, 0, 0);
  }

  public KeyValue withoutValue() {
    return value.isEmpty()
        ? this
        : new KeyValue(key, Bytes.EMPTY, createRevision, modRevision, version, lease);
  }
}
