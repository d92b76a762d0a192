package dev.javernetes.etcd.mvcc;

/** A running watch. */
public interface WatchHandle extends AutoCloseable {

  /** The store's revision when the watch was made. */
  long createdRevision();

  /**
   * Asks for one {@link WatchListener#onProgress} as soon as the watch has delivered everything up
   * to the store's present revision.
   */
  void requestProgress();

  /** Ends the watch; a call to the listener that is already on its way may still arrive. */
  @Override
  void close();
}
