package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A served member in a process of its own, which can be killed and stopped. */
final class MemberProcess {
  private final List<String> command;
  private final int clientPort;
  private Process process;

  MemberProcess(String name, Path directory, String cluster, int clientPort) throws IOException {
    this.clientPort = clientPort;
    this.command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            MemberProcess.class.getName(),
            name,
            directory.toString(),
            cluster,
            String.valueOf(clientPort));
    this.process = launch();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  String clientUrl() {
    return "http://127.0.0.1:" + clientPort;
  }

  /** Kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    var unused = process.waitFor(10, TimeUnit.SECONDS);
  }

  void start() throws IOException {
    process = launch();
  }

  /** Stops the process's time for a while. */
  void pause(Duration time) throws IOException, InterruptedException {
    signal("STOP");
    Thread.sleep(time);
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** {@code <name> <directory> <initial cluster> <client port>}. */
  public static void main(String[] args) throws Exception {
    var members = ReplicationOptions.cluster(args[2]);
    URI own = java.util.Objects.requireNonNull(members.get(args[0]));
    ReplicationOptions options =
        ReplicationOptions.of(args[0], Path.of(args[1]), own, members)
            .withTimeouts(Duration.ofMillis(500), Duration.ofSeconds(5))
            .withSnapshots(200, 50);
    InetSocketAddress clients = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[3]));
    try (ReplicatedStore store =
            ReplicatedStore.start(options, new SplittableRandom(args[0].hashCode()));
        EtcdServer server =
            EtcdServer.start(EtcdServerOptions.of(args[0], List.of(clients), List.of()), store)) {
      // Lives as long as its parent holds the other end.
      while (System.in.read() >= 0) {}
    }
  }
}
