package dev.javernetes.runtime.pod;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.linux.Command;
import dev.javernetes.runtime.linux.Posix;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * crun (or runc) and conmon as programs.
 *
 * <p>conmon is started by us, creates the container through crun, and stays as its parent: it
 * writes the log, keeps the attach socket and leaves the exit code in a file, whether or not we are
 * alive. What it has to say about creation comes over its "sync pipe", one line of JSON: {@code
 * {"data": 4711}} is the pid, a negative number an error with its message. Java hands a child no
 * descriptor above 2, so a shell opens a FIFO as descriptor 3 first; a pipe of Java's own would be
 * closed as soon as conmon's first process ends, which is at once.
 */
final class OciRuntime {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String SYNC =
      "sync=$1; shift; _OCI_SYNCPIPE=3 exec \"$@\" 3>\"$sync\" >/dev/null </dev/null";
  private static final int S_IFIFO = 0010000;
  private static final int MAX_LINE = 64 << 10;

  private final Path program;
  private final Path conmon;
  private final RuntimePaths paths;

  OciRuntime(Path program, Path conmon, RuntimePaths paths) {
    this.program = program;
    this.conmon = conmon;
    this.paths = paths;
  }

  record Launch(String id, String logPath, boolean tty, boolean stdin, boolean stdinOnce) {}

  record Created(long pid, long conmonPid) {}

  /** The bundle's config.json is in place. */
  Created create(Launch launch) throws IOException {
    Path bundle = paths.bundle(launch.id());
    Path conmonPid = bundle.resolve("conmon.pid");
    Path sync = bundle.resolve("sync");
    Posix.makeNode(sync, S_IFIFO | 0600, 0, 0);
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", SYNC, "sh", sync.toString(), conmon.toString()));
    command.addAll(
        List.of("--api-version", "1", "-c", launch.id(), "-u", launch.id(), "-n", launch.id()));
    command.addAll(List.of("-r", program.toString(), "--runtime-arg=--root=" + paths.oci()));
    command.addAll(List.of("-b", bundle.toString(), "-p", bundle.resolve("pid").toString()));
    command.addAll(List.of("-P", conmonPid.toString(), "--exit-dir", paths.exits().toString()));
    command.addAll(List.of("--persist-dir", bundle.toString(), "--full-attach", "--no-sync-log"));
    command.addAll(List.of("--log-level", "error"));
    command.addAll(
        List.of("-l", launch.logPath().isEmpty() ? "none" : "k8s-file:" + launch.logPath()));
    if (launch.tty()) {
      command.add("-t");
    }
    if (launch.stdin()) {
      command.add("-i");
      if (!launch.stdinOnce()) {
        command.add("--leave-stdin-open");
      }
    }
    Path errors = bundle.resolve("conmon.err");
    String line =
        Posix.onPlatformThread(
            "conmon", () -> firstLine(new ProcessBuilder(command), errors, sync));
    Files.delete(sync);
    if (line == null) {
      throw new IOException("conmon created no container: " + Files.readString(errors).strip());
    }
    JsonObject answer;
    try {
      answer = Json.parseObject(line);
    } catch (JsonSyntaxException e) {
      throw new IOException("conmon answered " + line, e);
    }
    long pid = answer.integer("data", answer.integer("pid", -1));
    if (pid <= 0) {
      throw new IOException("OCI runtime create failed: " + answer.string("message").strip());
    }
    return new Created(pid, Long.parseLong(Files.readString(conmonPid).strip()));
  }

