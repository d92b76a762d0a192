package dev.javernetes.etcd.mvcc;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.LEASE_EXISTS;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.LEASE_NOT_FOUND;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.LEASE_TTL_TOO_LARGE;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.NO_SPACE;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNAVAILABLE;

import dev.javernetes.etcd.mvcc.CommitQueue.Pending;
import dev.javernetes.etcd.mvcc.Mutation.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The multi-version core over any {@link Backend}.
 *
 * <p>A write: under the write lock {@link TxnEvaluation} decides against the newest state, the
 * changes go into the {@link TreeIndex} and the {@link CommitQueue}; outside the lock the caller
 * waits until its group is durable. Only then {@link WatchHub#visible} moves, so a read (which
 * looks at the visible revision and takes no lock) never sees what a power loss could take back.
 *
 * <p>Revision 7 is visible, 8 and 9 are syncing: a read sees 7, a transaction that compares sees 9
 * and its answer waits for 9. When the sync ends, readers move to 9 at once and watches get 8 and 9
 * in order.
 */
public final class MvccStore implements Store, Maintenance, NetworkWrites {
  /** The version of etcd whose behaviour this is, for clients that ask. */
  public static final String VERSION = "3.6.0";

  private static final Logger log = LoggerFactory.getLogger(MvccStore.class);
  private static final long FIRST_REVISION = 1;
  private static final long MAX_TTL_SECONDS = 9_000_000_000L;
  private static final Duration LEASE_CHECK_PERIOD = Duration.ofMillis(500);
  private static final int LEASES_PER_CHECK = 500;
  private static final int READ_ATTEMPTS = 3;

  private final Backend backend;
  private final StoreOptions options;
  private final StoreRuntime runtime;
  private final TreeIndex index = new TreeIndex();
  private final LeaseTable leases = new LeaseTable();
  private final ReentrantLock writeLock = new ReentrantLock();
  // One compaction at a time; also keeps records in place while a snapshot or checksum reads them.
  private final ReentrantLock compactionLock = new ReentrantLock();
  private final RecentRecords records;
  private final RangeReader committedReader;
  private final CommitQueue commits;
  private final WatchHub watches;
  private final Compactor compactor;
  private final Set<StoreStatus.Alarm> alarms = EnumSet.noneOf(StoreStatus.Alarm.class);

  /** The newest revision in the writer's view; belongs to the write lock. */
  private long pendingRevision = FIRST_REVISION;

  private final Map<String, Bytes> attributes = new ConcurrentHashMap<>();

  private volatile long compactRevision;
  private volatile boolean closed;

  /** Opens what the backend holds. */
  public MvccStore(Backend backend, StoreOptions options, StoreRuntime runtime) {
    this.backend = backend;
    this.options = options;
    this.runtime = runtime;
    this.records = new RecentRecords(backend);
    load();
    this.committedReader = new RangeReader(index, backend::readAll);
    this.commits =
        new CommitQueue(backend, runtime.committer(), runtime.nanoClock(), this::publish);
    this.watches =
        new WatchHub(
            new HistoryReader(backend, index, () -> compactRevision),
            runtime.watchers(),
            options.watchBufferEvents(),
            pendingRevision);
    this.compactor = new Compactor(index, backend, writeLock);
    if (options.endsLeases()) {
      runtime.ticker().every(LEASE_CHECK_PERIOD, this::endExpiredLeases);
    }
    runtime.ticker().every(options.progressInterval(), watches::reportProgress);
  }

  private void load() {
    StoredState stored =
        new StoredState(
            index, leases, alarms, attributes, FIRST_REVISION, runtime.nanoClock().getAsLong());
    backend.load(stored);
    compactRevision = stored.compactRevision();
    pendingRevision = stored.revision();
    LongList unreachable = new LongList();
    index.compactAll(compactRevision, unreachable);
    if (unreachable.size() > 0) {
      log.info("dropping {} records that a compaction left behind", unreachable.size());
      backend.drop(unreachable.array(), unreachable.size());
    }
  }

  // ---- reads

