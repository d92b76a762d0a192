package dev.javernetes.etcd.mvcc;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.DUPLICATE_KEY;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.TOO_LARGE;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What can be refused without looking at the state: requests that are too large, and transactions
 * that write one key twice. As in etcd a put may not meet another put or a deletion that can run
 * with it; two deletions may overlap; the two branches of one nested transaction may overlap, as
 * only one of them runs.
 */
final class TxnChecks {
  private TxnChecks() {}

  private record Writes(Set<Bytes> puts, List<KeyRange> deletes) {}

  static void check(Txn txn, int maxRequestBytes) {
    long size = sizeOf(txn);
    if (size > maxRequestBytes) {
      throw new StoreException(
          TOO_LARGE,
          "request is too large: " + size + " bytes of keys and values, limit " + maxRequestBytes);
    }
    if (txn.success().size() > 1) {
      collect(txn.success());
    }
    if (txn.failure().size() > 1) {
      collect(txn.failure());
    }
  }

  private static Writes collect(List<Op> ops) {
    Writes all = new Writes(new HashSet<>(), new ArrayList<>());
    for (Op op : ops) {
      Writes writes = writesOf(op);
      for (Bytes key : writes.puts) {
        if (all.puts.contains(key)) {
          throw duplicate(key);
        }
      }
      refuseMeeting(writes.puts, all.deletes);
      refuseMeeting(all.puts, writes.deletes);
      all.puts.addAll(writes.puts);
      all.deletes.addAll(writes.deletes);
    }
    return all;
  }

  private static Writes writesOf(Op op) {
    return switch (op) {
      case Op.Range range -> new Writes(Set.of(), List.of());
      case Op.Put put -> new Writes(Set.of(put.key()), List.of());
      case Op.DeleteRange delete -> new Writes(Set.of(), List.of(delete.range()));
      case Op.Nested(Txn txn) -> {
        Writes either = collect(txn.success());
        Writes or = collect(txn.failure());
        either.puts.addAll(or.puts);
        either.deletes.addAll(or.deletes);
        yield either;
      }
    };
  }

  private static void refuseMeeting(Collection<Bytes> puts, List<KeyRange> deletes) {
    for (KeyRange range : deletes) {
      for (Bytes key : puts) {
        if (range.contains(key)) {
          throw duplicate(key);
        }
      }
    }
  }

  private static StoreException duplicate(Bytes key) {
    return new StoreException(DUPLICATE_KEY, "duplicate key given in txn request: " + key);
  }

  private static long sizeOf(Txn txn) {
    return sizeOf(txn.success()) + sizeOf(txn.failure());
  }

  private static long sizeOf(List<Op> ops) {
    long size = 0;
    for (Op op : ops) {
      size +=
          switch (op) {
            case Op.Put put -> put.key().size() + put.value().size();
            case Op.DeleteRange delete -> delete.range().start().size();
            case Op.Range range -> range.request().range().start().size();
            case Op.Nested(Txn nested) -> sizeOf(nested);
          };
    }
    return size;
  }
}