  /** Null if conmon failed before it could say anything, or said nothing in time. */
  private static @Nullable String firstLine(ProcessBuilder builder, Path errors, Path sync)
      throws IOException {
    // for reading and writing: opening waits for nobody, and the end is told by the line, not by an
    // end of file
    try (FileChannel channel =
        FileChannel.open(sync, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Process process =
          builder
              .redirectError(errors.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.onExit().thenAccept(ended -> closeIf(ended.exitValue() != 0, channel));
      Thread guard =
          Thread.startVirtualThread(() -> {
            try {
              Thread.sleep(TIMEOUT);
              closeIf(true, channel);
            } catch (InterruptedException e) {
              // the line came
            }
          });
      try {
        var line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (line.size() < MAX_LINE) {
          channel.read(buffer);
          line.write(buffer.array(), 0, buffer.position());
          buffer.clear();
          String text = line.toString(StandardCharsets.UTF_8);
          int end = text.indexOf('\n');
          if (end >= 0) {
            // conmon's first process writes the pid file beside the second, and ends then
            process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return text.substring(0, end);
          }
        }
        return null;
      } catch (ClosedChannelException e) {
        return null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted");
      } finally {
        guard.interrupt();
      }
    }
  }

  private static void closeIf(boolean condition, FileChannel channel) {
    if (condition) {
      try {
        channel.close();
      } catch (IOException e) {
        // it is only meant to wake the reader
      }
    }
  }

  void start(String id) throws IOException {
    succeed(run("start", id), "start");
  }

  /**
   * Creates and starts without conmon: for the pause process, which has neither output nor an exit
   * code worth keeping.
   */
  long runDetached(String id, Path bundle) throws IOException {
    Path pidFile = bundle.resolve("pid");
    Path errors = bundle.resolve("errors");
    List<String> command =
        List.of(
            program.toString(),
            "--root=" + paths.oci(),
            "run",
            "--detach",
            "--bundle",
            bundle.toString(),
            "--pid-file",
            pidFile.toString(),
            id);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile())
            .start();
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("OCI runtime run did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    }
    if (process.exitValue() != 0) {
      throw new IOException("OCI runtime run failed: " + Files.readString(errors).strip());
    }
    return Long.parseLong(Files.readString(pidFile).strip());
  }

  /** To every process of the container; one that is gone already is fine. */
  void killAll(String id, int signal) throws IOException {
    run("kill", "--all", id, Integer.toString(signal));
  }

  /** Kills what still runs, and removes cgroup and state. Nothing of that name is fine. */
  void delete(String id) throws IOException {
    Command.Output output = run("delete", "--force", id);
    if (output.exitCode() != 0 && Files.exists(paths.oci().resolve(id))) {
      throw new IOException("OCI runtime delete failed: " + output.errorText());
    }
  }

  void update(String id, JsonObject resources) throws IOException {
    Path file = paths.bundle(id).resolve("update.json");
    Files.write(file, Json.bytes(resources));
    succeed(run("update", "--resources", file.toString(), id), "update");
  }

  /**
   * The command line of {@code exec}. What runs has the container's own user, capabilities and
   * environment: the process of its config.json with other arguments, handed over as a whole since
   * crun's command line alone would make it root.
   */
  List<String> exec(String id, Exec exec) throws IOException {
    JsonObject process;
    try {
      process =
          Json.parseObject(Files.readAllBytes(paths.bundle(id).resolve("config.json")))
              .ensureObject("process");
    } catch (JsonSyntaxException e) {
      throw new IOException("config.json of container " + id + " is damaged", e);
    }
    process.put("args", new ArrayList<Object>(exec.command()));
    process.put("terminal", exec.console() != null);
    if (exec.console() != null) {
      List<@Nullable Object> environment = process.ensureArray("env");
      if (environment.stream()
          .noneMatch(v -> v instanceof String text && text.startsWith("TERM="))) {
        environment.add("TERM=xterm");
      }
    }
    if (exec.size() instanceof IoStreams.Size size) {
      process.put(
          "consoleSize",
          JsonObject.of("height", (long) size.rows(), "width", (long) size.columns()));
    }
    Files.write(exec.processFile(), Json.bytes(process));
    List<String> line =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--root=" + paths.oci(),
                "exec",
                "--pid-file",
                exec.pidFile().toString(),
                "--process",
                exec.processFile().toString()));
    if (exec.console() != null) {
      line.addAll(List.of("--console-socket", exec.console().toString()));
    }
    line.add(id);
    return line;
  }

  /** A command and the files around it; a console socket asks for a terminal. */
  record Exec(
      List<String> command,
      Path pidFile,
      Path processFile,
      @Nullable Path console,
      IoStreams.@Nullable Size size) {
    Exec sized(IoStreams.@Nullable Size value) {
      return new Exec(command, pidFile, processFile, console, value);
    }
  }

  private Command.Output run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--root=" + paths.oci()));
    command.addAll(List.of(arguments));
    return Command.of(command).withTimeout(TIMEOUT).run();
  }

  private static void succeed(Command.Output output, String what) throws IOException {
    if (output.exitCode() != 0) {
      throw new IOException("OCI runtime " + what + " failed: " + output.errorText());
    }
  }
}
