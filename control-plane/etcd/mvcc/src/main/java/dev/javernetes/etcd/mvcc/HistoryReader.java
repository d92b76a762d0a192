package dev.javernetes.etcd.mvcc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range's past changes for watches that are behind, in pieces that fit in memory and never
 * split a revision.
 */
final class HistoryReader {
  private static final int EVENTS_PER_PIECE = 1000;
  private static final int HEADS_PER_PIECE = 100_000;

  private final Backend backend;
  private final TreeIndex index;
  private final LongSupplier compactRevision;

  HistoryReader(Backend backend, TreeIndex index, LongSupplier compactRevision) {
    this.backend = backend;
    this.index = index;
    this.compactRevision = compactRevision;
  }

  /** Events of the range, complete up to and including {@code coveredTo}. */
  record Piece(List<Event> events, long coveredTo) {}

  /**
   * Reads from a revision up to another (both inclusive) or as far as one piece goes; COMPACTED if
   * that was forgotten.
   */
  Piece read(WatchRequest request, long from, long to) {
    LongList matching = new LongList();
    long coveredTo = collect(request.range(), from, to, matching);
    @Nullable KeyValue[] records = backend.readAll(matching.array(), matching.size(), true);
    List<Event> events = new ArrayList<>(matching.size());
    boolean gap = false;
    for (int i = 0; i < matching.size(); i++) {
      KeyValue kv = records[i];
      if (kv == null) {
        gap = true;
        break;
      }
      events.add(event(matching.get(i), kv, request.prevKv()));
    }
    // Looked at after reading: compaction may have taken some of what was just being read.
    if (compactRevision.getAsLong() > from) {
      throw StoreException.compacted(compactRevision.getAsLong());
    }
    if (gap) {
      throw new StoreException(
          StoreException.Reason.CORRUPT,
          "a record between revisions " + from + " and " + to + " is missing");
    }
    return new Piece(events, coveredTo);
  }

  /** Collects matching changes; returns the last revision that was looked at completely. */
  private long collect(KeyRange range, long from, long to, LongList matching) {
    var cursor =
        new Object() {
          long revision = from;
          int heads;
          boolean cut;
        };
    backend.scan(
        PackedRevision.first(from),
        PackedRevision.first(to + 1),
        (packed, key, created, version, lease) -> {
          long main = PackedRevision.main(packed);
          boolean full = matching.size() >= EVENTS_PER_PIECE || cursor.heads >= HEADS_PER_PIECE;
          if (full && main != cursor.revision) {
            cursor.cut = true;
            return false;
          }
          cursor.revision = main;
          cursor.heads++;
          if (range.contains(key)) {
            matching.add(packed);
          }
          return true;
        });
    return cursor.cut ? cursor.revision : to;
  }

  private Event event(long packed, KeyValue kv, boolean withPrevKv) {
    KeyValue prevKv = null;
    if (withPrevKv) {
      long previous = index.at(kv.key(), PackedRevision.main(packed) - 1);
      prevKv = previous == 0 ? null : backend.read(previous, true);
    }
    Event.Type type = PackedRevision.isTombstone(packed) ? Event.Type.DELETE : Event.Type.PUT;
    return new Event(type, kv, prevKv);
  }
}
