package dev.javernetes.controllermanager.endpointslice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.core.v1.Endpoints;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.discovery.v1.Endpoint;
import dev.javernetes.api.model.discovery.v1.EndpointConditions;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.FakeCluster;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServicesTest {
  private final FakeCluster cluster =
      new FakeCluster(
          "endpoints-controller", "endpointslice-controller", "endpointslice-mirroring-controller");

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void readyPodsComeAndGo() {
    service("'selector': {'app': 'web'},");
    cluster.until("a placeholder", () -> slices().size() == 1);
    assertThat(slices().getFirst().endpoints()).isEmpty();
    pod("a", "10.0.0.1");
    pod("b", "10.0.0.2");
    // the named port is known now, so another slice takes the placeholder's place
    cluster.until("two not ready", () -> slices().size() == 1 && endpoints() == 2);
    assertThat(slices().getFirst().endpoints()).noneMatch(ServicesTest::ready);
    cluster.runPods();
    cluster.until("two in Endpoints", () -> addresses().size() == 2);
    cluster.until(
        "two ready", () -> slices().getFirst().endpoints().stream().allMatch(ServicesTest::ready));
    cluster.until("one slice", () -> slices().size() == 1);
    assertThat(slices().getFirst().ports().getFirst().port()).isEqualTo(8080);
    cluster.client().delete(Pod.TYPE, "default", "a", DeleteOptions.NONE);
    cluster.until("one left", () -> endpoints() == 1 && addresses().equals(List.of("10.0.0.2")));
    cluster.client().delete(Service.TYPE, "default", "web", DeleteOptions.NONE);
    cluster.until(
        "nothing left",
        () -> slices().isEmpty() && cluster.client().list(Endpoints.TYPE, "default").isEmpty());
  }

  @Test
  void whatAUserKeepsIsMirrored() {
    service("");
    cluster.create(
        Endpoints.TYPE,
        """
        {'apiVersion': 'v1', 'kind': 'Endpoints',
         'metadata': {'name': 'web', 'namespace': 'default'},
         'subsets': [{'addresses': [{'ip': '192.0.2.7'}], 'ports': [{'port': 80}]}]}
        """);
    cluster.until("a mirror", () -> endpoints() == 1);
    assertThat(slices().getFirst().metadata().labels())
        .containsEntry(ServiceSlices.MANAGED_BY, MirroredSlices.MANAGER);
  }

  private void service(String selector) {
    cluster.create(
        Service.TYPE,
        """
        {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'web', 'namespace': 'default'},
         'spec': {%s 'ipFamilies': ['IPv4'], 'ports': [{'port': 80, 'targetPort': 'http'}]}}
        """
            .formatted(selector));
  }

  private void pod(String name, String ip) {
    cluster.create(
        Pod.TYPE,
        """
        {'apiVersion': 'v1', 'kind': 'Pod',
         'metadata': {'name': '%s', 'namespace': 'default', 'labels': {'app': 'web'}},
         'spec': {'containers': [{'name': 'c', 'ports': [{'name': 'http', 'containerPort': 8080}]}]},
         'status': {'podIP': '%s', 'podIPs': [{'ip': '%s'}]}}
        """
            .formatted(name, ip, ip));
  }

  private List<EndpointSlice> slices() {
    return cluster.client().list(EndpointSlice.TYPE, "default");
  }

  private static boolean ready(Endpoint endpoint) {
    return endpoint.conditions() instanceof EndpointConditions conditions
        && Boolean.TRUE.equals(conditions.ready());
  }

  private int endpoints() {
    return slices().stream().mapToInt(slice -> slice.endpoints().size()).sum();
  }

  private List<String> addresses() {
    return cluster.client().list(Endpoints.TYPE, "default").stream()
        .flatMap(endpoints -> endpoints.subsets().stream())
        .flatMap(subset -> subset.addresses().stream())
        .map(address -> address.ip())
        .toList();
  }
}
