package dev.javernetes.etcd.client;

import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.EtcdRpc.WatchCreateRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.WatchResponse;
import dev.javernetes.etcd.protocol.KeyMessages;
import dev.javernetes.etcd.protocol.WatchGrpc;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch on a stream of its own. When the stream breaks (a member is lost, or has lost its
 * leader) it goes on at another member from the revision after the last one delivered, and the
 * listener notices nothing but a pause.
 *
 * <p>The next response is asked for only when the listener is done with the last one: HTTP/2's
 * window carries its slowness to the member.
 */
final class RemoteWatch implements WatchHandle {
  private static final Logger log = LoggerFactory.getLogger(RemoteWatch.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final WatchGrpc.WatchStub stub;
  private final WatchRequest request;
  private final WatchListener listener;
  private final Executor executor;
  private final Consumer<RemoteWatch> ended;
  private final CountDownLatch created = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();

  // Belong to the lock.
  private @Nullable Stream stream;
  private boolean over;
  private boolean progressWanted;
  private long createdRevision;
  private Duration pause = FIRST_PAUSE;

  /**
   * The first revision that has not been delivered; 0 until the first stream says what "now" is.
   */
  private long next;

  RemoteWatch(
      WatchGrpc.WatchStub stub,
      WatchRequest request,
      WatchListener listener,
      Executor executor,
      Consumer<RemoteWatch> ended) {
    this.stub = RemoteCalls.requireLeader(stub.withWaitForReady());
    this.request = request;
    this.listener = listener;
    this.executor = executor;
    this.ended = ended;
    this.next = request.startRevision();
  }

  /** Opens the first stream and waits until the cluster has the watch. */
  void start(Duration timeout) {
    open();
    try {
      if (!created.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        throw new StoreException(
            StoreException.Reason.TIMEOUT, "etcd did not confirm the watch in " + timeout);
      }
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "interrupted", e);
    }
  }

  private void open() {
    Stream opened = new Stream();
    lock.lock();
    try {
      if (over) {
        return;
      }
      stream = opened;
    } finally {
      lock.unlock();
    }
    stub.watch(opened);
    opened.create();
  }

