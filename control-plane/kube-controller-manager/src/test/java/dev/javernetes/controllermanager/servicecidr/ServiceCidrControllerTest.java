package dev.javernetes.controllermanager.servicecidr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.networking.v1.IPAddress;
import dev.javernetes.api.model.networking.v1.ServiceCIDR;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.FakeCluster;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceCidrControllerTest {
  private static final String RANGE =
      """
      {'apiVersion': 'networking.k8s.io/v1', 'kind': 'ServiceCIDR', 'metadata': {'name': '%s'},
       'spec': {'cidrs': ['%s']}}\
      """;
  private static final String ADDRESS =
      """
      {'apiVersion': 'networking.k8s.io/v1', 'kind': 'IPAddress', 'metadata': {'name': '%s',
         'labels': {'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io'}},
       'spec': {'parentRef': {'resource': 'services', 'name': 's', 'namespace': 'default'}}}\
      """;

  @Test
  void saysThatARangeIsReadyAndKeepsItWhileItIsUsed() {
    try (FakeCluster cluster = FakeCluster.real("service-cidr-controller")) {
      cluster.create(ServiceCIDR.TYPE, RANGE.formatted("more", "10.200.0.0/24"));
      cluster.until("ready", () -> ready(cluster, "True"));
      assertThat(range(cluster).metadata().finalizers())
          .containsExactly(ServiceCidrController.FINALIZER);

      cluster.create(IPAddress.TYPE, ADDRESS.formatted("10.200.0.7"));
      cluster.client().delete(ServiceCIDR.TYPE, "", "more", DeleteOptions.NONE);
      cluster.until("held", () -> ready(cluster, "False"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.7, 10.96.0.0/16, false",
    "10.200.0.7, 10.200.0.0/16, true",
    "10.200.0.7, 10.200.0.0/28, true",
    "10.200.1.7, 10.96.0.0/16, true",
    "fd00::1, 10.96.0.0/16, true"
  })
  void letsARangeGoThatNobodyNeeds(String address, String other, boolean mayGo) {
    ServiceCIDR range = parse(RANGE.formatted("more", "10.200.0.0/24"));
    assertThat(
            ServiceCidrController.mayGo(
                range,
                List.of(range, parse(RANGE.formatted("other", other))),
                List.of(IPAddress.fromJson(FakeCluster.parse(ADDRESS.formatted(address))))))
        .isEqualTo(mayGo);
  }

  private static ServiceCIDR parse(String json) {
    return ServiceCIDR.fromJson(FakeCluster.parse(json));
  }

  private static ServiceCIDR range(FakeCluster cluster) {
    return cluster.client().find(ServiceCIDR.TYPE, "", "more").orElseThrow();
  }

  private static boolean ready(FakeCluster cluster, String status) {
    return range(cluster).status().conditions().stream()
        .anyMatch(
            condition -> condition.type().equals("Ready") && condition.status().equals(status));
  }
}
