package dev.javernetes.cloudcontrollermanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.core.v1.LoadBalancerIngress;
import dev.javernetes.api.model.core.v1.LoadBalancerStatus;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.client.Client;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.Timers;
import dev.javernetes.client.fake.FakeApiServer;
import dev.javernetes.cloudcontrollermanager.local.LocalCloud;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CloudControllerManagerTest {
  private final Timers timers = Timers.system();
  private final FakeApiServer server = new FakeApiServer(timers);
  private final Client client = new Client(server);
  private final CloudControllerManager manager =
      CloudControllerManager.start(
          CloudControllerManager.FLAGS.with("leader-elect", "false"),
          new LocalCloud(),
          client,
          new CloudControllerManager.Surroundings(timers, new Random(1), "test", () -> {}));

  @AfterEach
  void close() {
    manager.close();
    server.close();
  }

  @Test
  void aServiceGetsTheNodesAddressAndItsCleanup() {
    node();
    service("web", 80);
    until("an address", () -> addresses("web").equals(List.of("192.0.2.10")));
    assertThat(get("web").metadata().finalizers()).contains(CloudServices.FINALIZER);
    client.delete(Service.TYPE, "default", "web", DeleteOptions.NONE);
    until("gone", () -> client.find(Service.TYPE, "default", "web").isEmpty());
  }

  @Test
  void aPortIsGivenToOneServiceOnly() {
    node();
    service("one", 80);
    until("one has it", () -> addresses("one").size() == 1);
    service("two", 80);
    service("three", 81);
    until("three has its own", () -> addresses("three").size() == 1);
    assertThat(addresses("two")).isEmpty();
    client.patch(
        Service.TYPE,
        "default",
        "one",
        Patch.merge(JsonObject.of("spec", JsonObject.of("type", "ClusterIP"))));
    until("two has it now", () -> addresses("two").size() == 1);
    assertThat(addresses("one")).isEmpty();
    assertThat(get("one").metadata().finalizers()).isEmpty();
  }

  @Test
  void aNewNodeIsInitialized() {
    node();
    until(
        "initialized",
        () -> client.get(Node.TYPE, "", "n").spec().providerID().equals("local://n"));
    assertThat(client.get(Node.TYPE, "", "n").spec().taints()).isEmpty();
  }

  private Service get(String name) {
    return client.get(Service.TYPE, "default", name);
  }

  private List<String> addresses(String service) {
    LoadBalancerStatus balancer = get(service).status().loadBalancer();
    return balancer == null
        ? List.of()
        : balancer.ingress().stream().map(LoadBalancerIngress::ip).toList();
  }

  private void node() {
    client.create(
        Node.TYPE,
        Node.fromJson(
            parse(
                """
                {'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': 'n'},
                 'spec': {'taints': [{'key': 'node.cloudprovider.kubernetes.io/uninitialized',
                   'value': 'true', 'effect': 'NoSchedule'}]},
                 'status': {'conditions': [{'type': 'Ready', 'status': 'True'}],
                   'addresses': [{'type': 'InternalIP', 'address': '192.0.2.10'}]}}
                """)));
  }

  private void service(String name, int port) {
    client.create(
        Service.TYPE,
        Service.fromJson(
            parse(
                """
                {'apiVersion': 'v1', 'kind': 'Service',
                 'metadata': {'name': '%s', 'namespace': 'default'},
                 'spec': {'type': 'LoadBalancer', 'ports': [{'port': %d}]}}
                """
                    .formatted(name, port))));
  }

  private static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }

  private static JsonObject parse(String json) {
    try {
      return Json.parseObject(json.replace('\'', '"'));
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(problem);
    }
  }
}