  @Override
  public long createdRevision() {
    lock.lock();
    try {
      return createdRevision;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void requestProgress() {
    Stream current;
    lock.lock();
    try {
      progressWanted = true;
      current = stream;
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.askForProgress();
    }
  }

  @Override
  public void close() {
    Stream last = end();
    if (last != null) {
      last.cancel();
    }
  }

  /** Ends the watch and tells the listener why. */
  void cancel(StoreException reason) {
    Stream last;
    lock.lock();
    try {
      if (over) {
        return;
      }
      last = end();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.cancel();
    }
    created.countDown();
    try {
      listener.onCancel(reason);
    } catch (RuntimeException e) {
      log.warn("the listener of the watch of {} failed", request.range(), e);
    }
  }

  private @Nullable Stream end() {
    lock.lock();
    try {
      over = true;
      Stream last = stream;
      stream = null;
      ended.accept(this);
      return last;
    } finally {
      lock.unlock();
    }
  }

  private void reopenLater() {
    Duration wait;
    lock.lock();
    try {
      wait = pause;
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    } finally {
      lock.unlock();
    }
    executor.execute(() -> {
      LockSupport.parkNanos(wait.toNanos());
      open();
    });
  }

  /** One stream; callbacks come one at a time. */
  private final class Stream
      implements ClientResponseObserver<EtcdRpc.WatchRequest, WatchResponse> {
    private final List<Event> fragments = new ArrayList<>();
    private @Nullable ClientCallStreamObserver<EtcdRpc.WatchRequest> requests;
    private boolean failed;

    @Override
    public void beforeStart(ClientCallStreamObserver<EtcdRpc.WatchRequest> observer) {
      observer.disableAutoRequestWithInitial(1);
      requests = observer;
    }

    private boolean isCurrent() {
      lock.lock();
      try {
        return stream == this;
      } finally {
        lock.unlock();
      }
    }

    private void send(EtcdRpc.WatchRequest message) {
      ClientCallStreamObserver<EtcdRpc.WatchRequest> open = requests;
      if (open != null) {
        synchronized (this) {
          if (!failed) {
            open.onNext(message);
          }
        }
      }
    }

    void create() {
      WatchCreateRequest.Builder create =
          WatchCreateRequest.newBuilder()
              .setKey(KeyMessages.wireKey(request.range()))
              .setRangeEnd(KeyMessages.wireEnd(request.range()))
              .setPrevKv(request.prevKv())
              .setProgressNotify(request.progressNotify())
              .setFragment(true);
      lock.lock();
      try {
        create.setStartRevision(next);
      } finally {
        lock.unlock();
      }
      for (WatchRequest.Filter filter : request.filters()) {
        create.addFilters(
            switch (filter) {
              case NO_PUT -> WatchCreateRequest.FilterType.NOPUT;
              case NO_DELETE -> WatchCreateRequest.FilterType.NODELETE;
            });
      }
      send(EtcdRpc.WatchRequest.newBuilder().setCreateRequest(create).build());
    }

    void askForProgress() {
      send(
          EtcdRpc.WatchRequest.newBuilder()
              .setProgressRequest(EtcdRpc.WatchProgressRequest.getDefaultInstance())
              .build());
    }

    void cancel() {
      ClientCallStreamObserver<EtcdRpc.WatchRequest> open = requests;
      synchronized (this) {
        failed = true;
      }
      if (open != null) {
        open.cancel("the watch is closed", null);
      }
    }

    @Override
    public void onNext(WatchResponse response) {
      if (!isCurrent()) {
        return;
      }
      try {
        handle(response);
      } catch (RuntimeException e) {
        // Trying again would deliver the same events to the same failure.
        log.warn("the listener of the watch of {} failed, its watch ends", request.range(), e);
        close();
      }
    }

    private void handle(WatchResponse response) {
      if (response.getCreated()) {
        onCreated(response);
      }
      if (response.getCanceled()) {
        onCanceled(response);
        return;
      }
      if (response.getEventsCount() > 0) {
        onEvents(response);
      } else if (!response.getCreated()) {
        onProgress(response.getHeader().getRevision());
      }
      ClientCallStreamObserver<EtcdRpc.WatchRequest> open = requests;
      if (open != null) {
        open.request(1);
      }
    }

    private void onCreated(WatchResponse response) {
      boolean ask;
      lock.lock();
      try {
        if (createdRevision == 0) {
          createdRevision = response.getHeader().getRevision();
        }
        if (next == 0) {
          next = response.getHeader().getRevision() + 1;
        }
        pause = FIRST_PAUSE;
        ask = progressWanted;
      } finally {
        lock.unlock();
      }
      created.countDown();
      if (ask) {
        askForProgress();
      }
    }

    private void onCanceled(WatchResponse response) {
      long compacted = response.getCompactRevision();
      if (compacted != 0) {
        RemoteWatch.this.cancel(StoreException.compacted(compacted));
      } else if (response.getCreated()) {
        RemoteWatch.this.cancel(
            new StoreException(
                StoreException.Reason.INVALID,
                "etcd refused the watch: " + response.getCancelReason()));
      } else {
        // The member gave the watch up (it lost its leader, say): another one can go on.
        onError(Status.UNAVAILABLE.withDescription(response.getCancelReason()).asException());
      }
    }

    private void onEvents(WatchResponse response) {
      response.getEventsList().forEach(event -> fragments.add(KeyMessages.event(event)));
      if (response.getFragment()) {
        return;
      }
      List<Event> events = List.copyOf(fragments);
      fragments.clear();
      // The header may be ahead of a watch that is catching up: only what was delivered counts.
      long delivered = events.getLast().revision();
      listener.onEvents(events, delivered);
      advance(delivered);
    }

    private void onProgress(long revision) {
      lock.lock();
      try {
        progressWanted = false;
      } finally {
        lock.unlock();
      }
      listener.onProgress(revision);
      advance(revision);
    }

    private void advance(long delivered) {
      lock.lock();
      try {
        next = Math.max(next, delivered + 1);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable failure) {
      synchronized (this) {
        if (failed) {
          return;
        }
        failed = true;
      }
      if (isCurrent()) {
        Status status = Status.fromThrowable(failure);
        switch (status.getCode()) {
          case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED ->
              RemoteWatch.this.cancel(
                  new StoreException(
                      StoreException.Reason.PERMISSION_DENIED,
                      "etcd refused the watch: " + status,
                      failure));
          default -> {
            log.debug("watch of {} interrupted: {}", request.range(), status);
            reopenLater();
          }
        }
      }
    }

    @Override
    public void onCompleted() {
      onError(Status.UNAVAILABLE.withDescription("stream ended").asException());
    }
  }
}
