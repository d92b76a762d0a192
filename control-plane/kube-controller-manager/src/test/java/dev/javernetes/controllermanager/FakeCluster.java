package dev.javernetes.controllermanager;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.Timers;
import dev.javernetes.client.Transport;
import dev.javernetes.client.fake.FakeApiServer;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Controllers over the API server in memory, with a kubelet as simple as can be. */
public final class FakeCluster implements AutoCloseable {
  private final Timers timers = Timers.system();
  private final Client client;
  private final ControllerManager manager;
  private final AutoCloseable server;

  public FakeCluster(String... controllers) {
    FakeApiServer fake = new FakeApiServer(timers);
    server = fake;
    client = new Client(fake);
    manager = start(fake, ControllerClients.shared(new Client(fake)), controllers);
  }

  private FakeCluster(RealServer real, String... controllers) {
    server = real;
    client = new Client(real.as("admin", "system:masters"), "test");
    manager =
        start(
            real.as("system:kube-controller-manager"),
            account ->
                new Client(
                    real.as(
                        "system:serviceaccount:kube-system:" + account,
                        "system:serviceaccounts",
                        "system:serviceaccounts:kube-system")),
            controllers);
  }

  /** The same over the real API server. */
  public static FakeCluster real(String... controllers) {
    return new FakeCluster(new RealServer(), controllers);
  }

  private ControllerManager start(
      Transport transport, ControllerClients clients, String... controllers) {
    return ControllerManager.start(
        ControllerManagerOptions.defaults()
            .with("leader-elect", "false")
            .with("controllers", String.join(",", controllers)),
        new Client(transport),
        clients,
        new ControllerManager.Surroundings(timers, new Random(1), "test", () -> {}));
  }

  public Client client() {
    return client;
  }

  public <T extends KubernetesObject> T create(ResourceType<T> type, String json) {
    return client.create(type, type.fromJson().apply(parse(json)));
  }

  public List<Pod> pods() {
    return client.list(Pod.TYPE, "");
  }

  /** Every pod runs and is ready, and those that are to go are gone. */
  public void runPods() {
    for (Pod pod : pods()) {
      if (pod.metadata().deletionTimestamp() != null) {
        client.delete(
            Pod.TYPE, pod.metadata().namespace(), pod.metadata().name(), DeleteOptions.grace(0));
      } else if (!PodStates.ready(pod) && !PodStates.finished(pod)) {
        client.updateStatus(
            Pod.TYPE,
            pod.toBuilder()
                .status(
                    PodStates.withCondition(
                        pod.status().toBuilder().phase("Running").build(),
                        "Ready",
                        "True",
                        "",
                        "",
                        Instant.now()))
                .build());
      }
    }
  }

  /** Polls, running pods in between. */
  public void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }

  public static JsonObject parse(String json) {
    try {
      return Json.parseObject(json.replace('\'', '"'));
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(problem);
    }
  }

  @Override
  public void close() {
    manager.close();
    try {
      server.close();
    } catch (Exception problem) {
      throw new AssertionError(problem);
    }
  }
}
