package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import dev.javernetes.etcd.protocol.EtcdKv;
import dev.javernetes.etcd.protocol.EtcdRpc.WatchResponse;
import dev.javernetes.etcd.protocol.KeyMessages;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One watch of a {@link WatchStream}: turns deliveries into responses, in pieces if the client can
 * take pieces.
 */
final class ServedWatch implements WatchListener {
  private final WatchStream stream;
  private final long id;
  private final boolean fragments;
  private final int maxResponseBytes;
  // Deliveries wait until the client has been told that the watch exists.
  private final CountDownLatch announced = new CountDownLatch(1);
  private volatile @Nullable WatchHandle handle;
  private volatile boolean closed;

  ServedWatch(WatchStream stream, long id, boolean fragments, int maxResponseBytes) {
    this.stream = stream;
    this.id = id;
    this.fragments = fragments;
    this.maxResponseBytes = maxResponseBytes;
  }

  long id() {
    return id;
  }

  void start(Store store, WatchRequest request) {
    WatchHandle opened = store.watch(request, this);
    handle = opened;
    stream
        .sender()
        .sendNow(
            WatchResponse.newBuilder()
                .setHeader(stream.member().header(opened.createdRevision()))
                .setWatchId(id)
                .setCreated(true)
                .build());
    announced.countDown();
    if (closed) {
      opened.close();
    }
  }

  void requestProgress() {
    WatchHandle opened = handle;
    if (opened != null) {
      opened.requestProgress();
    }
  }

  void close() {
    closed = true;
    announced.countDown();
    WatchHandle opened = handle;
    if (opened != null) {
      opened.close();
    }
  }

  private boolean isSilent() {
    try {
      announced.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
    return closed;
  }

  @Override
  public void onEvents(List<Event> events, long revision) {
    if (isSilent()) {
      return;
    }
    WatchResponse.Builder response = response(revision);
    long size = 0;
    for (Event event : events) {
      EtcdKv.Event wire = KeyMessages.wire(event);
      size += wire.getSerializedSize();
      if (fragments && size > maxResponseBytes && response.getEventsCount() > 0) {
        stream.sender().send(response.setFragment(true).build());
        response = response(revision);
        size = wire.getSerializedSize();
      }
      response.addEvents(wire);
    }
    stream.sender().send(response.build());
  }

  private WatchResponse.Builder response(long revision) {
    return WatchResponse.newBuilder().setHeader(stream.member().header(revision)).setWatchId(id);
  }

  @Override
  public void onProgress(long revision) {
    if (!isSilent()) {
      stream.progressed(id, revision);
    }
  }

  @Override
  public void onCancel(StoreException reason) {
    if (isSilent()) {
      return;
    }
    stream.forget(id);
    WatchResponse.Builder response = response(0).setCanceled(true);
    if (reason.reason() == StoreException.Reason.COMPACTED) {
      response.setCompactRevision(reason.compactRevision());
      response.setCancelReason("etcdserver: mvcc: required revision has been compacted");
    } else {
      response.setCancelReason("etcdserver: " + reason.getMessage());
    }
    stream.sender().send(response.build());
  }
}
