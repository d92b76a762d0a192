package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.engine.AppliedBackend;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.PreparedSnapshot;
import dev.javernetes.etcd.mvcc.StoreException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's state: the core and the table under it, changed by one thread, in the order of the
 * log. The last entry's term is kept in the state, as the log may no longer have it.
 */
final class State implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(State.class);
  private static final String TERM = "raft/term";

  private final AppliedBackend backend;
  private final MvccStore store;
  private final Executor background;
  private long term;

  State(AppliedBackend backend, MvccStore store, Executor background) {
    this.backend = backend;
    this.store = store;
    this.background = background;
    Bytes known = store.attribute(TERM);
    this.term = known == null ? 0 : ByteBuffer.wrap(known.array()).getLong();
  }

  MvccStore store() {
    return store;
  }

  long term() {
    return term;
  }

  long index() {
    return backend.index();
  }

  /** Where a snapshot of this moment stands. */
  record Position(long term, long index, PreparedSnapshot snapshot) {}

  synchronized Position prepareSnapshot() {
    return new Position(term, backend.index(), store.prepareSnapshot());
  }

  /** Makes everything applied so far durable; returns its index. */
  synchronized long flush() {
    backend.flush();
    return backend.index();
  }

  synchronized Reply apply(long entryTerm, long entryIndex, Command command) {
    at(entryTerm, entryIndex);
    try {
      return switch (command) {
        case Command.Transaction(var txn) -> new Reply.Done(store.txn(txn));
        case Command.GrantLease(long id, long ttl) ->
            new Reply.Number(store.grantLease(id, ttl).grantedTtlSeconds());
        case Command.RevokeLease(long id) -> new Reply.Number(store.revokeLease(id));
        case Command.Compact(long revision) -> {
          background.execute(store.markCompacted(revision));
          yield new Reply.Number(revision);
        }
        case Command.SetAlarm(var alarm, boolean raised) -> {
          store.setAlarm(alarm, raised);
          yield new Reply.Number(0);
        }
        case Command.SetAttribute(String name, Bytes value) -> {
          store.setAttribute(name, value);
          yield new Reply.Number(0);
        }
      };
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.UNAVAILABLE
          || e.reason() == StoreException.Reason.CORRUPT) {
        // Not a decision that the others come to as well: this member must not go on.
        log.error("applying entry {} failed", entryIndex, e);
        throw e;
      }
      return new Reply.Refused(e);
    }
  }

  /** An entry without a command. */
  synchronized void skip(long entryTerm, long entryIndex) {
    at(entryTerm, entryIndex);
  }

  private void at(long entryTerm, long entryIndex) {
    backend.at(entryIndex);
    if (entryTerm != term) {
      term = entryTerm;
      store.setAttribute(
          TERM, Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(entryTerm).array()));
    }
  }

  @Override
  public synchronized void close() {
    store.close();
  }
}
