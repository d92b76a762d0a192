package dev.javernetes.etcd.mvcc;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A store that takes writes from network threads, which must not wait: the answer comes by a call.
 */
public interface NetworkWrites {

  /** Hears of one transaction, once, from any thread. */
  interface TxnListener {
    /**
     * @param problem null if the transaction is durable and visible; else its outcome is unknown
     */
    void onDone(TxnResult result, @Nullable StoreException problem);
  }

  /**
   * Decides at once (or refuses with a {@link StoreException}), and calls back when it is durable.
   *
   * @param network runs tasks on the calling network thread, after what it has read meanwhile: the
   *     writes of a hundred connections share one disk sync there
   */
  void txn(Txn txn, Executor network, TxnListener listener);
}
