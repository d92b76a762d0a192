package dev.javernetes.etcd.mvcc;

/** Conditional writes of one key as transactions that read the key in the other branch. */
final class Cas {
  private Cas() {}

  static CasResult put(Store store, Compare condition, Bytes key, Bytes value, long lease) {
    TxnResult result =
        store.txn(Txn.when(condition).then(Op.put(key, value, lease)).orElse(Op.get(key)));
    return result.succeeded()
        ? new CasResult(true, result.revision(), null)
        : new CasResult(false, result.revision(), result.range(0).first());
  }

  static CasResult delete(Store store, Bytes key, long modRevision) {
    TxnResult result =
        store.txn(
            Txn.when(Compare.modRevision(key, modRevision))
                .then(new Op.DeleteRange(KeyRange.single(key), true))
                .orElse(Op.get(key)));
    if (!result.succeeded()) {
      return new CasResult(false, result.revision(), result.range(0).first());
    }
    // A modRevision of 0 means "absent": the condition held and there was nothing to delete.
    var deleted = result.delete(0).prevKvs();
    return new CasResult(true, result.revision(), deleted.isEmpty() ? null : deleted.getFirst());
  }
}
