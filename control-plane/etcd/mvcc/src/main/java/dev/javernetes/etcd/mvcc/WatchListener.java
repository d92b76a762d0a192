package dev.javernetes.etcd.mvcc;

import java.util.List;

/**
 * Receives what one watch sees. Calls come one at a time, in revision order, never from the thread
 * that writes.
 *
 * <p>A call may block: that is the back-pressure. Meanwhile events gather in a buffer of limited
 * size; when it is full the watch goes on from the store's history, so that nothing is lost unless
 * compaction overtakes it, and then {@link #onCancel} says so.
 */
public interface WatchListener {

  /**
   * Changes in revision order; the changes of one revision always come together.
   *
   * @param revision everything up to this revision has now been delivered
   */
  void onEvents(List<Event> events, long revision);

  /** Everything up to this revision has been delivered, and nothing came since. */
  default void onProgress(long revision) {}

  /**
   * The watch is over, other than by {@link WatchHandle#close}: {@code COMPACTED} (with the
   * revision to start again from), {@code UNAVAILABLE} when the store closes.
   */
  void onCancel(StoreException reason);
}
