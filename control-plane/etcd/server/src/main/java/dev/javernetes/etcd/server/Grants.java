package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether granted ranges together cover an asked one: {@code [a,c)} and {@code [b,f)} cover {@code
 * [a,f)}. Pure.
 */
final class Grants {
  private Grants() {}

  static boolean cover(List<KeyRange> granted, KeyRange asked) {
    List<KeyRange> sorted = new ArrayList<>(granted);
    sorted.sort(Comparator.comparing(KeyRange::start));
    Bytes reached = asked.start();
    Bytes wanted = asked.end();
    for (KeyRange range : sorted) {
      if (range.start().compareTo(reached) > 0) {
        return false;
      }
      Bytes end = range.end();
      if (end == null) {
        return true;
      }
      if (end.compareTo(reached) > 0) {
        reached = end;
      }
      if (wanted != null && reached.compareTo(wanted) >= 0) {
        return true;
      }
    }
    return false;
  }
}
