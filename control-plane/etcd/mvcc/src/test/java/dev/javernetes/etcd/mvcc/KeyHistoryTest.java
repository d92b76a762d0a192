package dev.javernetes.etcd.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The example of the class comment, at every revision and compaction point. */
class KeyHistoryTest {
  private static final long CREATED = PackedRevision.of(2, 0, false);
  private static final long CHANGED = PackedRevision.of(5, 0, false);
  private static final long DELETED = PackedRevision.of(6, 3, true);
  private static final long AGAIN = PackedRevision.of(9, 0, false);

  private static long[] history() {
    long[] history = KeyHistory.of(CREATED, 2, 1);
    history = KeyHistory.append(history, CHANGED, 2, 2);
    history = KeyHistory.append(history, DELETED, 0, 0);
    return KeyHistory.append(history, AGAIN, 9, 1);
  }

  @Test
  void findsTheChangeInForce() {
    long[] expected = {0, 0, CREATED, CREATED, CREATED, CHANGED, 0, 0, 0, AGAIN, AGAIN};
    for (int revision = 0; revision < expected.length; revision++) {
      assertThat(KeyHistory.at(history(), revision))
          .as("at %d", revision)
          .isEqualTo(expected[revision]);
    }
  }

  @Test
  void knowsTheNewestLife() {
    assertThat(KeyHistory.isLive(history())).isTrue();
    assertThat(KeyHistory.createRevision(history())).isEqualTo(9);
    assertThat(KeyHistory.version(history())).isEqualTo(1);
    assertThat(KeyHistory.newest(history())).isEqualTo(AGAIN);
  }

  @Test
  void compactsAtEveryPoint() {
    assertThat(keptAfter(1)).containsExactly(CREATED, CHANGED, DELETED, AGAIN);
    assertThat(keptAfter(2)).containsExactly(CREATED, CHANGED, DELETED, AGAIN);
    assertThat(keptAfter(4)).containsExactly(CREATED, CHANGED, DELETED, AGAIN);
    assertThat(keptAfter(5)).containsExactly(CHANGED, DELETED, AGAIN);
    // A watch may still start at 6 and must see the deletion.
    assertThat(keptAfter(6)).containsExactly(DELETED, AGAIN);
    assertThat(keptAfter(7)).containsExactly(AGAIN);
    assertThat(keptAfter(9)).containsExactly(AGAIN);
    assertThat(keptAfter(100)).containsExactly(AGAIN);
  }

  private static List<Long> keptAfter(long compaction) {
    LongList dropped = new LongList();
    long @Nullable [] kept = KeyHistory.compacted(history(), compaction, dropped);
    List<Long> changes = new ArrayList<>();
    if (kept != null) {
      for (int i = 0; i < KeyHistory.count(kept); i++) {
        changes.add(kept[3 + i]);
      }
    }
    assertThat(changes.size() + dropped.size()).isEqualTo(4);
    return changes;
  }

  @Test
  void nothingIsLeftOfADeletedKey() {
    long[] history = KeyHistory.append(KeyHistory.of(CREATED, 2, 1), DELETED, 0, 0);
    LongList dropped = new LongList();
    assertThat(KeyHistory.compacted(history, 7, dropped)).isNull();
    assertThat(dropped.size()).isEqualTo(2);
  }

  @Test
  void manyChangesOfOneKeyStayFound() {
    long[] history = KeyHistory.of(PackedRevision.of(1, 0, false), 1, 1);
    for (int revision = 2; revision <= 10_000; revision++) {
      history = KeyHistory.append(history, PackedRevision.of(revision, 0, false), 1, revision);
    }
    for (int revision = 1; revision <= 10_000; revision += 97) {
      assertThat(PackedRevision.main(KeyHistory.at(history, revision))).isEqualTo(revision);
    }
  }
}
