package dev.javernetes.apiserver.strategy.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.FakeObjects;
import dev.javernetes.apiserver.services.AddressRange;
import dev.javernetes.apiserver.services.PortBitmap;
import dev.javernetes.apiserver.strategy.Written;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceRepairTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final GroupResource SERVICES = new GroupResource("", "services");
  private static final GroupResource ADDRESSES =
      new GroupResource("networking.k8s.io", "ipaddresses");

  private final MvccStore store = InMemoryStore.open();
  private final FakeObjects objects = new FakeObjects();
  private final PortBitmap ports = new PortBitmap(store, 30_000, 30_099, new Random(1));
  private final ServiceNetwork network =
      new ServiceNetwork(
          List.of(AddressRange.parse("10.96.0.0/24")),
          ports,
          () -> objects,
          () -> objects,
          new Random(1));
  private final ServiceRepair repair = new ServiceRepair(network, () -> objects, () -> NOW);

  @AfterEach
  void close() {
    store.close();
  }

  private void service(String ip, int port, int healthPort) {
    objects.put(
        SERVICES,
        Written.parse(
            """
            {'metadata': {'name': 's', 'namespace': 'd'},
             'spec': {'clusterIP': '%s', 'clusterIPs': ['%s'], 'healthCheckNodePort': %d,
                      'ports': [{'port': 80, 'nodePort': %d}]}}\
            """
                .formatted(ip, ip, healthPort, port)));
  }

  private void address(String ip, String service, String created) {
    objects.put(
        ADDRESSES,
        Written.parse(
            """
            {'metadata': {'name': '%s', 'creationTimestamp': '%s',
                          'labels': {'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io'}},
             'spec': {'parentRef': {'resource': 'services', 'namespace': 'd', 'name': '%s'}}}\
            """
                .formatted(ip, created, service)));
  }

  private boolean guarded(String ip) {
    return objects.get(ADDRESSES, "", ip) != null;
  }

  @Test
  void guardsWhatServicesHave() {
    service("10.96.0.7", 30_080, 30_081);
    repair.run();
    assertThat(guarded("10.96.0.7")).isTrue();
    assertThat(ports.isFree(30_080)).isFalse();
    assertThat(ports.isFree(30_081)).isFalse();
  }

  @Test
  void givesBackAddressesThatNoServiceHas() {
    service("10.96.0.7", 0, 0);
    address("10.96.0.8", "s", "2026-01-02T03:00:00Z"); // its service has another one
    address("10.96.0.9", "gone", "2026-01-02T03:00:00Z");
    address("10.96.0.10", "coming", "2026-01-02T03:04:00Z");
    repair.run();
    assertThat(guarded("10.96.0.7")).isTrue();
    assertThat(guarded("10.96.0.8")).isFalse();
    assertThat(guarded("10.96.0.9")).isFalse();
    assertThat(guarded("10.96.0.10")).as("younger than a minute").isTrue();
  }

  @Test
  void leavesWhatOthersManage() {
    objects.put(
        ADDRESSES,
        Written.parse(
            """
            {'metadata': {'name': '10.1.1.1', 'creationTimestamp': '2020-01-01T00:00:00Z'},
             'spec': {'parentRef': {'resource': 'gateways', 'namespace': 'd', 'name': 'g'}}}\
            """));
    repair.run();
    assertThat(guarded("10.1.1.1")).isTrue();
  }

  @Test
  void freesAPortSeenUnusedThreeTimes() {
    ports.take(30_050);
    repair.run();
    repair.run();
    assertThat(ports.isFree(30_050)).isFalse();
    repair.run();
    assertThat(ports.isFree(30_050)).isTrue();
  }

  @Test
  void aPortThatIsUsedInBetweenIsCountedAnew() {
    ports.take(30_050);
    repair.run();
    repair.run();
    service("None", 30_050, 0);
    repair.run();
    objects.remove(SERVICES, "d", "s");
    repair.run();
    assertThat(ports.isFree(30_050)).isFalse();
  }
}
