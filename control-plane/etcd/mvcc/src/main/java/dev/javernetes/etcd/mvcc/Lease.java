package dev.javernetes.etcd.mvcc;

import java.util.List;

/**
 * A lease as it stands: when it ends, its keys are deleted.
 *
 * @param remainingTtlSeconds rounded up
 * @param keys the keys bound to it, in order; empty unless asked for
 */
public record Lease(long id, long grantedTtlSeconds, long remainingTtlSeconds, List<Bytes> keys) {
  public Lease {
    keys = List.copyOf(keys);
  }
}
