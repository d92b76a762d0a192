package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.ClusterMembers;
import dev.javernetes.etcd.mvcc.Lease;
import dev.javernetes.etcd.mvcc.Maintenance;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One member of a replicated store. A write becomes a log entry, is on a majority's disks, and is
 * then applied here as on every member. A read asks first how far it must have applied (a
 * serializable one does not) and is answered from this member's own state; watches too.
 *
 * <p>Three members with clients on each: {@code put} on the second is sent to the leader, and its
 * answer is what applying it answered there; a {@code range} on the third right afterwards waits
 * until the third has applied it.
 */
public final class ReplicatedStore implements Store, Maintenance, ClusterMembers {
  private final ReplicationOptions options;
  private final Node node;
  private final RandomGenerator random;
  private volatile boolean closed;

  private ReplicatedStore(ReplicationOptions options, Node node, RandomGenerator random) {
    this.options = options;
    this.node = node;
    this.random = random;
  }

  /** Starts this member; the store answers once the cluster has a leader. */
  public static ReplicatedStore start(ReplicationOptions options, RandomGenerator random)
      throws IOException {
    return new ReplicatedStore(options, Node.start(options), random);
  }

  private MvccStore local() {
    requireOpen();
    return node.awaitState();
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "the store is closed");
    }
  }

  private MvccStore newest() {
    requireOpen();
    node.links().awaitNewest();
    return local();
  }

  @Override
  public RangeResult range(RangeRequest request) {
    return (request.serializable() ? local() : newest()).range(request);
  }

  @Override
  public TxnResult txn(Txn txn) {
    requireOpen();
    if (isReadOnly(txn)) {
      return newest().txn(txn);
    }
    refuseWithoutSpace(txn);
    return switch (node.links().propose(new Command.Transaction(txn))) {
      case Reply.Done(TxnResult result) -> result;
      case Reply.Refused(StoreException reason) -> throw reason;
      case Reply other -> throw new IllegalStateException("unexpected answer " + other);
    };
  }

  private static boolean isReadOnly(Txn txn) {
    return txn.success().stream().allMatch(ReplicatedStore::isReadOnly)
        && txn.failure().stream().allMatch(ReplicatedStore::isReadOnly);
  }

  private static boolean isReadOnly(Op op) {
    return switch (op) {
      case Op.Range range -> true;
      case Op.Nested(Txn txn) -> isReadOnly(txn);
      case Op.Put put -> false;
      case Op.DeleteRange delete -> false;
    };
  }

  /** Members differ in how much space they use: the first that is full stops all by the alarm. */
  private void refuseWithoutSpace(Txn txn) {
    long quota = options.store().quotaBytes();
    boolean puts = txn.success().stream().anyMatch(op -> op instanceof Op.Put);
    if (quota > 0 && puts && local().sizeBytes() > quota) {
      setAlarm(StoreStatus.Alarm.NO_SPACE, true);
    }
  }

  @Override
  public WatchHandle watch(WatchRequest request, WatchListener listener) {
    requireOpen();
    if (request.startRevision() == 0) {
      // Whatever was written before this call is not seen.
      node.links().awaitNewest();
    }
    ResumedWatch watch =
        new ResumedWatch(
            request,
            listener,
            (again, to) -> node.awaitState().watch(again, to),
            node::whenNewest,
            () -> closed);
    watch.start();
    return watch;
  }

  @Override
  public long revision() {
    return newest().revision();
  }

  @Override
  public long compactRevision() {
    return newest().compactRevision();
  }

  @Override
  public void compact(long revision) {
    requireOpen();
    node.links().propose(new Command.Compact(revision)).number();
    node.links().awaitNewest();
  }

  // ---- leases

  @Override
  public Lease grantLease(long id, long ttlSeconds) {
    requireOpen();
    long chosen = id == 0 ? random.nextLong(1, Long.MAX_VALUE) : id;
    long ttl = node.links().propose(new Command.GrantLease(chosen, ttlSeconds)).number();
    return new Lease(chosen, ttl, ttl, List.of());
  }

  @Override
  public long revokeLease(long id) {
    requireOpen();
    return node.links().propose(new Command.RevokeLease(id)).number();
  }

  @Override
  public long keepLeaseAlive(long id) {
    requireOpen();
    return node.links().askLeader(new Question.KeepAlive(id)).number();
  }

  @Override
  public @Nullable Lease lease(long id, boolean withKeys) {
    Lease known = newest().lease(id, withKeys);
    if (known == null) {
      return null;
    }
    long left = node.links().askLeader(new Question.TimeToLive(id)).number();
    return left < 0 ? null : new Lease(id, known.grantedTtlSeconds(), left, known.keys());
  }

  @Override
  public List<Long> leases() {
    return newest().leases();
  }

  // ---- maintenance

  @Override
  public StoreStatus status() {
    return local().status();
  }

  @Override
  public void snapshot(OutputStream out) throws IOException {
    newest().snapshot(out);
  }

  @Override
  public Set<StoreStatus.Alarm> alarms() {
    return newest().alarms();
  }

  @Override
  public void setAlarm(StoreStatus.Alarm alarm, boolean raised) {
    node.links().propose(new Command.SetAlarm(alarm, raised)).number();
    node.links().awaitNewest();
  }

  @Override
  public HashResult hash(long revision) {
    return newest().hash(revision);
  }

  @Override
  public @Nullable Bytes attribute(String name) {
    // Asked at every request that is authorized by it: as this member knows it now.
    return local().attribute(name);
  }

  @Override
  public void setAttribute(String name, Bytes value) {
    node.links().propose(new Command.SetAttribute(name, value)).number();
    node.links().awaitNewest();
  }

  @Override
  public void reclaimSpace() {
    local().reclaimSpace();
  }

  // ---- members

  @Override
  public long clusterId() {
    return Membership.idOf(options.token());
  }

  @Override
  public long memberId() {
    return Membership.idOf(RaftNode.peerId(options.advertisePeer()));
  }

  @Override
  public long leaderId() {
    return node.membership().leaderId();
  }

  @Override
  public long term() {
    return node.term();
  }

  @Override
  public long appliedIndex() {
    return node.machine().getLastAppliedTermIndex().getIndex();
  }

  @Override
  public List<ClusterMember> members() {
    newest();
    return node.membership().members();
  }

  @Override
  public ClusterMember add(String peerUrl, boolean learner) {
    newest();
    return node.membership().add(peerUrl, learner);
  }

  @Override
  public void remove(long id) {
    newest();
    node.membership().remove(id);
  }

  @Override
  public void promote(long id) {
    newest();
    node.membership().promote(id);
  }

  @Override
  public void moveLeader(long id) {
    newest();
    node.membership().moveLeader(id);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      node.close();
    }
  }
}
