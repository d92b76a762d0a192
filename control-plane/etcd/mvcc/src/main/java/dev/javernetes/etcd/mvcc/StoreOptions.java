package dev.javernetes.etcd.mvcc;

import java.time.Duration;

/**
 * The limits of an embedded store.
 *
 * @param quotaBytes size on disk above which puts are refused with {@code NO_SPACE}; 0 for no quota
 * @param maxRequestBytes largest sum of keys and values in one transaction
 * @param watchBufferEvents events that wait for one slow watch before it goes on from history
 *     instead
 * @param progressInterval how often a quiet watch that asked for it hears how far it is
 * @param endsLeases whether the store ends expired leases by itself; a replicated one leaves that
 *     to its leader
 */
public record StoreOptions(
    long quotaBytes,
    int maxRequestBytes,
    int watchBufferEvents,
    Duration progressInterval,
    boolean endsLeases) {
  /**
   * etcd's own defaults: 2 GiB and 1.5 MiB plus room for the request around a full value; progress
   * as upstream's API server wants it.
   */
  public static final StoreOptions DEFAULTS =
      new StoreOptions(2L << 30, (3 << 19) + (512 << 10), 1024, Duration.ofSeconds(5), true);

  public StoreOptions {
    if (quotaBytes < 0 || maxRequestBytes <= 0 || watchBufferEvents <= 0) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  public StoreOptions withQuotaBytes(long value) {
    return new StoreOptions(
        value, maxRequestBytes, watchBufferEvents, progressInterval, endsLeases);
  }

  public StoreOptions withMaxRequestBytes(int value) {
    return new StoreOptions(quotaBytes, value, watchBufferEvents, progressInterval, endsLeases);
  }

  public StoreOptions withWatchBufferEvents(int value) {
    return new StoreOptions(quotaBytes, maxRequestBytes, value, progressInterval, endsLeases);
  }

  public StoreOptions withProgressInterval(Duration value) {
    return new StoreOptions(quotaBytes, maxRequestBytes, watchBufferEvents, value, endsLeases);
  }

  public StoreOptions withEndsLeases(boolean value) {
    return new StoreOptions(
        quotaBytes, maxRequestBytes, watchBufferEvents, progressInterval, value);
  }
}
