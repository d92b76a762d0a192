package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Ratis drives: applies committed entries to the {@link State}, answers {@link Question}s, and
 * replaces the whole state by another member's snapshot when the log no longer reaches back far
 * enough.
 *
 * <p>"Taking a snapshot" only makes the table durable: the table itself is the snapshot, and a
 * member that needs one fetches it from the leader in pieces.
 */
final class StoreMachine extends BaseStateMachine {
  private static final Logger log = LoggerFactory.getLogger(StoreMachine.class);

  private final StateDirectory directory;
  private final SnapshotDesk desk;
  private final Executor background;
  private volatile @Nullable State state;
  private volatile long durableIndex;
  private volatile boolean leading;
  private volatile @Nullable SnapshotSource source;
  private volatile Consumer<Long> joins = id -> {};

  /** Fetches the leader's snapshot. */
  interface SnapshotSource {
    /** Returns the snapshot's place in the log once it lies in the directory. */
    TermIndex fetch(RaftPeerProto leader, StateDirectory into) throws IOException;
  }

  StoreMachine(StateDirectory directory, Path desk, Executor background) {
    this.directory = directory;
    this.desk = new SnapshotDesk(desk);
    this.background = background;
  }

  void setSource(SnapshotSource value) {
    source = value;
  }

  /** Who hears of members that have started and want their place, while this member leads. */
  void onJoin(Consumer<Long> told) {
    joins = told;
  }

  State state() {
    State current = state;
    if (current == null) {
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "the member has not started");
    }
    return current;
  }

  boolean isLeading() {
    return leading;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    getLifeCycle().startAndTransition(this::open, IOException.class);
  }

  private void open() throws IOException {
    State opened = directory.open();
    state = opened;
    durableIndex = opened.index();
    if (opened.index() > 0) {
      setLastAppliedTermIndex(TermIndex.valueOf(opened.term(), opened.index()));
    }
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    State current = state;
    return current == null || durableIndex <= 0
        ? null
        : new FileListSnapshotInfo(List.of(), current.term(), durableIndex);
  }

  @Override
  public long takeSnapshot() {
    durableIndex = state().flush();
    return durableIndex;
  }

  // ---- entries

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    ByteString data = entry.getStateMachineLogEntry().getLogData();
    Reply reply =
        state()
            .apply(entry.getTerm(), entry.getIndex(), Command.decode(data.asReadOnlyByteBuffer()));
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    return CompletableFuture.completedFuture(message(reply));
  }

  static Message message(Reply reply) {
    return Message.valueOf(UnsafeByteOperations.unsafeWrap(reply.encode()));
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    State current = state;
    if (current != null && index > current.index()) {
      current.skip(term, index);
    }
    updateLastAppliedTermIndex(term, index);
  }

  // ---- questions

  @Override
  public CompletableFuture<Message> query(Message request) {
    Reply reply;
    try {
      reply = answer(Question.decode(request.getContent().asReadOnlyByteBuffer()));
    } catch (StoreException e) {
      reply = new Reply.Refused(e);
    } catch (IOException e) {
      reply =
          new Reply.Refused(
              new StoreException(StoreException.Reason.UNAVAILABLE, String.valueOf(e), e));
    }
    return CompletableFuture.completedFuture(message(reply));
  }

  private Reply answer(Question question) throws IOException {
    return switch (question) {
      case Question.ReadPoint point -> new Reply.Number(0);
      case Question.KeepAlive(long id) -> {
        requireLeading();
        yield new Reply.Number(state().store().keepLeaseAlive(id));
      }
      case Question.TimeToLive(long id) -> {
        requireLeading();
        var lease = state().store().lease(id, false);
        yield new Reply.Number(lease == null ? -1 : lease.remainingTtlSeconds());
      }
      case Question.OpenSnapshot open -> new Reply.Content(desk.open(state()).encode());
      case Question.ReadSnapshot(long number, long offset) ->
          new Reply.Content(desk.read(number, offset));
      case Question.CloseSnapshot(long number) -> {
        desk.close(number);
        yield new Reply.Number(0);
      }
      case Question.Join(long id) -> {
        requireLeading();
        background.execute(() -> joins.accept(id));
        yield new Reply.Number(0);
      }
    };
  }

  private void requireLeading() {
    if (!leading) {
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "this member does not lead");
    }
  }

  // ---- leadership

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    log.info("{} leads now", leader);
    if (!member.getPeerId().equals(leader)) {
      leading = false;
    }
  }

  /** Everything of earlier terms is applied: only now leases are this member's to end. */
  @Override
  public void notifyLeaderReady() {
    state().store().renewLeases();
    leading = true;
  }

  @Override
  public void notifyNotLeader(java.util.Collection<TransactionContext> pending) {
    leading = false;
  }

  // ---- another member's snapshot

  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstInLog) {
    SnapshotSource from = source;
    if (from == null) {
      return CompletableFuture.failedFuture(new IOException("the member has not started"));
    }
    RaftPeerProto leader = role.getFollowerInfo().getLeaderInfo().getId();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            TermIndex installed = from.fetch(leader, directory);
            log.info("fetched the leader's state at {}", installed);
            return installed;
          } catch (IOException e) {
            throw new java.util.concurrent.CompletionException(e);
          }
        },
        background);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    getLifeCycle().transition(LifeCycle.State.STARTING);
    State former = state;
    state = null;
    if (former != null) {
      former.close();
    }
    open();
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  @Override
  public void close() throws IOException {
    getLifeCycle().checkStateAndClose(() -> {});
    State current = state;
    if (current != null) {
      current.close();
    }
    desk.close();
  }
}
