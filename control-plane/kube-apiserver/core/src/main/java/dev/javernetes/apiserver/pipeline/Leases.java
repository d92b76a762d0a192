package dev.javernetes.apiserver.pipeline;

import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Store;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Leases for objects that expire. One lease serves all objects of a minute, at most {@value
 * #OBJECTS_PER_LEASE}, so that a flood of events does not become a flood of leases.
 */
final class Leases {
  private static final long REUSE_SECONDS = 60;
  private static final int OBJECTS_PER_LEASE = 1_000;

  private final Store store;
  private final ReentrantLock lock = new ReentrantLock();
  private long id;
  private Instant reusableUntil = Instant.MIN;
  private int objects;

  Leases(Store store) {
    this.store = store;
  }

  /** 0 for an object that lives for ever. */
  long lease(RequestScope scope) {
    if (scope.definition().ttlSeconds().isEmpty()) {
      return 0;
    }
    long ttl = scope.definition().ttlSeconds().getAsLong();
    lock.lock();
    try {
      if (scope.now().isBefore(reusableUntil) && objects < OBJECTS_PER_LEASE) {
        objects++;
        return id;
      }
      id = store.grantLease(0, ttl + REUSE_SECONDS).id();
      reusableUntil = scope.now().plusSeconds(REUSE_SECONDS);
      objects = 1;
      return id;
    } finally {
      lock.unlock();
    }
  }

  /** An update starts the time anew. */
  long leaseOnUpdate(RequestScope scope, KeyValue stored) {
    return scope.definition().ttlSeconds().isEmpty() ? stored.lease() : lease(scope);
  }
}
