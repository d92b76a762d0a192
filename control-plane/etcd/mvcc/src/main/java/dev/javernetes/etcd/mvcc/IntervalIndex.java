package dev.javernetes.etcd.mvcc;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds which of many key ranges hold a key, in time of the logarithm plus the hits. Immutable: an
 * implicit balanced tree over the ranges sorted by start, each node knowing the largest end below
 * it.
 */
final class IntervalIndex<T> {
  private final Object[] items;
  private final KeyRange[] ranges;
  private final @Nullable Bytes[] largestEnd;

  /** An item with its range. */
  interface Ranged {
    KeyRange range();
  }

  IntervalIndex(Collection<? extends Ranged> ranged) {
    Ranged[] sorted = ranged.toArray(new Ranged[0]);
    Arrays.sort(sorted, Comparator.comparing(item -> item.range().start()));
    items = sorted;
    ranges = new KeyRange[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      ranges[i] = sorted[i].range();
    }
    largestEnd = new @Nullable Bytes[sorted.length];
    build(0, sorted.length - 1);
  }

  void forEachHolding(Bytes key, Consumer<? super T> found) {
    search(0, items.length - 1, key, found);
  }

  private void build(int low, int high) {
    if (low > high) {
      return;
    }
    int middle = (low + high) >>> 1;
    build(low, middle - 1);
    build(middle + 1, high);
    Bytes largest = ranges[middle].end();
    if (low < middle) {
      largest = later(largest, largestEnd[(low + middle - 1) >>> 1]);
    }
    if (middle < high) {
      largest = later(largest, largestEnd[(middle + 1 + high) >>> 1]);
    }
    largestEnd[middle] = largest;
  }

  /** The later of two ends; null is endless. */
  private static @Nullable Bytes later(@Nullable Bytes one, @Nullable Bytes other) {
    return one == null || other == null ? null : one.compareTo(other) >= 0 ? one : other;
  }

  @SuppressWarnings("unchecked")
  private void search(int low, int high, Bytes key, Consumer<? super T> found) {
    if (low > high) {
      return;
    }
    int middle = (low + high) >>> 1;
    Bytes bound = largestEnd[middle];
    if (bound != null && bound.compareTo(key) <= 0) {
      return;
    }
    search(low, middle - 1, key, found);
    if (ranges[middle].start().compareTo(key) <= 0) {
      if (ranges[middle].contains(key)) {
        found.accept((T) items[middle]);
      }
      search(middle + 1, high, key, found);
    }
  }
}
