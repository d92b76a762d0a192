package dev.javernetes.clients;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that others have written (or the launcher), run as its users run it. */
record Program(List<String> command, Path folder, Map<String, String> variables) {
  private static final long TIMEOUT_SECONDS = 100;

  /** What a run of it left: its exit status and all that it printed. */
  record Result(int status, String output) {}

  static boolean isOnPath(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /** What it printed; an {@link AssertionError} if it failed. */
  String run(String... arguments) throws IOException, InterruptedException {
    Result result = tryRun(arguments);
    if (result.status() != 0) {
      throw new AssertionError(
          command
              + " "
              + List.of(arguments)
              + ": exit "
              + result.status()
              + "\n"
              + result.output());
    }
    return result.output();
  }

  Result tryRun(String... arguments) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(whole).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(variables);
    // A file: a child that stays in the background must not keep us waiting for a pipe's end.
    Path output = Files.createTempFile("program", ".out");
    try {
      Process process =
          builder
              .redirectOutput(output.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            whole + " took more than " + TIMEOUT_SECONDS + " s\n" + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
