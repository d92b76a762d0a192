package dev.javernetes.launch.bench;

import dev.javernetes.client.Timers;
import dev.javernetes.client.https.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cluster of ours that the bench starts by the launcher, as a user would, and purges again. */
public final class OwnCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(3);

  private final Path launcher;
  private final Path data;
  private final int port;
  private final Timers timers;

  public OwnCluster(Path launcher, Timers timers) throws IOException {
    this.launcher = launcher;
    this.timers = timers;
    this.data = Files.createTempDirectory("j8s-bench");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  /** {@code ./j8s up} until it returns: every node is Ready. Returns the seconds that it took. */
  public double up(String... options) throws IOException, InterruptedException {
    long start = timers.nanoTime();
    run(start("up", options));
    return (timers.nanoTime() - start) / 1e9;
  }

  /** Seconds from the start of the process until /readyz says ok; the cluster is then stopped. */
  double readySeconds() throws IOException, InterruptedException {
    long start = timers.nanoTime();
    Process process = start("up", "--foreground", "--simulated");
    try {
      Connection anyone = Connection.unverified(URI.create("https://127.0.0.1:" + port), "");
      while (!ready(anyone)) {
        if (timers.nanoTime() - start > PATIENCE.toNanos() || !process.isAlive()) {
          throw new BenchException("the API server did not become ready");
        }
        timers.sleep(BETWEEN_TRIES);
      }
      return (timers.nanoTime() - start) / 1e9;
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static boolean ready(Connection server) {
    try (HttpConnection connection = new HttpConnection(server, server.tls())) {
      return connection.exchange("GET", "/readyz", "", Load.Request.NO_BODY) == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  public Path kubeconfig() {
    return data.resolve("admin.conf");
  }

  /** The cluster's process; its runtime, kubelet and proxy are in it. */
  public ServerProcesses processes() throws IOException {
    return new ServerProcesses(
        List.of(Long.parseLong(Files.readString(data.resolve("run/pid")).strip())));
  }

  private Process start(String command, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of(launcher.toString(), command));
    line.addAll(List.of("--data-dir", data.toString()));
    if (command.equals("up")) {
      line.addAll(List.of("--port", Integer.toString(port), "--bind-address", "127.0.0.1"));
    }
    line.addAll(List.of(options));
    return new ProcessBuilder(line)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void run(Process process) throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroy();
      throw new BenchException("./j8s did not do it; its last words are above");
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run(start("down", "--purge"));
  }
}
