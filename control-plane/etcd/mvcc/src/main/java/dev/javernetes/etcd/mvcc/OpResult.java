package dev.javernetes.etcd.mvcc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one {@link Op} answered; the shapes follow the ops one to one. */
public sealed interface OpResult permits OpResult.Put, OpResult.Delete, RangeResult, TxnResult {

  record Put(@Nullable KeyValue prevKv) implements OpResult {}

  /** How many keys were deleted, and (if asked for) which. */
  record Delete(long deleted, List<KeyValue> prevKvs) implements OpResult {
    public Delete {
      prevKvs = List.copyOf(prevKvs);
    }
  }
}
