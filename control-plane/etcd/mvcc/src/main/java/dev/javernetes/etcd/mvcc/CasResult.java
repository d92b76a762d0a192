package dev.javernetes.etcd.mvcc;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a conditional write.
 *
 * @param succeeded whether the write happened
 * @param revision the store's revision afterwards; the key's new modRevision if the write happened
 * @param current on conflict what the key holds now, null if it does not exist; for a deletion that
 *     happened, what was deleted
 */
public record CasResult(boolean succeeded, long revision, @Nullable KeyValue current) {}
