package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch that outlives the state it watches: when another member's snapshot takes this member's
 * place, it goes on in the new state behind the last revision that it has delivered.
 */
final class ResumedWatch implements WatchHandle, WatchListener {
  private final WatchRequest request;
  private final WatchListener listener;
  private final BiFunction<WatchRequest, WatchListener, WatchHandle> store;
  private final Consumer<Runnable> whenNewest;
  private final BooleanSupplier storeIsOver;
  private volatile @Nullable WatchHandle current;
  private volatile boolean closed;
  private volatile long created;
  private volatile long next;

  /**
   * @param store opens a watch in the state of now, waiting for it if need be
   * @param whenNewest runs something when this member has applied what was written before
   * @param storeIsOver whether no state will come any more
   */
  ResumedWatch(
      WatchRequest request,
      WatchListener listener,
      BiFunction<WatchRequest, WatchListener, WatchHandle> store,
      Consumer<Runnable> whenNewest,
      BooleanSupplier storeIsOver) {
    this.request = request;
    this.listener = listener;
    this.store = store;
    this.whenNewest = whenNewest;
    this.storeIsOver = storeIsOver;
  }

  void start() {
    WatchHandle opened = store.apply(request, this);
    created = opened.createdRevision();
    next = Math.max(next, request.startRevision() == 0 ? created + 1 : request.startRevision());
    current = opened;
  }

  @Override
  public long createdRevision() {
    return created;
  }

  /** Progress on a member that is behind would say less than the client knows already. */
  @Override
  public void requestProgress() {
    whenNewest.accept(() -> {
      WatchHandle opened = current;
      if (opened != null) {
        opened.requestProgress();
      }
    });
  }

  @Override
  public void close() {
    closed = true;
    WatchHandle opened = current;
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public void onEvents(List<Event> events, long revision) {
    next = Math.max(next, revision + 1);
    listener.onEvents(events, revision);
  }

  @Override
  public void onProgress(long revision) {
    next = Math.max(next, revision + 1);
    listener.onProgress(revision);
  }

  @Override
  public void onCancel(StoreException reason) {
    if (closed
        || storeIsOver.getAsBoolean()
        || reason.reason() != StoreException.Reason.UNAVAILABLE) {
      listener.onCancel(reason);
      return;
    }
    try {
      WatchHandle opened = store.apply(request.withStartRevision(next), this);
      current = opened;
      if (closed) {
        opened.close();
      }
    } catch (StoreException e) {
      listener.onCancel(e);
    }
  }
}
