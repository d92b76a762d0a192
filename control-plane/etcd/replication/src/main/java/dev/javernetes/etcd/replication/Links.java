package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Brings requests to the member that can answer them: to this one without a network, else to the
 * leader. A request keeps its number however often it is sent, and the members remember answered
 * numbers; so a write that is sent again after a leader was lost happens once.
 */
final class Links {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final RaftServer server;
  private final RaftClientRpc rpc;
  private final RaftGroupId group;
  private final ClientId client;
  private final Duration timeout;
  private final AtomicLong calls = new AtomicLong();
  private volatile @Nullable RaftPeerId leader;

  Links(
      RaftServer server, RaftClientRpc rpc, RaftGroupId group, ClientId client, Duration timeout) {
    this.server = server;
    this.rpc = rpc;
    this.group = group;
    this.client = client;
    this.timeout = timeout;
  }

  private RaftClientRequest.Builder request(byte[] content, RaftClientRequest.Type type) {
    return RaftClientRequest.newBuilder()
        .setClientId(client)
        .setGroupId(group)
        .setCallId(calls.incrementAndGet())
        .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(content)))
        .setType(type);
  }

  /** Puts a command into the log; returns what applying it answered. */
  Reply propose(Command command) {
    return atLeader(request(command.encode(), RaftClientRequest.writeRequestType()));
  }

  /** Asks the leader, which first makes sure that it still is. */
  Reply askLeader(Question question) {
    return atLeader(request(question.encode(), RaftClientRequest.readRequestType()));
  }

  private Reply atLeader(RaftClientRequest.Builder request) {
    long deadline = System.nanoTime() + timeout.toNanos();
    RaftPeerId target = leader == null ? server.getId() : leader;
    Throwable last = null;
    while (deadline - System.nanoTime() > 0) {
      try {
        RaftClientReply reply = send(request.setServerId(target).build(), deadline);
        NotLeaderException elsewhere = reply.getNotLeaderException();
        if (reply.isSuccess()) {
          Reply answer = Reply.decode(reply.getMessage().getContent().asReadOnlyByteBuffer());
          if (!isFromFollower(answer)) {
            leader = target;
            return answer;
          }
          target = next(target);
        } else if (elsewhere != null) {
          RaftPeer suggested = elsewhere.getSuggestedLeader();
          target = suggested == null ? next(target) : suggested.getId();
          rpc.addRaftPeers(List.copyOf(elsewhere.getPeers()));
          last = elsewhere;
          if (suggested != null && !suggested.getId().equals(leader)) {
            leader = suggested.getId();
            continue;
          }
        } else {
          last = reply.getException();
        }
      } catch (ExecutionException | TimeoutException | IOException e) {
        last = e;
        reconnect(target, e);
        target = next(target);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new StoreException(
        StoreException.Reason.TIMEOUT, "no leader answered within " + timeout + ": " + last, last);
  }

  /** A broken connection stays broken until Ratis is told. */
  private void reconnect(RaftPeerId target, Exception problem) {
    if (!target.equals(server.getId())) {
      Throwable cause = problem instanceof ExecutionException ? problem.getCause() : problem;
      var unused = rpc.handleException(target, cause == null ? problem : cause, true);
    }
  }

  // A follower answers reads as well; what only the leader knows it refuses like this.
  private static boolean isFromFollower(Reply answer) {
    return answer instanceof Reply.Refused(StoreException reason)
        && reason.reason() == StoreException.Reason.UNAVAILABLE;
  }

  /** Another member to try: the leader that this one knows, else the next in turn. */
  private RaftPeerId next(RaftPeerId tried) {
    try {
      RaftServer.Division division = server.getDivision(group);
      RaftPeerId known = division.getInfo().getLeaderId();
      if (known != null && !known.equals(tried)) {
        return known;
      }
      List<RaftPeer> peers = List.copyOf(division.getRaftConf().getCurrentPeers());
      for (int i = 0; i < peers.size(); i++) {
        if (peers.get(i).getId().equals(tried)) {
          return peers.get((i + 1) % peers.size()).getId();
        }
      }
      return peers.isEmpty() ? tried : peers.getFirst().getId();
    } catch (IOException e) {
      return tried;
    }
  }

  private RaftClientReply send(RaftClientRequest request, long deadline)
      throws ExecutionException, TimeoutException, IOException {
    CompletableFuture<RaftClientReply> answer =
        request.getServerId().equals(server.getId())
            ? server.submitClientRequestAsync(request)
            : rpc.sendRequestAsyncUnordered(request);
    try {
      return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "interrupted", e);
    }
  }

  /**
   * Returns when this member has applied everything that was written before the call (Raft §6.4:
   * the leader says how far that is, after a majority has confirmed that it leads).
   */
  void awaitNewest() {
    long deadline = System.nanoTime() + timeout.toNanos();
    Throwable last = null;
    while (deadline - System.nanoTime() > 0) {
      try {
        RaftClientReply reply =
            send(
                request(new Question.ReadPoint().encode(), RaftClientRequest.readRequestType())
                    .setServerId(server.getId())
                    .build(),
                deadline);
        if (reply.isSuccess()) {
          return;
        }
        last = reply.getException();
      } catch (ExecutionException | TimeoutException | IOException e) {
        last = e;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new StoreException(
        StoreException.Reason.TIMEOUT, "no leader answered within " + timeout + ": " + last, last);
  }

  /** Asks one member for what it has, whether it leads or not. */
  Reply ask(RaftPeerId member, Question question) throws IOException {
    try {
      RaftClientReply reply =
          send(
              request(question.encode(), RaftClientRequest.staleReadRequestType(0))
                  .setServerId(member)
                  .build(),
              System.nanoTime() + timeout.toNanos());
      if (!reply.isSuccess()) {
        throw new IOException(String.valueOf(reply.getException()));
      }
      return Reply.decode(reply.getMessage().getContent().asReadOnlyByteBuffer());
    } catch (ExecutionException | TimeoutException e) {
      reconnect(member, e);
      throw new IOException(e);
    }
  }
}
