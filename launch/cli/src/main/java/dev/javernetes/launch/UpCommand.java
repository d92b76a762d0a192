package dev.javernetes.launch;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    description = "Starts a cluster and waits until its node is Ready.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Mixin private DataDirOption data = new DataDirOption();

  @Option(
      names = "--foreground",
      description = "Stay in the foreground, as under systemd or in a container.")
  private boolean foreground;

  @Option(
      names = "--background",
      hidden = true,
      description = "The launcher follows our output until we are ready.")
  private boolean background;

  @Option(
      names = "--simulated",
      description =
          "Simulated nodes: pods become Running, no container is started. Needs neither root nor Linux.")
  private boolean simulated;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many simulated nodes (default: 1).")
  private int nodes = 1;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The API server's port (default: 6443, or the next free one).")
  private int port;

  @Option(
      names = "--bind-address",
      paramLabel = "IP",
      description = "Where the API server listens (default: ${DEFAULT-VALUE}).")
  private String bindAddress = "0.0.0.0";

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "The node's name (default: the host's).")
  private @Nullable String nodeName;

  @Option(
      names = "--container-runtime-endpoint",
      paramLabel = "SOCKET",
      description =
          "A container runtime that runs already (unix:///run/containerd/containerd.sock) in place of ours.")
  private @Nullable String runtimeEndpoint;

  @Override
  public Integer call() throws Exception {
    PrintStream out = System.out;
    try {
      run(out);
      return 0;
    } catch (LaunchException problem) {
      if (!background) {
        throw problem;
      }
      out.println("j8s: " + problem.getMessage());
      return finish(out, 1);
    }
  }

  private void run(PrintStream out) throws Exception {
    if (!simulated && (!DataDirectory.isRoot() || !System.getProperty("os.name").equals("Linux"))) {
      throw new LaunchException(
          "a real node needs Linux and root (sudo ./j8s up). "
              + "./j8s up --simulated runs the same control plane with simulated nodes and needs neither");
    }
    DataDirectory directory = data.directory();
    directory.create();
    Optional<FileLock> lock = directory.lock();
    if (lock.isEmpty()) {
      out.println(
          "runs already (data in "
              + directory.path()
              + directory.process().map(process -> ", pid " + process.pid()).orElse("")
              + ")");
      if (background) {
        finish(out, 0);
      }
      return;
    }
    Progress progress = new Progress(out);
    Logs.to(directory.log(), foreground);
    if (!simulated) {
      NodePackages.ensure(progress::say);
    }
    ClusterOptions options =
        new ClusterOptions(
            directory,
            port,
            address(bindAddress),
            nodeName == null ? hostName() : nodeName,
            simulated ? nodes : 0,
            runtimeEndpoint);
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(asked, stopped), "stop"));
    try (Cluster cluster = Cluster.start(options, progress)) {
      directory.writePid(ProcessHandle.current().pid());
      cluster.awaitNodes(PATIENCE);
      if (background) {
        out.println("export KUBECONFIG=" + directory.kubeconfig());
        finish(out, 0);
        silence();
      }
      asked.await();
    } finally {
      directory.removePid();
      stopped.countDown();
    }
  }

  /** On SIGTERM the main thread closes the cluster in order; the process waits for it. */
  private static void stop(CountDownLatch asked, CountDownLatch stopped) {
    asked.countDown();
    try {
      stopped.await();
    } catch (InterruptedException killed) {
      Thread.currentThread().interrupt();
    }
  }

  /** The launcher's sign that it may go; see {@code up_in_background}. */
  private static int finish(PrintStream out, int status) {
    out.println("\u0004" + status);
    out.flush();
    return status;
  }

  /** The launcher deletes the file that we print to. */
  private static void silence() throws IOException {
    PrintStream nowhere =
        new PrintStream(
            new FileOutputStream("/dev/null"), false, java.nio.charset.StandardCharsets.UTF_8);
    System.setOut(nowhere);
    System.setErr(nowhere);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException unknown) {
      throw new LaunchException("--bind-address is not an address: " + text, unknown);
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
