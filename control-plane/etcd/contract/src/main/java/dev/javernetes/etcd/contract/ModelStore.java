package dev.javernetes.etcd.contract;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Compare;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.OpResult;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The store's behaviour in its simplest form, to check real ones against: one whole map per
 * revision, and the list of all events. It knows transactions without leases; it is slow and keeps
 * everything.
 */
final class ModelStore {
  private final long firstRevision;
  private final List<NavigableMap<Bytes, KeyValue>> states = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();

  /** An empty store at a revision. */
  ModelStore(long revision) {
    firstRevision = revision;
    states.add(new TreeMap<>());
  }

  long revision() {
    return firstRevision + states.size() - 1;
  }

  long firstRevision() {
    return firstRevision;
  }

  NavigableMap<Bytes, KeyValue> at(long revision) {
    return states.get((int) (revision - firstRevision));
  }

  /** What a watch of a range from a revision on must have seen by now. */
  List<Event> events(KeyRange range, long from, boolean withPrevKv) {
    return events.stream()
        .filter(event -> event.revision() >= from && range.contains(event.kv().key()))
        .map(event -> withPrevKv ? event : event.withoutPrevKv())
        .toList();
  }

  TxnResult txn(Txn txn) {
    NavigableMap<Bytes, KeyValue> before = at(revision());
    NavigableMap<Bytes, KeyValue> after = new TreeMap<>(before);
    long next = revision() + 1;
    List<Event> made = new ArrayList<>();
    List<OpResult> responses = new ArrayList<>();
    boolean succeeded = txn.compares().stream().allMatch(compare -> holds(compare, before));
    for (Op op : succeeded ? txn.success() : txn.failure()) {
      responses.add(apply(op, after, next, made));
    }
    if (!made.isEmpty()) {
      states.add(after);
      events.addAll(made);
    }
    return new TxnResult(succeeded, responses, revision());
  }

  private OpResult apply(
      Op op, NavigableMap<Bytes, KeyValue> state, long revision, List<Event> made) {
    return switch (op) {
      case Op.Put put -> {
        KeyValue old = state.get(put.key());
        KeyValue kv =
            new KeyValue(
                put.key(),
                put.value(),
                old == null ? revision : old.createRevision(),
                revision,
                old == null ? 1 : old.version() + 1,
                0);
        state.put(put.key(), kv);
        made.add(new Event(Event.Type.PUT, kv, old));
        yield new OpResult.Put(put.prevKv() ? old : null);
      }
      case Op.DeleteRange(KeyRange range, boolean prevKv) -> {
        List<KeyValue> deleted = new ArrayList<>(within(state, range).values());
        for (KeyValue kv : deleted) {
          state.remove(kv.key());
          made.add(new Event(Event.Type.DELETE, KeyValue.tombstone(kv.key(), revision), kv));
        }
        yield new OpResult.Delete(deleted.size(), prevKv ? deleted : List.of());
      }
      case Op.Range(RangeRequest request) ->
          range(state, request, made.isEmpty() ? revision - 1 : revision);
      case Op.Nested nested -> throw new IllegalArgumentException("the model does not nest");
    };
  }

  /** Keys in order up to a limit, as of a state. */
  RangeResult range(NavigableMap<Bytes, KeyValue> state, RangeRequest request, long revision) {
    List<KeyValue> all = new ArrayList<>(within(state, request.range()).values());
    boolean more = request.limit() > 0 && all.size() > request.limit();
    List<KeyValue> kvs = more ? all.subList(0, (int) request.limit()) : all;
    return new RangeResult(kvs, all.size(), more, revision);
  }

  private static Map<Bytes, KeyValue> within(NavigableMap<Bytes, KeyValue> state, KeyRange range) {
    Bytes end = range.end();
    if (end == null) {
      return state.tailMap(range.start(), true);
    }
    return range.isEmpty() ? Map.of() : state.subMap(range.start(), true, end, false);
  }

  private static boolean holds(Compare compare, NavigableMap<Bytes, KeyValue> state) {
    Map<Bytes, KeyValue> keys = within(state, compare.range());
    if (keys.isEmpty()) {
      return holds(compare, (KeyValue) null);
    }
    return keys.values().stream().allMatch(kv -> holds(compare, kv));
  }

  private static boolean holds(Compare compare, @Nullable KeyValue kv) {
    return switch (compare) {
      case Compare.OfValue ofValue ->
          kv != null && holds(ofValue.relation(), kv.value().compareTo(ofValue.value()));
      case Compare.OfNumber ofNumber -> {
        long actual =
            kv == null
                ? 0
                : switch (ofNumber.attribute()) {
                  case VERSION -> kv.version();
                  case CREATE_REVISION -> kv.createRevision();
                  case MOD_REVISION -> kv.modRevision();
                  case LEASE -> kv.lease();
                };
        yield holds(ofNumber.relation(), Long.compare(actual, ofNumber.number()));
      }
    };
  }

  private static boolean holds(Compare.Relation relation, int comparison) {
    return switch (relation) {
      case EQUAL -> comparison == 0;
      case GREATER -> comparison > 0;
      case LESS -> comparison < 0;
      case NOT_EQUAL -> comparison != 0;
    };
  }
}
