package dev.javernetes.etcd.mvcc;

import java.util.Arrays;

/** A growing list of longs without boxes. */
final class LongList {
  private long[] content = new long[16];
  private int size;

  void add(long value) {
    if (size == content.length) {
      content = Arrays.copyOf(content, size * 2);
    }
    content[size++] = value;
  }

  int size() {
    return size;
  }

  long get(int index) {
    return content[index];
  }

  void clear() {
    size = 0;
  }

  /** The backing array; only the first {@link #size} cells count. */
  long[] array() {
    return content;
  }
}
