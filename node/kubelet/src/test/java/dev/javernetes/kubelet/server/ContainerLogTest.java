package dev.javernetes.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.client.Timers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerLogTest {
  @TempDir Path directory;
  private Path log = Path.of("/");

  @BeforeEach
  void write() throws IOException {
    log = directory.resolve("0.log");
    Files.writeString(
        log,
        """
        2026-11-23T07:00:00.000000001+00:00 stdout F one
        2026-11-23T07:00:01.000000002Z stderr P two,
        2026-11-23T07:00:01.000000003Z stderr F  still two
        2026-11-23T07:00:02.000000004Z stdout F three
        """);
  }

  @Test
  void linesLoseTheirFrameAndPartialOnesJoin() throws Exception {
    assertThat(read(options(false, null, null, null, "")))
        .isEqualTo("one\ntwo, still two\nthree\n");
  }

  @Test
  void everyOptionCuts() throws Exception {
    assertThat(read(options(false, null, 1L, null, ""))).isEqualTo("three\n");
    assertThat(read(options(false, null, 0L, null, ""))).isEmpty();
    assertThat(read(options(false, null, 100L, null, ""))).startsWith("one\n");
    assertThat(read(options(false, null, null, 6L, ""))).isEqualTo("one\ntw");
    assertThat(read(options(false, null, null, null, "stdout"))).isEqualTo("one\nthree\n");
    assertThat(read(options(false, Instant.parse("2026-11-23T07:00:02Z"), null, null, "")))
        .isEqualTo("three\n");
    assertThat(read(new LogOptions(false, false, true, null, 1L, null, "")))
        .isEqualTo("2026-11-23T07:00:02.000000004Z three\n");
  }

  @Test
  void followSeesWhatComesAndARotation() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ContainerLog(
            log,
            options(true, null, 1L, null, ""),
            out,
            new Sleepless(),
            () -> step(asked.incrementAndGet()),
            () -> false)
        .copy();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("three\nfour\nfive\n");
  }

  private boolean step(int number) {
    try {
      if (number == 1) {
        Files.writeString(
            log, "2026-11-23T07:00:03Z stdout F four\n", java.nio.file.StandardOpenOption.APPEND);
      } else if (number == 2) {
        Files.move(log, directory.resolve("0.log.old"));
        Files.writeString(log, "2026-11-23T07:00:04Z stdout F five\n");
      }
      return number < 4;
    } catch (IOException problem) {
      throw new AssertionError(problem);
    }
  }

  private String read(LogOptions options) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ContainerLog(log, options, out, new Sleepless(), () -> false, () -> false).copy();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static LogOptions options(
      boolean follow,
      @Nullable Instant since,
      @Nullable Long tail,
      @Nullable Long limit,
      String stream) {
    return new LogOptions(follow, false, false, since, tail, limit, stream);
  }

  /** Every sleep is over at once. */
  private static final class Sleepless implements Timers {
    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Pending after(Duration delay, Runnable task) {
      throw new UnsupportedOperationException("no timers here");
    }

    @Override
    public void sleep(Duration delay) {}
  }
}
