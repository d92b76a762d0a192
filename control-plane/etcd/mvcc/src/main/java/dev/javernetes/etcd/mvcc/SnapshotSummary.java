package dev.javernetes.etcd.mvcc;

/**
 * What is in a snapshot file.
 *
 * @param hash a checksum of the content; equal for equal snapshots
 * @param revision of the newest change
 * @param totalKeys how many keys exist at that revision
 * @param sizeBytes what the content takes
 * @param format for people
 */
public record SnapshotSummary(
    int hash, long revision, long totalKeys, long sizeBytes, String format) {}
