package dev.javernetes.kubelet.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.client.Client;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.FakeApiServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class SimulatedNodesTest {
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private final FakeApiServer api = new FakeApiServer();

  @Test
  void podsRunAtOnceAndGoWhenDeleted() throws Exception {
    try (SimulatedNodes nodes = start(3)) {
      assertThat(nodes.awaitReady(Duration.ofSeconds(5))).isTrue();
      assertThat(api.list("/api/v1/nodes")).hasSize(3);
      api.put(PODS, pod("web", "simulated-1"));
      api.put(PODS, pod("elsewhere", "real-node"));
      eventually(() -> phase("web").equals("Running"));
      JsonObject status = api.list(PODS).getFirst().objectOrEmpty("status");
      assertThat(status.string("podIP")).startsWith("10.");
      assertThat(status.objects("containerStatuses").getFirst().bool("ready")).isTrue();
      assertThat(phase("elsewhere")).isEmpty();
      api.deletePod(PODS + "/web", 30);
      eventually(() -> api.get(PODS + "/web") == null);
    }
  }

  @Test
  void aThousandPodsRunSoon() throws Exception {
    for (int i = 0; i < 1000; i++) {
      api.put(PODS, pod("p" + i, "simulated-" + i % 10));
    }
    long begin = System.nanoTime();
    try (SimulatedNodes nodes = start(10)) {
      assertThat(nodes.names()).hasSize(10);
      eventually(() ->
          api.list(PODS).stream()
              .allMatch(pod -> pod.objectOrEmpty("status").string("phase").equals("Running")));
    }
    // the goal is 2 s; the bound here only catches a blunder on a busy machine
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
  }

  private SimulatedNodes start(int count) {
    return SimulatedNodes.start(
        new Client(api), count, SimulatedOptions.defaults(), Timers.system(), new Random(1));
  }

  private String phase(String name) {
    JsonObject pod = api.get(PODS + "/" + name);
    return pod == null ? "gone" : pod.objectOrEmpty("status").string("phase");
  }

  private static JsonObject pod(String name, String node) {
    return JsonObject.of(
        "metadata",
        JsonObject.of("name", name, "namespace", "default"),
        "spec",
        JsonObject.of(
            "nodeName",
            node,
            "containers",
            List.of(JsonObject.of("name", "main", "image", "app:1"))));
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
