package dev.javernetes.etcd.mvcc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers range requests: finds the records in the {@link TreeIndex}, reads them, sorts and cuts. A
 * record that has vanished in between means that compaction overtook the reader; that is answered
 * with {@code COMPACTED} (see {@link #read}).
 */
final class RangeReader {
  private static final int READ_CHUNK = 1024;

  private final TreeIndex index;
  private final Records records;

  /** Where records are read: the backend, and for the writer also what is not yet committed. */
  interface Records {
    @Nullable KeyValue[] readAll(long[] packed, int count, boolean withValue);
  }

  RangeReader(TreeIndex index, Records records) {
    this.index = index;
    this.records = records;
  }

  /** The answer as of a revision; null if a record was gone. */
  @Nullable RangeResult read(RangeRequest request, long revision, long headerRevision) {
    if (request.countOnly()) {
      return new RangeResult(
          List.of(), index.count(request.range(), revision), false, headerRevision);
    }
    boolean cutEarly = request.sort().isNatural() && request.bounds().isUnbounded();
    long wanted = cutEarly && request.limit() > 0 ? request.limit() : Long.MAX_VALUE;
    LongList found = new LongList();
    long[] count = new long[1];
    index.visit(
        request.range(),
        revision,
        (key, packed) -> {
          if (count[0]++ < wanted) {
            found.add(packed);
          }
          return true;
        });
    boolean needValues =
        !request.keysOnly() || request.sort().target() == RangeRequest.SortTarget.VALUE;
    List<KeyValue> kvs = new ArrayList<>(found.size());
    if (!readInto(kvs, found, needValues)) {
      return null;
    }
    boolean more = count[0] > kvs.size();
    if (!cutEarly) {
      kvs = arrange(kvs, request);
      more = request.limit() > 0 && kvs.size() > request.limit();
      if (more) {
        kvs = kvs.subList(0, (int) request.limit());
      }
    }
    if (request.keysOnly() && needValues) {
      kvs = kvs.stream().map(KeyValue::withoutValue).toList();
    }
    return new RangeResult(kvs, count[0], more, headerRevision);
  }

  private boolean readInto(List<KeyValue> kvs, LongList found, boolean withValues) {
    long[] chunk = new long[Math.min(READ_CHUNK, Math.max(1, found.size()))];
    for (int from = 0; from < found.size(); from += chunk.length) {
      int count = Math.min(chunk.length, found.size() - from);
      System.arraycopy(found.array(), from, chunk, 0, count);
      @Nullable KeyValue[] read = records.readAll(chunk, count, withValues);
      for (int i = 0; i < count; i++) {
        KeyValue kv = read[i];
        if (kv == null) {
          return false;
        }
        kvs.add(kv);
      }
    }
    return true;
  }

  static List<KeyValue> arrange(List<KeyValue> kvs, RangeRequest request) {
    List<KeyValue> arranged = new ArrayList<>(kvs);
    if (!request.bounds().isUnbounded()) {
      arranged.removeIf(kv -> !request.bounds().admits(kv));
    }
    if (!request.sort().isNatural()) {
      Comparator<KeyValue> order =
          switch (request.sort().target()) {
            case KEY -> Comparator.comparing(KeyValue::key);
            case VERSION -> Comparator.comparingLong(KeyValue::version);
            case CREATE_REVISION -> Comparator.comparingLong(KeyValue::createRevision);
            case MOD_REVISION -> Comparator.comparingLong(KeyValue::modRevision);
            case VALUE -> Comparator.comparing(KeyValue::value);
          };
      arranged.sort(request.sort().descending() ? order.reversed() : order);
    }
    return arranged;
  }
}
