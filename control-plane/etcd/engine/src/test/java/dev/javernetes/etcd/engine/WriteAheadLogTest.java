package dev.javernetes.etcd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the log replays, cuts and refuses. */
class WriteAheadLogTest {
  private static final long SEGMENT_BYTES = 1024;

  private final FaultyDisk disk = new FaultyDisk(new Random(1));
  private final List<String> replayed = new ArrayList<>();

  private WriteAheadLog open(long after) throws IOException {
    replayed.clear();
    return WriteAheadLog.open(
        disk,
        SEGMENT_BYTES,
        after,
        (sequence, payload) ->
            replayed.add(sequence + "=" + StandardCharsets.UTF_8.decode(payload)));
  }

  private static WriteAheadLog.Payload text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new WriteAheadLog.Payload() {
      @Override
      public int sizeBound() {
        return bytes.length;
      }

      @Override
      public void write(ByteBuffer out) {
        out.put(bytes);
      }
    };
  }

  private void appendAll(String... texts) throws IOException {
    try (WriteAheadLog log = open(0)) {
      for (String text : texts) {
        log.append(text(text));
      }
    }
  }

  @Test
  void replaysWhatIsNewer() throws IOException {
    appendAll("a", "b", "c");
    open(1).close();
    assertThat(replayed).containsExactly("2=b", "3=c");
  }

  @Test
  void goesOnInTheNextSegmentAndTrims() throws IOException {
    try (WriteAheadLog log = open(0)) {
      for (int i = 0; i < 50; i++) {
        log.append(text("record " + "x".repeat(100)));
      }
      assertThat(disk.list()).hasSizeGreaterThan(5);
      log.trim(40);
    }
    assertThat(disk.list()).hasSizeLessThan(4);
    open(40).close();
    assertThat(replayed).hasSize(10);
    assertThatThrownBy(() -> open(3))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("but record 4 is needed");
  }

  @Test
  void cutsAnUnfinishedLastRecord() throws IOException {
    appendAll("a", "b");
    disk.corrupt("0000000000000001.wal", 17 + 16);
    try (WriteAheadLog log = open(0)) {
      assertThat(replayed).containsExactly("1=a");
      log.append(text("c"));
    }
    open(0).close();
    assertThat(replayed).containsExactly("1=a", "2=c");
  }

  @Test
  void refusesDamageBeforeAWholeRecord() throws IOException {
    appendAll("a", "b", "c");
    disk.corrupt("0000000000000001.wal", 17 + 16);
    assertThatThrownBy(() -> open(0))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.CORRUPT))
        .hasMessageContaining("0000000000000001.wal")
        .hasMessageContaining("Restore");
  }

  @Test
  void refusesDamageInAnOlderSegment() throws IOException {
    String[] texts = new String[20];
    Arrays.fill(texts, "y".repeat(200));
    appendAll(texts);
    disk.corrupt("0000000000000001.wal", 700);
    assertThatThrownBy(() -> open(0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("0000000000000001.wal");
  }

  @Test
  void refusesAMissingSegment() throws IOException {
    String[] texts = new String[20];
    Arrays.fill(texts, "y".repeat(200));
    appendAll(texts);
    disk.delete(disk.list().get(1));
    assertThatThrownBy(() -> open(0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("wrong record");
  }

  @Test
  void aFullDiskIsAnError() throws IOException {
    disk.limitTo(600);
    try (WriteAheadLog log = open(0)) {
      assertThatThrownBy(() -> log.append(text("z".repeat(700))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left");
    }
  }
}
