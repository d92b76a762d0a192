package dev.javernetes.runtime.pod;

import com.google.protobuf.ByteString;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.failure.RuntimeFailure.Reason;
import dev.javernetes.runtime.linux.Command;
import dev.javernetes.runtime.linux.Namespaces;
import dev.javernetes.runtime.linux.Posix;
import dev.javernetes.runtime.linux.Terminal;
import dev.javernetes.runtime.linux.UnixSocket;
import dev.javernetes.runtime.record.ContainerRecord;
import dev.javernetes.runtime.record.SandboxRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Commands in running containers, attaching to a container's own process, and connections to a
 * pod's ports.
 *
 * <p>A command is {@code crun exec}, our child, with pipes, or with a terminal that crun makes and
 * hands over by its console socket. It does not outlive us; the container does.
 */
public final class Processes {
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final Duration CONSOLE = Duration.ofSeconds(30);
  private static final int ATTACH_STDOUT = 2;

  private final RuntimePaths paths;
  private final Containers containers;
  private final Sandboxes sandboxes;
  private final OciRuntime oci;
  private final AtomicLong counter = new AtomicLong();

  Processes(RuntimePaths paths, Containers containers, Sandboxes sandboxes, OciRuntime oci) {
    this.paths = paths;
    this.containers = containers;
    this.sandboxes = sandboxes;
    this.oci = oci;
  }

  /** {@code timeoutSeconds} 0: none. */
  public ExecSyncResponse execSync(String id, List<String> command, long timeoutSeconds)
      throws IOException {
    ContainerRecord container = runnable(id, command);
    Path pidFile = pidFile(container.getId());
    try {
      List<String> line = oci.exec(container.getId(), files(command, pidFile, null));
      Duration limit = timeoutSeconds > 0 ? Duration.ofSeconds(timeoutSeconds) : FOREVER;
      Command.Output output = Command.of(line).withTimeout(limit).run(() -> killWithin(pidFile));
      if (output.timedOut()) {
        throw new RuntimeFailure(
            Reason.TIMED_OUT,
            "command timed out after " + timeoutSeconds + "s: " + String.join(" ", command));
      }
      if (neverRan(output.exitCode(), pidFile)) {
        throw RuntimeFailure.internal("failed to exec in container: " + output.errorText());
      }
      return ExecSyncResponse.newBuilder()
          .setStdout(ByteString.copyFrom(output.stdout()))
          .setStderr(ByteString.copyFrom(output.stderr()))
          .setExitCode(output.exitCode())
          .build();
    } finally {
      Files.deleteIfExists(pidFile);
      Files.deleteIfExists(processFile(pidFile));
    }
  }

  public ContainerRecord runnable(String id, List<String> command) {
    if (command.isEmpty()) {
      throw RuntimeFailure.invalid("no command to run");
    }
    return containers.running(id);
  }

  private Path pidFile(String containerId) {
    return paths.bundle(containerId).resolve("exec-" + counter.incrementAndGet() + ".pid");
  }

  /**
   * The OCI runtime writes the pid once the program runs; without it what failed is the runtime,
   * not the program.
   */
  private static boolean neverRan(int exitCode, Path pidFile) {
    return exitCode != 0 && !Files.exists(pidFile);
  }

  private static Path processFile(Path pidFile) {
    return pidFile.resolveSibling(pidFile.getFileName() + ".json");
  }

  private static OciRuntime.Exec files(List<String> command, Path pidFile, @Nullable Path console) {
    return new OciRuntime.Exec(command, pidFile, processFile(pidFile), console, null);
  }

  private static void killWithin(Path pidFile) {
    try {
      Posix.kill(Long.parseLong(Files.readString(pidFile).strip()), Posix.SIGKILL);
    } catch (IOException | IllegalArgumentException e) {
      // not running yet, or not any more
    }
  }

  /** Returns the exit code, when the command ended and its output is delivered. */
  public int exec(String id, List<String> command, boolean tty, IoStreams io) throws IOException {
    ContainerRecord container = runnable(id, command);
    Path pidFile = pidFile(container.getId());
    try {
      return tty
          ? execTerminal(container.getId(), command, pidFile, io)
          : execPipes(container.getId(), command, pidFile, io);
    } finally {
      Files.deleteIfExists(pidFile);
      Files.deleteIfExists(processFile(pidFile));
    }
  }

