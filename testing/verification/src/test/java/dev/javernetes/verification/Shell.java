package dev.javernetes.verification;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Runs programs as a user would, with variables of its own, and fails with what they said. */
record Shell(Path folder, Map<String, String> variables) {
  private static final long TIMEOUT_SECONDS = 180;

  Shell with(String variable, String value) {
    Map<String, String> more = new HashMap<>(variables);
    more.put(variable, value);
    return new Shell(folder, Map.copyOf(more));
  }

  /** What the program printed; an {@link AssertionError} if it failed. */
  String run(String... command) throws IOException, InterruptedException {
    Result result = tryRun(command);
    if (result.status() != 0) {
      throw new AssertionError(
          String.join(" ", command) + ": exit " + result.status() + "\n" + result.output());
    }
    return result.output();
  }

  Result tryRun(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Path output =
        Files.createTempFile(
            "shell",
            ".out"); // a file: a background child must not keep us waiting for a pipe's end
    try {
      Process process =
          builder
              .redirectOutput(output.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            String.join(" ", command)
                + " took more than "
                + TIMEOUT_SECONDS
                + " s\n"
                + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  /** Repeats a command until its output is as wanted. */
  String until(Duration patience, Predicate<String> wanted, String... command)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Result result = tryRun(command);
      if (result.status() == 0 && wanted.test(result.output())) {
        return result.output();
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "in vain for "
                + patience
                + ": "
                + String.join(" ", List.of(command))
                + "\n"
                + result.output());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  record Result(int status, String output) {}
}
