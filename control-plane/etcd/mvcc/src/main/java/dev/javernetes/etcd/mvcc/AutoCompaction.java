package dev.javernetes.etcd.mvcc;

import java.time.Duration;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a store by itself, as etcd's {@code --auto-compaction-mode} says: by age (history older
 * than the retention is forgotten) or by revision (so many newest revisions are kept).
 *
 * <p>With a retention of 1 h it notes the revision every 6 minutes and compacts at the one it noted
 * an hour ago.
 */
public final class AutoCompaction {
  /**
   * How much history an API server keeps, as upstream's {@code --etcd-compaction-interval}: a watch
   * that was away for so long can go on where it was.
   */
  public static final Duration API_SERVER_RETENTION = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(AutoCompaction.class);
  private static final Duration REVISION_PERIOD = Duration.ofMinutes(5);
  private static final int NOTES_PER_RETENTION = 10;

  private final Store store;
  private final long keptRevisions;
  // Revisions in the order they were noted, the newest last; only for compaction by age.
  private final ArrayDeque<Long> notes = new ArrayDeque<>();

  private AutoCompaction(Store store, long keptRevisions) {
    this.store = store;
    this.keptRevisions = keptRevisions;
  }

  /** Forgets what is older than the retention. */
  public static void byAge(Store store, Duration retention, StoreRuntime.Ticker ticker) {
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException("the retention must be positive");
    }
    AutoCompaction compaction = new AutoCompaction(store, -1);
    ticker.every(retention.dividedBy(NOTES_PER_RETENTION), compaction::noteAndCompact);
  }

  /** Keeps so many revisions, looked at every five minutes. */
  public static void byRevision(Store store, long keptRevisions, StoreRuntime.Ticker ticker) {
    if (keptRevisions <= 0) {
      throw new IllegalArgumentException("the number of kept revisions must be positive");
    }
    AutoCompaction compaction = new AutoCompaction(store, keptRevisions);
    ticker.every(
        REVISION_PERIOD, () -> compaction.compact(store.revision() - compaction.keptRevisions));
  }

  private void noteAndCompact() {
    notes.addLast(store.revision());
    if (notes.size() > NOTES_PER_RETENTION) {
      compact(notes.removeFirst());
    }
  }

  private void compact(long revision) {
    if (revision <= store.compactRevision()) {
      return;
    }
    try {
      store.compact(revision);
    } catch (StoreException e) {
      // Somebody else compacted further, or the store is closing; the next turn tries again.
      log.debug("automatic compaction at {} did not happen: {}", revision, e.getMessage());
    }
  }
}