  private int execPipes(String id, List<String> command, Path pidFile, IoStreams io)
      throws IOException {
    List<String> line = oci.exec(id, files(command, pidFile, null));
    Process process = new ProcessBuilder(line).start();
    var errors = new java.io.ByteArrayOutputStream();
    try {
      CompletableFuture<Void> stdout = pump(process.getInputStream(), io.stdout(), null);
      CompletableFuture<Void> stderr = pump(process.getErrorStream(), io.stderr(), errors);
      if (io.stdin() != null) {
        feed(io.stdin(), process.getOutputStream());
      } else {
        process.getOutputStream().close();
      }
      int code = process.waitFor();
      // a background child may keep the pipes open for ever
      drain(stdout);
      drain(stderr);
      if (neverRan(code, pidFile)) {
        throw RuntimeFailure.internal(
            "failed to exec in container: "
                + errors.toString(java.nio.charset.StandardCharsets.UTF_8).strip());
      }
      return code;
    } catch (InterruptedException e) {
      throw cancelled(process, pidFile);
    }
  }

  private int execTerminal(String id, List<String> command, Path pidFile, IoStreams io)
      throws IOException {
    Path console = paths.state().resolve("tty-" + counter.incrementAndGet());
    try (UnixSocket listener = UnixSocket.listen(console)) {
      TerminalSizes sizes = new TerminalSizes(io.resizes());
      List<String> line = oci.exec(id, files(command, pidFile, console).sized(sizes.first()));
      Process process =
          new ProcessBuilder(line)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .start();
      var errors = new java.io.ByteArrayOutputStream();
      CompletableFuture<Void> messages = pump(process.getInputStream(), null, errors);
      var accepted = new CompletableFuture<Terminal>();
      Thread.ofPlatform()
          .daemon()
          .name("console")
          .start(() -> {
            try {
              accepted.complete(listener.acceptTerminal());
            } catch (IOException e) {
              accepted.completeExceptionally(e);
            }
          });
      process.onExit().thenRun(() -> accepted.completeExceptionally(new IOException("exec ended")));
      try (Terminal terminal = accepted.get(CONSOLE.toSeconds(), TimeUnit.SECONDS)) {
        sizes.applyTo(terminal);
        CompletableFuture<Void> output = pump(terminal.input(), io.stdout(), null);
        if (io.stdin() != null) {
          feed(io.stdin(), terminal.output());
        }
        int code = process.waitFor();
        drain(output);
        return code;
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        process.destroyForcibly();
        drain(messages);
        throw RuntimeFailure.internal(
            "failed to exec in container: "
                + errors.toString(java.nio.charset.StandardCharsets.UTF_8).strip());
      } catch (InterruptedException e) {
        throw cancelled(process, pidFile);
      }
    } finally {
      Files.deleteIfExists(console);
    }
  }

  /** The client went away: its command goes too. */
  private static InterruptedIOException cancelled(Process process, Path pidFile) {
    killWithin(pidFile);
    process.destroyForcibly();
    Thread.currentThread().interrupt();
    return new InterruptedIOException("the client went away");
  }

  private static void drain(CompletableFuture<Void> pump) {
    try {
      pump.get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      // delivered what there was
    }
  }