  @Override
  public RangeResult range(RangeRequest request) {
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      requireOpen();
      long visible = watches.visible();
      long revision = request.revision() == 0 ? visible : request.revision();
      if (revision > visible) {
        throw StoreException.futureRevision(revision, visible);
      }
      if (request.revision() != 0 && revision < compactRevision) {
        throw StoreException.compacted(compactRevision);
      }
      RangeResult result = committedReader.read(request, revision, visible);
      // Compaction may have run while records were read: an old revision is gone then, the newest
      // is read again.
      if (result != null && revision >= compactRevision) {
        return result;
      }
      if (request.revision() != 0 && revision < compactRevision) {
        throw StoreException.compacted(compactRevision);
      }
    }
    throw new StoreException(
        StoreException.Reason.CORRUPT, "records in " + request.range() + " are missing");
  }

  @Override
  public long revision() {
    return watches.visible();
  }

  @Override
  public long compactRevision() {
    return compactRevision;
  }

  // ---- writes

  @Override
  public TxnResult txn(Txn txn) {
    Decided decided = decide(txn, null);
    if (decided.pending != null) {
      decided.pending.await();
    }
    return decided.result;
  }

  @Override
  public void txn(Txn txn, Executor network, TxnListener listener) {
    Decided decided = decide(txn, network);
    if (decided.pending == null) {
      listener.onDone(decided.result, null);
    } else {
      decided.pending.whenDone(problem -> listener.onDone(decided.result, problem));
    }
  }

  /** What a transaction answers, and what it waits for before it may. */
  private record Decided(TxnResult result, @Nullable Pending pending) {}

  private Decided decide(Txn txn, @Nullable Executor network) {
    TxnChecks.check(txn, options.maxRequestBytes());
    writeLock.lock();
    try {
      requireOpen();
      TxnEvaluation evaluation = evaluation();
      TxnResult result = evaluation.run(txn);
      List<Change> changes = evaluation.changes();
      if (changes.isEmpty()) {
        // The answer may rest on writes that are not durable yet.
        return new Decided(
            result,
            pendingRevision == watches.visible()
                ? null
                : commits.submit(List.of(), pendingRevision, network));
      }
      refusePutsWithoutSpace(changes);
      return new Decided(result, submit(changes, changes, network));
    } finally {
      writeLock.unlock();
    }
  }

  private TxnEvaluation evaluation() {
    return new TxnEvaluation(index, leases, records, pendingRevision, compactRevision);
  }

  /**
   * Applies decided changes to the writer's state and queues everything for the disk. Under the
   * write lock.
   */
  private Pending submit(List<? extends Mutation> mutations, List<Change> changes) {
    return submit(mutations, changes, null);
  }

  private Pending submit(
      List<? extends Mutation> mutations, List<Change> changes, @Nullable Executor network) {
    StoreException failure = commits.failure();
    if (failure != null) {
      throw new StoreException(failure.reason(), String.valueOf(failure.getMessage()), failure);
    }
    if (!changes.isEmpty()) {
      pendingRevision++;
    }
    for (Change change : changes) {
      KeyValue kv = change.kv();
      records.add(change);
      index.append(kv.key(), change.packed(), kv.createRevision(), kv.version());
      leases.attach(kv.key(), kv.lease());
    }
    return commits.submit(mutations, pendingRevision, network);
  }

  /** A group is durable: show it. Runs in the commit task. */
  private void publish(List<Pending> group) {
    List<Change> changes = new ArrayList<>(group.size());
    for (Pending pending : group) {
      for (Mutation mutation : pending.mutations) {
        if (mutation instanceof Change change) {
          changes.add(change);
        } else if (mutation instanceof Mutation.Compacted compacted) {
          compactRevision = compacted.revision();
        }
      }
    }
    watches.publish(changes, records::prevKv, group.getLast().revision);
    records.forget(changes);
  }

  private void refusePutsWithoutSpace(List<Change> changes) {
    if (changes.stream().allMatch(Change::isDelete)) {
      return;
    }
    long used = backend.sizeBytes();
    boolean full = options.quotaBytes() > 0 && used > options.quotaBytes();
    if (full && alarms.add(StoreStatus.Alarm.NO_SPACE)) {
      commits.submit(
          List.of(new Mutation.AlarmChanged(StoreStatus.Alarm.NO_SPACE, true)), pendingRevision);
    }
    if (alarms.contains(StoreStatus.Alarm.NO_SPACE)) {
      throw new StoreException(
          NO_SPACE,
          "database space exceeded: %d bytes used, quota %d; delete keys and compact, then disarm the NOSPACE alarm, or raise the quota"
              .formatted(used, options.quotaBytes()));
    }
  }

  // ---- watches

  @Override
  public WatchHandle watch(WatchRequest request, WatchListener listener) {
    requireOpen();
    return watches.watch(request, listener);
  }

  // ---- compaction

  @Override
  public void compact(long revision) {
    markCompacted(revision).run();
  }

  /**
   * Refuses what is older from now on, durably; returns the work that forgets it, which may be done
   * later and by another thread.
   */
  public Runnable markCompacted(long revision) {
    Pending pending;
    long former;
    writeLock.lock();
    try {
      requireOpen();
      former = compactRevision;
      if (revision <= former) {
        throw StoreException.compacted(former);
      }
      if (revision > watches.visible()) {
        throw StoreException.futureRevision(revision, watches.visible());
      }
      pending = submit(List.of(new Mutation.Compacted(revision)), List.of());
    } finally {
      writeLock.unlock();
    }
    pending.await();
    return () -> forget(former, revision);
  }

  private void forget(long former, long revision) {
    compactionLock.lock();
    try {
      if (!closed) {
        long dropped = compactor.compact(former, revision);
        log.debug("compacted at revision {}, {} records dropped", revision, dropped);
      }
    } finally {
      compactionLock.unlock();
    }
  }

  // ---- leases

  @Override
  public Lease grantLease(long id, long ttlSeconds) {
    if (ttlSeconds > MAX_TTL_SECONDS) {
      throw new StoreException(LEASE_TTL_TOO_LARGE, "too large lease TTL");
    }
    long ttl = Math.max(1, ttlSeconds);
    long granted = id;
    Pending pending;
    writeLock.lock();
    try {
      requireOpen();
      if (granted != 0 && leases.exists(granted)) {
        throw new StoreException(LEASE_EXISTS, "lease already exists: " + granted);
      }
      if (granted == 0) {
        granted = leases.chooseId(runtime.nanoClock().getAsLong() ^ pendingRevision << 20);
      }
      leases.grant(granted, ttl, runtime.nanoClock().getAsLong());
      pending = submit(List.of(new Mutation.LeaseGranted(granted, ttl)), List.of());
    } finally {
      writeLock.unlock();
    }
    pending.await();
    return new Lease(granted, ttl, ttl, List.of());
  }

  @Override
  public long revokeLease(long id) {
    Pending pending;
    writeLock.lock();
    try {
      requireOpen();
      if (!leases.exists(id)) {
        throw new StoreException(LEASE_NOT_FOUND, "requested lease not found: " + id);
      }
      TxnEvaluation evaluation = evaluation();
      Op[] deletions = leases.keys(id).stream().map(Op::delete).toArray(Op[]::new);
      evaluation.run(Txn.of(deletions));
      List<Mutation> mutations = new ArrayList<>(evaluation.changes());
      mutations.add(new Mutation.LeaseEnded(id));
      pending = submit(mutations, evaluation.changes());
      leases.remove(id);
    } finally {
      writeLock.unlock();
    }
    pending.await();
    return pending.revision;
  }

  @Override
  public long keepLeaseAlive(long id) {
    long ttl = locked(() -> leases.renew(id, runtime.nanoClock().getAsLong()));
    if (ttl < 0) {
      throw new StoreException(LEASE_NOT_FOUND, "requested lease not found: " + id);
    }
    return ttl;
  }

  @Override
  public @Nullable Lease lease(long id, boolean withKeys) {
    return locked(() ->
            Optional.ofNullable(leases.describe(id, withKeys, runtime.nanoClock().getAsLong())))
        .orElse(null);
  }

  @Override
  public List<Long> leases() {
    return locked(leases::ids);
  }

  /** Leases whose time is over, so many at most. */
  public List<Long> expiredLeases() {
    return locked(() -> leases.expired(runtime.nanoClock().getAsLong(), LEASES_PER_CHECK));
  }

  /**
   * Starts every lease's time anew, as for whoever becomes the leader: only the leader hears of
   * renewals.
   */
  public void renewLeases() {
    writeLock.lock();
    try {
      leases.renewAll(runtime.nanoClock().getAsLong());
    } finally {
      writeLock.unlock();
    }
  }

  private void endExpiredLeases() {
    List<Long> expired = closed ? List.of() : expiredLeases();
    for (long id : expired) {
      try {
        revokeLease(id);
      } catch (StoreException e) {
        // Revoked by somebody else meanwhile, or the store is closing; a failed one comes up again
        // at the next check.
        log.debug("lease {} could not be ended: {}", id, e.getMessage());
      }
    }
  }

  // ---- maintenance

  @Override
  public StoreStatus status() {
    return locked(() ->
        new StoreStatus(
            VERSION,
            watches.visible(),
            compactRevision,
            index.liveKeys(),
            watches.size(),
            leases.size(),
            backend.sizeBytes(),
            backend.sizeInUseBytes(),
            options.quotaBytes(),
            alarms));
  }

  @Override
  public Set<StoreStatus.Alarm> alarms() {
    return locked(() -> Set.copyOf(alarms));
  }

  @Override
  public void setAlarm(StoreStatus.Alarm alarm, boolean raised) {
    Pending pending;
    writeLock.lock();
    try {
      requireOpen();
      boolean changed = raised ? alarms.add(alarm) : alarms.remove(alarm);
      if (!changed) {
        return;
      }
      pending = submit(List.of(new Mutation.AlarmChanged(alarm, raised)), List.of());
    } finally {
      writeLock.unlock();
    }
    pending.await();
  }

  @Override
  public @Nullable Bytes attribute(String name) {
    return attributes.get(name);
  }

  /** The names of all attributes. */
  public Set<String> attributeNames() {
    return Set.copyOf(attributes.keySet());
  }

  /** What the store takes on disk. */
  public long sizeBytes() {
    return backend.sizeBytes();
  }

  @Override
  public void setAttribute(String name, Bytes value) {
    Pending pending;
    writeLock.lock();
    try {
      requireOpen();
      pending = submit(List.of(new Mutation.AttributeSet(name, value)), List.of());
    } finally {
      writeLock.unlock();
    }
    pending.await();
    attributes.put(name, value);
  }

  @Override
  public HashResult hash(long revision) {
    compactionLock.lock();
    try {
      requireOpen();
      long visible = watches.visible();
      long upTo = revision == 0 ? visible : revision;
      if (upTo > visible) {
        throw StoreException.futureRevision(upTo, visible);
      }
      if (upTo < compactRevision) {
        throw StoreException.compacted(compactRevision);
      }
      return new HashResult(Snapshots.checksum(backend, upTo), upTo, compactRevision);
    } finally {
      compactionLock.unlock();
    }
  }

  @Override
  public void reclaimSpace() {
    compactionLock.lock();
    try {
      requireOpen();
      backend.reclaim(0, Long.MAX_VALUE);
    } finally {
      compactionLock.unlock();
    }
  }

  @Override
  public void snapshot(OutputStream out) throws IOException {
    try (PreparedSnapshot prepared = prepareSnapshot()) {
      prepared.writeTo(out);
    }
  }

  /** Takes down what the state is at this moment; to be written while the store goes on. */
  public PreparedSnapshot prepareSnapshot() {
    compactionLock.lock();
    try {
      List<Mutation> metadata = new ArrayList<>();
      writeLock.lock();
      try {
        requireOpen();
        metadata.add(new Mutation.Compacted(compactRevision));
        attributes.forEach((name, value) -> metadata.add(new Mutation.AttributeSet(name, value)));
        for (long id : leases.ids()) {
          Lease lease = leases.describe(id, false, runtime.nanoClock().getAsLong());
          if (lease != null) {
            metadata.add(new Mutation.LeaseGranted(id, lease.grantedTtlSeconds()));
          }
        }
        alarms.forEach(alarm -> metadata.add(new Mutation.AlarmChanged(alarm, true)));
      } finally {
        writeLock.unlock();
      }
      return new PreparedSnapshot(metadata, backend, watches.visible(), compactionLock);
    } catch (RuntimeException e) {
      compactionLock.unlock();
      throw e;
    }
  }

  /** Runs something short in the writer's view. */
  private <T> T locked(Supplier<T> work) {
    writeLock.lock();
    try {
      requireOpen();
      return work.get();
    } finally {
      writeLock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreException(UNAVAILABLE, "the store is closed");
    }
  }

  @Override
  public void close() {
    Pending last;
    writeLock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      last = commits.failure() == null ? commits.submit(List.of(), pendingRevision) : null;
    } finally {
      writeLock.unlock();
    }
    if (last != null) {
      try {
        last.await();
      } catch (StoreException e) {
        log.warn("the last writes before closing failed: {}", e.getMessage());
      }
    }
    StoreException reason = new StoreException(UNAVAILABLE, "the store is closed");
    commits.fail(reason);
    watches.close(reason);
    compactionLock.lock();
    try {
      backend.close();
    } finally {
      compactionLock.unlock();
    }
    runtime.stop().run();
  }
}
