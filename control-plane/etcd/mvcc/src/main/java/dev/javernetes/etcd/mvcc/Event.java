package dev.javernetes.etcd.mvcc;

import org.jspecify.annotations.Nullable;

/**
 * One change of one key, as a watch delivers it.
 *
 * @param kv the key after the change; for a deletion only key and modRevision are set
 * @param prevKv the key before the change if the watch asked for it; null for a creation, and where
 *     compaction has already removed it
 */
public record Event(Type type, KeyValue kv, @Nullable KeyValue prevKv) {
  /** What happened to the key. */
  public enum Type {
    PUT,
    DELETE
  }

  public boolean isCreate() {
    return type == Type.PUT && kv.createRevision() == kv.modRevision();
  }

  public long revision() {
    return kv.modRevision();
  }

  public Event withoutPrevKv() {
    return prevKv == null ? this : new Event(type, kv, null);
  }
}