  /**
   * Copies on a platform thread, since reading a terminal blocks one; {@code kept} gets the first
   * 64 KiB as well.
   */
  private static CompletableFuture<Void> pump(
      InputStream from, @Nullable OutputStream to, java.io.@Nullable ByteArrayOutputStream kept) {
    var end = new CompletableFuture<Void>();
    Thread.ofPlatform()
        .daemon()
        .name("output")
        .start(() -> {
          byte[] buffer = new byte[32 << 10];
          try (from) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
              if (to != null) {
                to.write(buffer, 0, n);
                to.flush();
              }
              if (kept != null && kept.size() < (64 << 10)) {
                kept.write(buffer, 0, n);
              }
            }
          } catch (IOException e) {
            // either end is gone
          } finally {
            end.complete(null);
          }
        });
    return end;
  }

  private static void feed(InputStream from, OutputStream to) {
    Thread.startVirtualThread(() -> {
      byte[] buffer = new byte[32 << 10];
      try (to) {
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
          to.write(buffer, 0, n);
          to.flush();
        }
      } catch (IOException e) {
        // either end is gone
      }
    });
  }

  /**
   * Joins a container's own streams by conmon's attach socket: packets of a kind byte (2 stdout, 3
   * stderr) and data come, plain data goes. Returns when the container ends or the client does.
   */
  public void attach(String id, IoStreams io) throws IOException {
    ContainerRecord container = containers.running(id);
    Path bundle = paths.bundle(container.getId());
    io.resizes()
        .deliverTo(size -> control(bundle, "1 %d %d\n".formatted(size.rows(), size.columns())));
    try (UnixSocket socket = UnixSocket.connectPackets(bundle.resolve("attach"))) {
      if (io.stdin() instanceof InputStream stdin) {
        Thread.startVirtualThread(() -> send(stdin, socket));
      }
      Posix.onPlatformThread(
          "attach",
          () -> {
            receive(socket, io);
            return null;
          });
    }
  }

  private static void receive(UnixSocket socket, IoStreams io) throws IOException {
    byte[] packet = new byte[(32 << 10) + 1];
    for (int n = socket.receive(packet); n > 0; n = socket.receive(packet)) {
      OutputStream to = packet[0] == ATTACH_STDOUT ? io.stdout() : io.stderr();
      if (to != null) {
        to.write(packet, 1, n - 1);
        to.flush();
      }
    }
  }

  private static void send(InputStream stdin, UnixSocket socket) {
    // conmon reads packets into a buffer of 8 KiB
    byte[] buffer = new byte[4 << 10];
    try {
      for (int n = stdin.read(buffer); n >= 0; n = stdin.read(buffer)) {
        socket.send(buffer, 0, n);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      // either end is gone
    }
  }

  /** conmon makes a new log file in place of one that was moved away. */
  public void reopenLog(String id) {
    ContainerRecord container = containers.running(id);
    control(paths.bundle(container.getId()), "2 0 0\n");
  }

  private static void control(Path bundle, String message) {
    // read and write: opening a FIFO for writing alone would wait for a reader that may be gone
    try (var fifo =
        java.nio.channels.FileChannel.open(
            bundle.resolve("ctl"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      fifo.write(
          java.nio.ByteBuffer.wrap(message.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw RuntimeFailure.io("conmon cannot be told", e);
    }
  }

  /** A connection to a port on the pod's loopback address, whichever family listens. */
  public SocketChannel dial(String sandboxId, int port) throws IOException {
    SandboxRecord sandbox = sandboxes.get(sandboxId);
    if (!sandbox.getReady()) {
      throw RuntimeFailure.notReady("sandbox " + sandboxId + " is not ready");
    }
    IOException first = null;
    for (String address : List.of("127.0.0.1", "::1")) {
      SocketChannel channel = null;
      try {
        channel = open(sandbox, address.contains(":"));
        channel.connect(new InetSocketAddress(InetAddress.getByName(address), port));
        return channel;
      } catch (IOException e) {
        if (channel != null) {
          channel.close();
        }
        first = first == null ? e : first;
      }
    }
    throw new IOException(
        "failed to connect to localhost:"
            + port
            + " inside namespace of sandbox: "
            + (first == null ? "" : first.getMessage()),
        first);
  }

  private SocketChannel open(SandboxRecord sandbox, boolean v6) throws IOException {
    var family = v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    if (!sandbox.getNamespacesList().contains("net")) {
      return SocketChannel.open(family);
    }
    Path namespace = paths.namespaces(sandbox.getId()).resolve("net");
    return Namespaces.inNetwork(namespace, () -> SocketChannel.open(family));
  }

  /** For a check before a stream is promised. */
  public void checkSandbox(String id, List<Integer> ports) {
    if (!sandboxes.get(id).getReady()) {
      throw RuntimeFailure.notReady("sandbox " + id + " is not ready");
    }
    for (int port : new ArrayList<>(ports)) {
      if (port < 1 || port > 65535) {
        throw RuntimeFailure.invalid("not a port: " + port);
      }
    }
  }

  public ContainerRecord running(String id) {
    return containers.running(id);
  }
}
