package dev.javernetes.launch;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "warm-up",
    description =
        "Runs a simulated cluster for a moment, so that the JVM can record what a start needs (the launcher calls it after a build).",
    hidden = true)
final class WarmUpCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("j8s-warm-up");
    DataDirectory directory = new DataDirectory(folder);
    directory.create();
    Logs.to(directory.log(), false);
    ClusterOptions options =
        new ClusterOptions(
            directory, freePort(), InetAddress.getLoopbackAddress(), "warm-up", 1, null);
    PrintStream out = System.out;
    try (Cluster cluster = Cluster.start(options, new Progress(out));
        Client client = Clients.fromKubeconfig(directory.kubeconfig(), "warm-up")) {
      cluster.awaitNodes(PATIENCE);
      work(client);
    } finally {
      DownCommand.delete(folder);
    }
    return 0;
  }

  /** Touches what a cluster's first minute touches: writes, lists, discovery, a rollout. */
  private static void work(Client client) throws InterruptedException {
    for (String path :
        List.of(
            "/api", "/apis", "/version", "/readyz", "/openapi/v3", "/api/v1", "/apis/apps/v1")) {
      if (!path.equals("/readyz")) {
        client.getJson(path);
      }
    }
    JsonObject template =
        JsonObject.of(
            "metadata", JsonObject.of("labels", JsonObject.of("app", "warm")),
            "spec",
                JsonObject.of(
                    "containers",
                    new java.util.ArrayList<Object>(
                        List.of(JsonObject.of("name", "c", "image", "i")))));
    JsonObject deployment =
        JsonObject.of(
            "metadata", JsonObject.of("name", "warm", "namespace", "default"),
            "spec",
                JsonObject.of(
                    "replicas",
                    400L,
                    "selector",
                    JsonObject.of("matchLabels", JsonObject.of("app", "warm")),
                    "template",
                    template));
    client.create(Deployment.TYPE, Deployment.fromJson(deployment));
    client.create(
        ConfigMap.TYPE,
        ConfigMap.fromJson(
            JsonObject.of("metadata", JsonObject.of("name", "warm", "namespace", "default"))));
    for (int i = 0; i < 100 && running(client) < 400; i++) {
      Thread.sleep(50); // a warm-up has no hurry and nothing to be told
    }
    client.delete(Deployment.TYPE, "default", "warm", DeleteOptions.BACKGROUND);
    client.delete(ConfigMap.TYPE, "default", "warm", DeleteOptions.NONE);
  }

  private static long running(Client client) {
    return client.list(Pod.TYPE, "default").stream()
        .filter(pod -> pod.status().phase().equals("Running"))
        .count();
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }
}
