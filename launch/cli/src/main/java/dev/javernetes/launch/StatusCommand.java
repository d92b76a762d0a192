package dev.javernetes.launch;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    description =
        "Says whether the cluster runs, and how it is. Exit status 0: it runs and its nodes are ready; 3: it does not run.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final int NOT_READY = 1;
  private static final int NOT_RUNNING =
      3; // as the init scripts of the Linux Standard Base have it

  @Mixin private DataDirOption data = new DataDirOption();

  @Override
  public Integer call() {
    DataDirectory directory = data.directory();
    Optional<ProcessHandle> process = directory.process();
    if (process.isEmpty()) {
      System.out.println("not running (data in " + directory.path() + ")");
      return NOT_RUNNING;
    }
    System.out.println(
        "running: pid "
            + process.get().pid()
            + ", data in "
            + directory.path()
            + ", log "
            + directory.log());
    try (Client client = Clients.fromKubeconfig(directory.kubeconfig(), "j8s-status")) {
      System.out.println("version: " + client.getJson("/version").string("gitVersion"));
      List<Node> nodes = client.list(Node.TYPE, "");
      boolean ready = !nodes.isEmpty();
      for (Node node : nodes) {
        boolean nodeReady = ready(node);
        ready &= nodeReady;
        System.out.println(
            "node " + node.metadata().name() + ": " + (nodeReady ? "Ready" : "NotReady"));
      }
      Map<String, Integer> phases = new TreeMap<>();
      client.list(Pod.TYPE, "").forEach(pod -> phases.merge(pod.status().phase(), 1, Integer::sum));
      System.out.println("pods: " + (phases.isEmpty() ? "none" : phases));
      return ready ? 0 : NOT_READY;
    } catch (ApiException | UncheckedIOException problem) {
      System.out.println("the API server does not answer: " + problem.getMessage());
      return NOT_READY;
    }
  }

  static boolean ready(Node node) {
    return node.status().conditions().stream()
        .anyMatch(
            condition -> condition.type().equals("Ready") && condition.status().equals("True"));
  }
}
