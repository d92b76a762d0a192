package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchRequest;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.EtcdRpc.WatchCreateRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.WatchResponse;
import dev.javernetes.etcd.protocol.KeyMessages;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream with any number of watches on it, told apart by their ids. A progress request
 * asks about the whole stream: it is answered (with id -1) when every watch has said how far it is,
 * with the smallest of their revisions, so it never runs ahead of events.
 *
 * <p>Requests come one at a time; watches deliver from their own threads. The lock guards the maps
 * only.
 */
final class WatchStream implements StreamObserver<EtcdRpc.WatchRequest> {
  private static final long WHOLE_STREAM = -1;
  private static final long AUTOMATIC_ID = 0;

  private final Store store;
  private final Member member;
  private final int maxResponseBytes;
  private final Access access;
  private final PacedSender<WatchResponse> sender;
  private final Map<Long, ServedWatch> watches = new HashMap<>();
  private final List<ProgressRound> rounds = new ArrayList<>();
  private long nextId;
  private boolean over;

  /** One request for the stream's progress. */
  private static final class ProgressRound {
    final Set<Long> waitingFor;
    long revision = Long.MAX_VALUE;

    ProgressRound(Set<Long> waitingFor) {
      this.waitingFor = waitingFor;
    }
  }

  WatchStream(
      Store store,
      Member member,
      int maxResponseBytes,
      Access access,
      PacedSender<WatchResponse> sender) {
    this.store = store;
    this.member = member;
    this.maxResponseBytes = maxResponseBytes;
    this.access = access;
    this.sender = sender;
  }

  @Override
  public void onNext(EtcdRpc.WatchRequest request) {
    switch (request.getRequestUnionCase()) {
      case CREATE_REQUEST -> create(request.getCreateRequest());
      case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId());
      case PROGRESS_REQUEST -> progress();
      case REQUESTUNION_NOT_SET -> {}
    }
  }

  private void create(WatchCreateRequest create) {
    WatchRequest request;
    try {
      request = request(create);
      access.requireRead(request.range());
    } catch (StoreException | IllegalArgumentException e) {
      refuse(create.getWatchId(), String.valueOf(e.getMessage()));
      return;
    } catch (StatusRuntimeException e) {
      refuse(create.getWatchId(), String.valueOf(e.getStatus().getDescription()));
      return;
    }
    ServedWatch watch;
    synchronized (this) {
      if (over) {
        return;
      }
      long id = create.getWatchId();
      if (id == AUTOMATIC_ID) {
        while (watches.containsKey(nextId)) {
          nextId++;
        }
        id = nextId++;
      } else if (watches.containsKey(id)) {
        refuse(WHOLE_STREAM, "mvcc: duplicate watch ID provided on the WatchStream");
        return;
      }
      watch = new ServedWatch(this, id, create.getFragment(), maxResponseBytes);
      watches.put(id, watch);
    }
    try {
      watch.start(store, request);
    } catch (StoreException e) {
      forget(watch.id());
      refuse(create.getWatchId(), String.valueOf(e.getMessage()));
    }
  }

  private static WatchRequest request(WatchCreateRequest create) {
    // As in etcd an empty key is the smallest one.
    KeyRange range =
        create.getKey().isEmpty() && create.getRangeEnd().isEmpty()
            ? KeyRange.single(Bytes.EMPTY.successor())
            : KeyMessages.range(create.getKey(), create.getRangeEnd());
    if (range.isEmpty()) {
      throw new IllegalArgumentException("mvcc: watcher range is empty");
    }
    Set<WatchRequest.Filter> filters = EnumSet.noneOf(WatchRequest.Filter.class);
    for (WatchCreateRequest.FilterType filter : create.getFiltersList()) {
      switch (filter) {
        case NOPUT -> filters.add(WatchRequest.Filter.NO_PUT);
        case NODELETE -> filters.add(WatchRequest.Filter.NO_DELETE);
        case UNRECOGNIZED -> throw new IllegalArgumentException("unknown watch filter");
      }
    }
    return new WatchRequest(
        range,
        Math.max(0, create.getStartRevision()),
        create.getPrevKv(),
        filters,
        create.getProgressNotify());
  }

  private void refuse(long id, String reason) {
    sender.sendNow(
        WatchResponse.newBuilder()
            .setHeader(member.header(store.revision()))
            .setWatchId(id)
            .setCreated(true)
            .setCanceled(true)
            .setCancelReason(reason)
            .build());
  }

  private void cancel(long id) {
    ServedWatch watch = forget(id);
    if (watch != null) {
      watch.close();
      sender.sendNow(
          WatchResponse.newBuilder()
              .setHeader(member.header(store.revision()))
              .setWatchId(id)
              .setCanceled(true)
              .build());
    }
  }

  private void progress() {
    List<ServedWatch> asked;
    synchronized (this) {
      asked = List.copyOf(watches.values());
      rounds.add(new ProgressRound(new HashSet<>(watches.keySet())));
    }
    asked.forEach(ServedWatch::requestProgress);
    finishRounds();
  }

  /** A watch has delivered everything up to a revision. */
  void progressed(long id, long revision) {
    boolean asked = false;
    synchronized (this) {
      for (ProgressRound round : rounds) {
        if (round.waitingFor.remove(id)) {
          round.revision = Math.min(round.revision, revision);
          asked = true;
        }
      }
    }
    if (asked) {
      finishRounds();
    } else {
      sender.send(
          WatchResponse.newBuilder().setHeader(member.header(revision)).setWatchId(id).build());
    }
  }

  private void finishRounds() {
    List<ProgressRound> finished = new ArrayList<>();
    synchronized (this) {
      rounds.removeIf(round -> {
        boolean complete = round.waitingFor.isEmpty();
        if (complete && round.revision != Long.MAX_VALUE) {
          finished.add(round);
        }
        return complete;
      });
    }
    for (ProgressRound round : finished) {
      sender.sendNow(
          WatchResponse.newBuilder()
              .setHeader(member.header(round.revision))
              .setWatchId(WHOLE_STREAM)
              .build());
    }
  }

  /** Takes a watch off the stream; null if it was not on it. */
  @Nullable ServedWatch forget(long id) {
    ServedWatch watch;
    synchronized (this) {
      watch = watches.remove(id);
      rounds.forEach(round -> round.waitingFor.remove(id));
    }
    finishRounds();
    return watch;
  }

  PacedSender<WatchResponse> sender() {
    return sender;
  }

  Member member() {
    return member;
  }

  @Override
  public void onError(Throwable failure) {
    closeAll();
  }

  @Override
  public void onCompleted() {
    closeAll();
    sender.complete();
  }

  private void closeAll() {
    List<ServedWatch> left;
    synchronized (this) {
      over = true;
      left = List.copyOf(watches.values());
      watches.clear();
      rounds.clear();
    }
    left.forEach(ServedWatch::close);
  }
}
