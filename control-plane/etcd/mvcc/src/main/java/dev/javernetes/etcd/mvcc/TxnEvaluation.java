package dev.javernetes.etcd.mvcc;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.KEY_NOT_FOUND;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.LEASE_NOT_FOUND;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.TOO_LARGE;

import dev.javernetes.etcd.mvcc.Mutation.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one transaction does, without doing it: reads the writer's state, collects {@link
 * Change}s and the answer. An exception leaves no trace. The store then applies the changes in one
 * place.
 *
 * <p>At revision 8, {@code when(version(a) = 1).then(put(a), delete(b))} with both keys there
 * yields {@code [change 9.0 of a, tombstone 9.1 of b]} and a {@link TxnResult} at revision 9.
 */
final class TxnEvaluation {
  private final TreeIndex index;
  private final LeaseTable leases;
  private final RangeReader.Records records;
  private final long base;
  private final long compactRevision;
  private final List<Change> changes = new ArrayList<>(1);
  // What this transaction has written so far, for its later steps.
  private final TreeMap<Bytes, Change> written = new TreeMap<>();

  /**
   * @param base the newest revision in the writer's view
   */
  TxnEvaluation(
      TreeIndex index,
      LeaseTable leases,
      RangeReader.Records records,
      long base,
      long compactRevision) {
    this.index = index;
    this.leases = leases;
    this.records = records;
    this.base = base;
    this.compactRevision = compactRevision;
  }

  List<Change> changes() {
    return changes;
  }

  TxnResult run(Txn txn) {
    boolean succeeded = txn.compares().stream().allMatch(this::holds);
    List<Op> ops = succeeded ? txn.success() : txn.failure();
    List<OpResult> responses = new ArrayList<>(ops.size());
    for (Op op : ops) {
      responses.add(
          switch (op) {
            case Op.Put put -> put(put);
            case Op.DeleteRange delete -> delete(delete);
            case Op.Range range -> range(range.request());
            case Op.Nested(Txn inner) -> run(inner);
          });
    }
    return new TxnResult(succeeded, responses, revision());
  }

  private long revision() {
    return changes.isEmpty() ? base : base + 1;
  }

  // Compares look at the index, never at what this transaction has written: they see the state
  // before it, at every depth.
  private boolean holds(Compare compare) {
    if (compare.range().isSingle()) {
      return holds(compare, compare.range().start());
    }
    List<Bytes> keys = new ArrayList<>();
    index.visit(
        compare.range(),
        base,
        (key, packed) -> {
          keys.add(key);
          return true;
        });
    if (keys.isEmpty()) {
      return holds(compare, null);
    }
    return keys.stream().allMatch(key -> holds(compare, key));
  }

  private boolean holds(Compare compare, @Nullable Bytes key) {
    long[] history = key == null ? null : index.history(key);
    boolean live = history != null && KeyHistory.isLive(history);
    return switch (compare) {
      case Compare.OfNumber(KeyRange range, var attribute, var relation, long number) -> {
        long actual =
            key == null || history == null || !live
                ? 0
                : switch (attribute) {
                  case VERSION -> KeyHistory.version(history);
                  case CREATE_REVISION -> KeyHistory.createRevision(history);
                  case MOD_REVISION -> PackedRevision.main(KeyHistory.newest(history));
                  case LEASE -> leases.leaseOf(key);
                };
        yield relation.holds(Long.compare(actual, number));
      }
      case Compare.OfValue(KeyRange range, var relation, Bytes value) ->
          history != null
              && live
              && relation.holds(read(KeyHistory.newest(history)).value().compareTo(value));
    };
  }

