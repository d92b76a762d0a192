package dev.javernetes.runtime.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A program run to its end, its output kept up to a limit: {@code Command.of("crun", "state",
 * id).run()}.
 */
public record Command(
    List<String> arguments, Map<String, String> environment, byte[] input, Duration timeout) {
  /** More than this of either stream is read and dropped, so that the program does not block. */
  public static final int MAX_OUTPUT_BYTES = 16 << 20;

  public Command {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("no program to run");
    }
  }

  public record Output(int exitCode, byte[] stdout, byte[] stderr, boolean timedOut) {
    public String text() {
      return new String(stdout, StandardCharsets.UTF_8);
    }

    public String errorText() {
      return new String(stderr, StandardCharsets.UTF_8).strip();
    }
  }

  public static Command of(String... arguments) {
    return new Command(List.of(arguments), Map.of(), new byte[0], Duration.ofSeconds(60));
  }

  public static Command of(List<String> arguments) {
    return new Command(arguments, Map.of(), new byte[0], Duration.ofSeconds(60));
  }

  public Command withEnvironment(Map<String, String> variables) {
    return new Command(arguments, variables, input, timeout);
  }

  public Command withInput(byte[] bytes) {
    return new Command(arguments, environment, bytes, timeout);
  }

  public Command withTimeout(Duration limit) {
    return new Command(arguments, environment, input, limit);
  }

  public Output run() throws IOException {
    return run(() -> {});
  }

  /** {@code beforeKill} runs when time is up, before the program itself is killed. */
  public Output run(Runnable beforeKill) throws IOException {
    var builder = new ProcessBuilder(arguments);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      var stdout = reading(process.getInputStream());
      var stderr = reading(process.getErrorStream());
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input);
      } catch (IOException e) {
        // the program did not want its input
      }
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        beforeKill.run();
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
      }
      // A grandchild may hold the pipes open: the streams get a moment, then are closed under their
      // readers.
      byte[] out = finish(stdout, process.getInputStream(), ended);
      byte[] err = finish(stderr, process.getErrorStream(), ended);
      return new Output(ended ? process.exitValue() : -1, out, err, !ended);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(arguments.getFirst() + " was interrupted");
    }
  }

  private record Reading(ByteArrayOutputStream kept, CompletableFuture<Void> end) {}

  private static Reading reading(InputStream stream) {
    var reading = new Reading(new ByteArrayOutputStream(), new CompletableFuture<>());
    Thread.startVirtualThread(() -> {
      byte[] buffer = new byte[8192];
      try {
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
          int room = MAX_OUTPUT_BYTES - reading.kept.size();
          reading.kept.write(buffer, 0, Math.min(n, room));
        }
      } catch (IOException e) {
        // closed under us: what was read is what there is
      } finally {
        reading.end.complete(null);
      }
    });
    return reading;
  }

  private static byte[] finish(Reading reading, InputStream stream, boolean ended)
      throws InterruptedException, IOException {
    try {
      reading.end.get(ended ? 10_000 : 200, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("reading a program's output failed", e);
    } catch (java.util.concurrent.TimeoutException e) {
      stream.close();
    }
    return reading.kept.toByteArray();
  }
}
