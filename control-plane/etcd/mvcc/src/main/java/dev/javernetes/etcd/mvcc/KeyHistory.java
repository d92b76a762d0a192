package dev.javernetes.etcd.mvcc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The revisions at which one key changed, as one long array (a million keys must fit in a small
 * heap): {@code [count, createRevision and version of the newest life, change, change, …]}, changes
 * being {@link PackedRevision}s in ascending order. A tombstone ends a life (etcd calls it a
 * generation); the next change begins another.
 *
 * <p>Created at 2, changed at 5, deleted at 6, created at 9: {@code [4, 9, 1, 2, 5, 6†, 9]}. At
 * revision 5..5 the key is change 5, at 6..8 it is absent. Compacting at 7 leaves {@code [1, 9, 1,
 * 9]}; compacting at 6 leaves {@code [2, 9, 1, 6†, 9]}, because a watch may still start at 6 and
 * must see the deletion.
 *
 * <p>One writer appends in place and then publishes the count; readers take the count first.
 * Readers look at revisions that were complete before they began, so the two head fields, which
 * only the writer reads, need no care.
 */
final class KeyHistory {
  private static final int COUNT = 0;
  private static final int CREATED = 1;
  private static final int VERSION = 2;
  private static final int FIRST = 3;
  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

  private KeyHistory() {}

  static long[] of(long packed, long createRevision, long version) {
    return new long[] {1, createRevision, version, packed};
  }

  /** Appends; returns the same array, or a longer one that the caller must put in its place. */
  static long[] append(long[] history, long packed, long createRevision, long version) {
    int count = (int) history[COUNT];
    long[] target = history;
    if (FIRST + count == history.length) {
      target = Arrays.copyOf(history, history.length + Math.max(1, count / 2));
    }
    target[FIRST + count] = packed;
    target[CREATED] = createRevision;
    target[VERSION] = version;
    CELLS.setRelease(target, COUNT, (long) count + 1);
    return target;
  }

  /** The newest change, the writer's view. */
  static long newest(long[] history) {
    return history[FIRST + (int) history[COUNT] - 1];
  }

  static boolean isLive(long[] history) {
    return !PackedRevision.isTombstone(newest(history));
  }

  static long createRevision(long[] history) {
    return history[CREATED];
  }

  static long version(long[] history) {
    return history[VERSION];
  }

  static int count(long[] history) {
    return (int) (long) CELLS.getAcquire(history, COUNT);
  }

  /** The change that was in force at a main revision, 0 if the key did not exist then. */
  static long at(long[] history, long revision) {
    int index = indexAt(history, count(history), revision);
    if (index < FIRST) {
      return 0;
    }
    long packed = history[index];
    return PackedRevision.isTombstone(packed) ? 0 : packed;
  }

  /**
   * What {@code compact(revision)} leaves: null if nothing; the same array if all of it. Adds what
   * goes to {@code dropped}.
   */
  static long @Nullable [] compacted(long[] history, long revision, LongList dropped) {
    int count = count(history);
    int keepFrom = indexAt(history, count, revision);
    if (keepFrom < FIRST) {
      return history;
    }
    long inForce = history[keepFrom];
    if (PackedRevision.isTombstone(inForce) && PackedRevision.main(inForce) < revision) {
      keepFrom++;
    }
    for (int i = FIRST; i < keepFrom; i++) {
      dropped.add(history[i]);
    }
    int kept = FIRST + count - keepFrom;
    if (kept == 0) {
      return null;
    }
    if (keepFrom == FIRST) {
      return history;
    }
    long[] shorter = new long[FIRST + kept];
    shorter[COUNT] = kept;
    shorter[CREATED] = history[CREATED];
    shorter[VERSION] = history[VERSION];
    System.arraycopy(history, keepFrom, shorter, FIRST, kept);
    return shorter;
  }

  /** Index of the last change whose main revision is not larger, FIRST - 1 if there is none. */
  private static int indexAt(long[] history, int count, long revision) {
    // A search bound above every sub revision of the asked main revision.
    long bound = PackedRevision.first(revision + 1);
    int last = FIRST + count - 1;
    if (history[last] < bound) {
      return last;
    }
    int found = Arrays.binarySearch(history, FIRST, FIRST + count, bound);
    return found >= 0 ? found - 1 : -found - 2;
  }
}
