package dev.javernetes.etcd.mvcc;

import java.util.List;

/**
 * The answer to a {@link Txn}: which branch ran, its steps' answers in order, and the store's
 * revision afterwards (one more than before if the branch wrote anything).
 */
public record TxnResult(boolean succeeded, List<OpResult> responses, long revision)
    implements OpResult {
  public TxnResult {
    responses = List.copyOf(responses);
  }

  public RangeResult range(int index) {
    return (RangeResult) responses.get(index);
  }

  public OpResult.Put put(int index) {
    return (OpResult.Put) responses.get(index);
  }

  public OpResult.Delete delete(int index) {
    return (OpResult.Delete) responses.get(index);
  }
}
