package dev.javernetes.etcd.mvcc;

import java.util.Set;

/**
 * Asks for every change of a range of keys from a revision on.
 *
 * @param startRevision the first revision to deliver; 0 for what happens after the watch was made
 * @param prevKv deliver each key's former state as well
 * @param progressNotify tell now and then, when nothing happens, up to which revision everything
 *     was delivered
 */
public record WatchRequest(
    KeyRange range,
    long startRevision,
    boolean prevKv,
    Set<Filter> filters,
    boolean progressNotify) {

  /** What the watch leaves out. */
  public enum Filter {
    NO_PUT,
    NO_DELETE
  }

  public WatchRequest {
    filters = Set.copyOf(filters);
    if (startRevision < 0) {
      throw new IllegalArgumentException("negative start revision " + startRevision);
    }
  }

  public static WatchRequest of(KeyRange range) {
    return new WatchRequest(range, 0, false, Set.of(), false);
  }

  public WatchRequest withStartRevision(long value) {
    return new WatchRequest(range, value, prevKv, filters, progressNotify);
  }

  public WatchRequest withPrevKv() {
    return new WatchRequest(range, startRevision, true, filters, progressNotify);
  }

  public WatchRequest withFilters(Filter... values) {
    return new WatchRequest(range, startRevision, prevKv, Set.of(values), progressNotify);
  }

  public WatchRequest withProgressNotify() {
    return new WatchRequest(range, startRevision, prevKv, filters, true);
  }

  boolean admits(Event event) {
    return switch (event.type()) {
      case PUT -> !filters.contains(Filter.NO_PUT);
      case DELETE -> !filters.contains(Filter.NO_DELETE);
    };
  }
}
