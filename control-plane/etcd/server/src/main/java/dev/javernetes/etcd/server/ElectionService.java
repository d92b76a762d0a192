package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import dev.javernetes.etcd.protocol.ElectionGrpc;
import dev.javernetes.etcd.protocol.EtcdElection.CampaignRequest;
import dev.javernetes.etcd.protocol.EtcdElection.CampaignResponse;
import dev.javernetes.etcd.protocol.EtcdElection.LeaderKey;
import dev.javernetes.etcd.protocol.EtcdElection.LeaderRequest;
import dev.javernetes.etcd.protocol.EtcdElection.LeaderResponse;
import dev.javernetes.etcd.protocol.EtcdElection.ProclaimRequest;
import dev.javernetes.etcd.protocol.EtcdElection.ProclaimResponse;
import dev.javernetes.etcd.protocol.EtcdElection.ResignRequest;
import dev.javernetes.etcd.protocol.EtcdElection.ResignResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.ResponseHeader;
import dev.javernetes.etcd.protocol.KeyMessages;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Elections by name: whoever is first in the line of {@link Contenders} is the leader. */
final class ElectionService extends ElectionGrpc.ElectionImplBase {
  private static final long LOOK_AFTER_CALLER_SECONDS = 1;

  private final Store store;
  private final Member member;
  private final Access access;
  private final Contenders contenders;

  ElectionService(Store store, Member member, Access access) {
    this.store = store;
    this.member = member;
    this.access = access;
    this.contenders = new Contenders(store, access);
  }

  private ResponseHeader header() {
    return member.header(store.revision());
  }

  @Override
  public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          Bytes name = KeyMessages.bytes(request.getName());
          Contenders.Place place =
              contenders.enter(name, KeyMessages.bytes(request.getValue()), request.getLease());
          contenders.awaitTurn(name, place);
          return CampaignResponse.newBuilder()
              .setHeader(header())
              .setLeader(
                  LeaderKey.newBuilder()
                      .setName(request.getName())
                      .setKey(KeyMessages.wire(place.key()))
                      .setRev(place.created())
                      .setLease(place.lease()))
              .build();
        });
  }

  @Override
  public void proclaim(ProclaimRequest request, StreamObserver<ProclaimResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          requireKey(request.hasLeader());
          LeaderKey leader = request.getLeader();
          boolean done =
              contenders.proclaim(
                  KeyMessages.bytes(leader.getKey()),
                  leader.getRev(),
                  KeyMessages.bytes(request.getValue()),
                  leader.getLease());
          if (!done) {
            throw Status.UNKNOWN.withDescription("election: not leader").asRuntimeException();
          }
          return ProclaimResponse.newBuilder().setHeader(header()).build();
        });
  }

  private static void requireKey(boolean given) {
    if (!given) {
      throw Status.UNKNOWN
          .withDescription("\"leader\" field must be provided")
          .asRuntimeException();
    }
  }

  @Override
  public void resign(ResignRequest request, StreamObserver<ResignResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          requireKey(request.hasLeader());
          contenders.leave(
              KeyMessages.bytes(request.getLeader().getKey()), request.getLeader().getRev());
          return ResignResponse.newBuilder().setHeader(header()).build();
        });
  }

  @Override
  public void leader(LeaderRequest request, StreamObserver<LeaderResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          KeyValue leader = contenders.first(KeyMessages.bytes(request.getName()));
          if (leader == null) {
            throw Status.UNKNOWN.withDescription("election: no leader").asRuntimeException();
          }
          return response(leader);
        });
  }

  private LeaderResponse response(KeyValue leader) {
    return LeaderResponse.newBuilder()
        .setHeader(member.header(leader.modRevision()))
        .setKv(KeyMessages.wire(leader))
        .build();
  }

  @Override
  public void observe(LeaderRequest request, StreamObserver<LeaderResponse> answer) {
    Bytes name = KeyMessages.bytes(request.getName());
    PacedSender<LeaderResponse> sender =
        new PacedSender<>((ServerCallStreamObserver<LeaderResponse>) answer);
    try {
      access.requireRead(Contenders.line(name));
    } catch (RuntimeException e) {
      answer.onError(Calls.status(e));
      return;
    }
    // The stream's own callbacks must stay free to say that the client is gone.
    Thread.startVirtualThread(() -> {
      try {
        observe(name, sender);
      } catch (StoreException e) {
        answer.onError(Calls.status(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  /** Sends each leader's values until it is gone, then the next one's. */
  private void observe(Bytes name, PacedSender<LeaderResponse> sender) throws InterruptedException {
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    long from = store.revision() + 1;
    KeyValue leader = contenders.first(name);
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onEvents(List<Event> seen, long revision) {
            events.addAll(seen);
          }

          @Override
          public void onCancel(StoreException reason) {
            sender.complete();
          }
        };
    try (WatchHandle watch =
        store.watch(WatchRequest.of(Contenders.line(name)).withStartRevision(from), listener)) {
      if (leader != null) {
        sender.send(response(leader));
      }
      while (!sender.isOver()) {
        Event event = events.poll(LOOK_AFTER_CALLER_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
          continue;
        }
        boolean isLeader = leader != null && event.kv().key().equals(leader.key());
        if (event.type() == Event.Type.PUT && (leader == null || isLeader)) {
          if (leader == null || event.revision() > leader.modRevision()) {
            leader = event.kv();
            sender.send(response(leader));
          }
        } else if (event.type() == Event.Type.DELETE && isLeader) {
          leader = contenders.first(name);
          if (leader != null) {
            sender.send(response(leader));
          }
        }
      }
    }
  }
}
