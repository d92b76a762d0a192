package dev.javernetes.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One cluster of the launcher's, with simulated nodes, for all tests of this module: it starts with
 * the first that asks for it and ends with the last. Each test works in a namespace of its own.
 *
 * <pre>{@code
 * @ExtendWith(SimulatedCluster.Provided.class)
 * class HelmTest {
 *   @Test
 *   void installs(SimulatedCluster cluster) { … }
 * }
 * }</pre>
 */
final class SimulatedCluster implements AutoCloseable {
  private final Path data;
  private final Program launcher;
  private final String port;
  private final Path kubeconfig;

  private SimulatedCluster(Path data, Program launcher) throws IOException, InterruptedException {
    this.data = data;
    this.launcher = launcher;
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = String.valueOf(free.getLocalPort());
    }
    up();
    this.kubeconfig = Path.of(launcher.run("kubeconfig", "--data-dir", data.toString()).strip());
  }

  private void up() throws IOException, InterruptedException {
    launcher.run(
        "up", "--simulated", "--nodes", "2", "--port", port, "--data-dir", data.toString());
  }

  static SimulatedCluster start() throws IOException, InterruptedException {
    Path root = root();
    assumeTrue(
        Files.isDirectory(root.resolve("launch/cli/target/j8s/lib")),
        "needs the program to be built (./j8s test does it)");
    Path data = Files.createTempDirectory("j8s-clients");
    Program launcher =
        new Program(List.of(root.resolve("j8s").toString()), root, Map.of("J8S_NO_BUILD", "1"));
    return new SimulatedCluster(data, launcher);
  }

  private static Path root() {
    for (Path here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
      if (Files.exists(here.resolve("j8s"))) {
        return here;
      }
    }
    throw new IllegalStateException("no project around " + Path.of("").toAbsolutePath());
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  /** A program that finds this cluster by the environment, as users have it. */
  Program program(Path folder, String... command) {
    List<String> whole = new ArrayList<>(List.of(command));
    return new Program(
        whole, folder, Map.of("KUBECONFIG", kubeconfig.toString(), "HOME", folder.toString()));
  }

  /** Ends the cluster and starts it again on the same data and port. */
  void restart() throws IOException, InterruptedException {
    launcher.run("down", "--data-dir", data.toString());
    up();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    launcher.run("down", "--purge", "--data-dir", data.toString());
  }

  /** Hands the cluster to tests that have a parameter for it. */
  static final class Provided implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType().equals(SimulatedCluster.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(SimulatedCluster.class))
          .computeIfAbsent(
              SimulatedCluster.class,
              key -> {
                try {
                  return start();
                } catch (IOException problem) {
                  throw new UncheckedIOException(problem);
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                  throw new IllegalStateException(stopped);
                }
              },
              SimulatedCluster.class);
    }
  }
}
