package dev.javernetes.etcd.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.MvccStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a real process that writes, again and again on the same directory: whatever it acknowledged
 * must be there.
 */
class KillTest {
  @TempDir Path directory;

  @Test
  void survivesBeingKilled() throws Exception {
    rounds(12);
  }

  @Test
  @Tag("long")
  void survivesBeingKilledAThousandTimes() throws Exception {
    rounds(1000);
  }

  private void rounds(int rounds) throws Exception {
    Random random = new Random(7);
    Map<String, Long> acknowledged = new HashMap<>();
    for (int round = 0; round < rounds; round++) {
      long until = random.nextInt(1, 400);
      writeAndKill(round, until, acknowledged);
      check(round, acknowledged);
    }
  }

  private void writeAndKill(int round, long until, Map<String, Long> acknowledged)
      throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledWriter.class.getName(),
                    directory.toString(),
                    String.valueOf(round)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader acks = writer.inputReader(UTF_8)) {
      long seen = 0;
      String line;
      while ((line = acks.readLine()) != null) {
        String[] ack = line.split(" ");
        acknowledged.put(ack[0], Long.parseLong(ack[1]));
        if (++seen == until) {
          // By its handle: Process.destroyForcibly would also close the stream with what it still
          // has to say.
          writer.toHandle().destroyForcibly();
        }
      }
      assertThat(seen).as("acknowledged writes in round %s", round).isGreaterThanOrEqualTo(until);
    }
    writer.waitFor();
  }

  private void check(int round, Map<String, Long> acknowledged) {
    try (MvccStore store = DurableStore.open(directory)) {
      acknowledged.forEach((key, revision) -> {
        KeyValue kv = requireNonNull(store.get(Bytes.utf8(key)), key + " is lost");
        assertThat(kv.modRevision())
            .as("%s in round %s", key, round)
            .isGreaterThanOrEqualTo(revision);
      });
    }
  }
}