  private OpResult put(Op.Put put) {
    Bytes key = put.key();
    long[] history = index.history(key);
    boolean live = history != null && KeyHistory.isLive(history);
    if (!live && (put.ignoreValue() || put.ignoreLease())) {
      throw new StoreException(KEY_NOT_FOUND, "key not found: " + key);
    }
    long previous = history != null && live ? KeyHistory.newest(history) : 0;
    long created = history != null && live ? KeyHistory.createRevision(history) : base + 1;
    long version = history != null && live ? KeyHistory.version(history) + 1 : 1;
    KeyValue prevKv = previous != 0 && (put.prevKv() || put.ignoreValue()) ? read(previous) : null;
    long lease = put.ignoreLease() ? leases.leaseOf(key) : put.lease();
    if (lease != 0 && !leases.exists(lease)) {
      throw new StoreException(LEASE_NOT_FOUND, "requested lease not found: " + lease);
    }
    Bytes value = put.ignoreValue() && prevKv != null ? prevKv.value() : put.value();
    add(false, new KeyValue(key, value, created, base + 1, version, lease), previous);
    return new OpResult.Put(put.prevKv() ? prevKv : null);
  }

  private OpResult delete(Op.DeleteRange delete) {
    List<KeyValue> prevKvs = new ArrayList<>();
    List<Bytes> keys = new ArrayList<>(1);
    LongList previous = new LongList();
    index.visit(
        delete.range(),
        base,
        (key, packed) -> {
          if (!written.containsKey(key)) {
            keys.add(key);
            previous.add(packed);
          }
          return true;
        });
    for (int i = 0; i < keys.size(); i++) {
      if (delete.prevKv()) {
        prevKvs.add(read(previous.get(i)));
      }
      add(true, KeyValue.tombstone(keys.get(i), base + 1), previous.get(i));
    }
    return new OpResult.Delete(keys.size(), prevKvs);
  }

  private void add(boolean tombstone, KeyValue kv, long previous) {
    if (changes.size() > PackedRevision.MAX_SUB) {
      throw new StoreException(
          TOO_LARGE, "one transaction changes at most " + PackedRevision.MAX_SUB + " keys");
    }
    Change change =
        new Change(PackedRevision.of(base + 1, changes.size(), tombstone), kv, previous);
    changes.add(change);
    written.put(kv.key(), change);
  }

  private RangeResult range(RangeRequest request) {
    long revision = request.revision();
    if (revision > revision()) {
      throw StoreException.futureRevision(revision, revision());
    }
    if (revision != 0 && revision < compactRevision) {
      throw StoreException.compacted(compactRevision);
    }
    RangeReader reader = new RangeReader(index, records);
    boolean seesOwnWrites = revision == 0 || revision > base;
    if (!seesOwnWrites || changes.isEmpty()) {
      return complete(reader.read(request, revision == 0 ? base : revision, revision()));
    }
    // Rare: read everything at the base revision and lay this transaction's writes over it.
    RangeRequest whole = RangeRequest.of(request.range()).withRevision(base);
    TreeMap<Bytes, KeyValue> merged = new TreeMap<>();
    complete(reader.read(whole, base, base)).kvs().forEach(kv -> merged.put(kv.key(), kv));
    written.forEach((key, change) -> {
      if (request.range().contains(key)) {
        if (change.isDelete()) {
          merged.remove(key);
        } else {
          merged.put(key, change.kv());
        }
      }
    });
    return cut(new ArrayList<>(merged.values()), request);
  }

  private RangeResult cut(List<KeyValue> all, RangeRequest request) {
    List<KeyValue> kvs = request.countOnly() ? List.of() : RangeReader.arrange(all, request);
    boolean more = request.limit() > 0 && kvs.size() > request.limit();
    if (more) {
      kvs = kvs.subList(0, (int) request.limit());
    }
    if (request.keysOnly()) {
      kvs = kvs.stream().map(KeyValue::withoutValue).toList();
    }
    return new RangeResult(kvs, all.size(), more, revision());
  }

  private RangeResult complete(@Nullable RangeResult result) {
    if (result == null) {
      // Only possible for an old revision: compaction never drops what is in force at the newest
      // one.
      throw StoreException.compacted(compactRevision);
    }
    return result;
  }

  private KeyValue read(long packed) {
    KeyValue kv = records.readAll(new long[] {packed}, 1, true)[0];
    if (kv == null) {
      throw new StoreException(
          StoreException.Reason.CORRUPT,
          "the record of revision " + PackedRevision.main(packed) + " is missing");
    }
    return kv;
  }
}
