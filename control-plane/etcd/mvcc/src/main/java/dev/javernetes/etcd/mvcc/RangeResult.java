package dev.javernetes.etcd.mvcc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link RangeRequest}.
 *
 * @param count how many keys the range holds, whatever the limit
 * @param more whether the limit cut keys off
 * @param revision the store's revision when it was read (not the revision asked for)
 */
public record RangeResult(List<KeyValue> kvs, long count, boolean more, long revision)
    implements OpResult {
  public RangeResult {
    kvs = List.copyOf(kvs);
  }

  public @Nullable KeyValue first() {
    return kvs.isEmpty() ? null : kvs.getFirst();
  }
}
