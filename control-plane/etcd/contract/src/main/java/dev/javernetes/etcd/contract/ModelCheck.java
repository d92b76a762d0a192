package dev.javernetes.etcd.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Compare;
import dev.javernetes.etcd.mvcc.Compare.Attribute;
import dev.javernetes.etcd.mvcc.Compare.Relation;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.OpResult;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreException.Reason;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One seeded history: random transactions, reads at random revisions, compactions, watches from
 * random revisions and reopenings, each compared with {@link ModelStore}. A failure names its seed
 * and is replayed by it.
 */
public final class ModelCheck {
  private static final int OPERATIONS = 150;
  private static final int KEYS = 12;

  private final Random random;
  private final Function<Store, Store> reopen;
  private final List<Watched> watched = new ArrayList<>();
  private final ModelStore model;
  private Store store;
  private long compacted;

  private record Watched(
      RecordingListener listener, WatchHandle handle, WatchRequest request, long from) {}

  private ModelCheck(long seed, Store store, Function<Store, Store> reopen) {
    this.random = new Random(seed);
    this.store = store;
    this.reopen = reopen;
    this.model = new ModelStore(store.revision());
    this.compacted = model.firstRevision() - 1;
  }

  /**
   * Runs seeds one after the other.
   *
   * @param open opens an empty store
   * @param reopen closes a store and opens it again on the same data, or returns it as it is
   */
  public static void run(
      long fromSeed, long toSeed, Supplier<Store> open, Function<Store, Store> reopen) {
    for (long seed = fromSeed; seed < toSeed; seed++) {
      ModelCheck check = new ModelCheck(seed, open.get(), reopen);
      try {
        check.runOperations();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      } finally {
        check.store.close();
      }
    }
  }

  private void runOperations() {
    for (int i = 0; i < OPERATIONS; i++) {
      switch (random.nextInt(20)) {
        case 0 -> compact();
        case 1, 2 -> startWatch();
        case 3, 4, 5 -> readOld();
        case 6 -> maybeReopen();
        default -> transact();
      }
    }
    checkWatches();
    RangeRequest all = RangeRequest.of(KeyRange.all());
    assertThat(store.range(all))
        .isEqualTo(model.range(model.at(model.revision()), all, model.revision()));
  }

  private Bytes key() {
    return Bytes.utf8("k" + (char) ('a' + random.nextInt(KEYS)));
  }

  private KeyRange range() {
    return switch (random.nextInt(4)) {
      case 0 -> KeyRange.single(key());
      case 1 -> KeyRange.from(key());
      case 2 -> KeyRange.of(key(), key());
      default -> KeyRange.prefix("k");
    };
  }

  /**
   * Not open-ended: etcd 3.4 overlooks that such a deletion meets a put of the same transaction.
   */
  private KeyRange deletedRange() {
    KeyRange range = range();
    return range.end() == null ? KeyRange.single(range.start()) : range;
  }

  private void transact() {
    Txn txn =
        new Txn(
            random.nextBoolean() ? List.of() : List.of(compare()),
            ops(),
            random.nextBoolean() ? List.of() : ops());
    try {
      assertThat(comparable(store.txn(txn))).isEqualTo(comparable(model.txn(txn)));
    } catch (StoreException e) {
      assertThat(e.reason()).isEqualTo(Reason.DUPLICATE_KEY);
    }
    assertThat(store.revision()).isEqualTo(model.revision());
  }

  /** Steps of a transaction do not say their revision on the wire, only the whole does. */
  private static TxnResult comparable(TxnResult result) {
    List<OpResult> responses = new ArrayList<>();
    for (OpResult response : result.responses()) {
      responses.add(
          response instanceof RangeResult range
              ? new RangeResult(range.kvs(), range.count(), range.more(), result.revision())
              : response);
    }
    return new TxnResult(result.succeeded(), responses, result.revision());
  }

  private Compare compare() {
    Relation relation = Relation.values()[random.nextInt(4)];
    KeyRange range = KeyRange.single(key());
    if (random.nextInt(4) == 0) {
      return new Compare.OfValue(range, relation, Bytes.utf8("v" + random.nextInt(3)));
    }
    Attribute attribute = Attribute.values()[random.nextInt(3)];
    long number =
        attribute == Attribute.VERSION ? random.nextInt(4) : random.nextLong(model.revision() + 1);
    return new Compare.OfNumber(range, attribute, relation, number);
  }

  private List<Op> ops() {
    List<Op> ops = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      ops.add(
          switch (random.nextInt(6)) {
            case 0 -> new Op.DeleteRange(deletedRange(), random.nextBoolean());
            case 1 -> Op.range(RangeRequest.of(range()).withLimit(random.nextInt(4)));
            default ->
                new Op.Put(
                    key(),
                    Bytes.utf8("v" + random.nextInt(3)),
                    0,
                    random.nextBoolean(),
                    false,
                    false);
          });
    }
    return ops;
  }

  private void readOld() {
    long span = model.revision() - model.firstRevision() + 1;
    long revision = model.firstRevision() + random.nextLong(span);
    RangeRequest request =
        RangeRequest.of(range()).withRevision(revision).withLimit(random.nextInt(5));
    try {
      RangeResult found = store.range(request);
      assertThat(revision).isGreaterThanOrEqualTo(compacted);
      assertThat(found).isEqualTo(model.range(model.at(revision), request, model.revision()));
    } catch (StoreException e) {
      assertThat(e.reason()).isEqualTo(Reason.COMPACTED);
      assertThat(revision).isLessThan(compacted);
    }
  }

  private void compact() {
    long span = model.revision() - model.firstRevision() + 1;
    long revision = model.firstRevision() + random.nextLong(span);
    letWatchesCatchUp();
    try {
      store.compact(revision);
      assertThat(revision).isGreaterThan(compacted);
      compacted = revision;
    } catch (StoreException e) {
      assertThat(e.reason()).isEqualTo(Reason.COMPACTED);
      assertThat(revision).isLessThanOrEqualTo(Math.max(compacted, model.firstRevision()));
    }
  }

  private void startWatch() {
    long from =
        model.firstRevision() + 1 + random.nextLong(model.revision() - model.firstRevision() + 4);
    KeyRange range = range();
    if (from < compacted || range.isEmpty()) {
      return;
    }
    // A former state from before the compaction may be gone, so it is asked for only where it must
    // be there.
    boolean prevKv = random.nextBoolean() && from > compacted;
    RecordingListener listener = new RecordingListener();
    WatchRequest request = WatchRequest.of(range).withStartRevision(from);
    request = prevKv ? request.withPrevKv() : request;
    watched.add(new Watched(listener, store.watch(request, listener), request, from));
    if (random.nextInt(3) == 0) {
      checkWatches();
    }
  }

  private void checkWatches() {
    for (Watched watch : watched) {
      List<Event> expected =
          model.events(watch.request.range(), watch.from, watch.request.prevKv());
      assertThat(watch.listener.awaitEvents(expected.size())).isEqualTo(expected);
    }
  }

  /**
   * A watch that is still reading history may be overtaken by a compaction, even if it has nothing
   * more to see.
   */
  private void letWatchesCatchUp() {
    checkWatches();
    for (Watched watch : watched) {
      watch.listener.awaitProgress(watch.handle, model.revision());
    }
  }

  private void maybeReopen() {
    if (random.nextInt(3) > 0) {
      return;
    }
    checkWatches();
    Store before = store;
    store = reopen.apply(before);
    if (store != before) {
      watched.clear();
    }
  }
}
