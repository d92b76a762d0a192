package dev.javernetes.proxy.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServicePortsTest {
  private static final String SERVICE =
      """
      {"metadata": {"namespace": "default", "name": "web"},
       "spec": {"clusterIP": "10.96.0.5", "clusterIPs": ["10.96.0.5"], "ports": [{"port": 80, "protocol": "TCP", "nodePort": 30080}]%s}}
      """;

  private static JsonObject json(String text) {
    try {
      return Json.parseObject(text);
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(text, problem);
    }
  }

  private static EndpointSlice slice(String endpoints) {
    return EndpointSlice.fromJson(
        json(
            """
            {"metadata": {"namespace": "default", "name": "web-x", "labels": {"kubernetes.io/service-name": "web"}},
             "addressType": "IPv4", "ports": [{"name": "", "port": 8080, "protocol": "TCP"}], "endpoints": [%s]}
            """
                .formatted(endpoints)));
  }

  private static List<ServicePort> ports(String more, String endpoints) {
    return ServicePorts.of(
        List.of(Service.fromJson(json(SERVICE.formatted(more)))),
        List.of(slice(endpoints)),
        "here",
        ServicePorts.Family.IPV4);
  }

  @Test
  void joinsAServiceWithItsSlices() {
    ServicePort port =
        ports(
                "",
                "{\"addresses\": [\"10.244.0.7\"], \"nodeName\": \"here\"}, {\"addresses\": [\"10.244.1.8\"], \"nodeName\": \"there\"}")
            .getFirst();

    assertThat(port.id()).isEqualTo("default/web");
    assertThat(port.internalEndpoints())
        .containsExactly(
            new Endpoint("10.244.0.7", 8080, true, true, true, false),
            new Endpoint("10.244.1.8", 8080, false, true, true, false));
  }

  @Test
  void endpointsThatAreNotReadyAreUsedOnlyWhileTheyTerminateAndNobodyElseServes() {
    String leaving =
        "{\"addresses\": [\"10.244.0.7\"], \"conditions\": {\"ready\": false, \"serving\": true, \"terminating\": true}}";
    String starting =
        "{\"addresses\": [\"10.244.0.9\"], \"conditions\": {\"ready\": false, \"serving\": false}}";
    String ready = "{\"addresses\": [\"10.244.0.8\"], \"conditions\": {\"ready\": true}}";

    assertThat(ports("", leaving + "," + starting).getFirst().internalEndpoints())
        .extracting(Endpoint::ip)
        .containsExactly("10.244.0.7");
    assertThat(ports("", leaving + "," + ready).getFirst().internalEndpoints())
        .extracting(Endpoint::ip)
        .containsExactly("10.244.0.8");
  }

  @Test
  void localPolicyKeepsExternalTrafficOnThisNode() {
    String both =
        "{\"addresses\": [\"10.244.0.7\"], \"nodeName\": \"here\"}, {\"addresses\": [\"10.244.1.8\"], \"nodeName\": \"there\"}";
    ServicePort port = ports(", \"externalTrafficPolicy\": \"Local\"", both).getFirst();

    assertThat(port.internalEndpoints()).hasSize(2);
    assertThat(port.externalEndpoints()).extracting(Endpoint::ip).containsExactly("10.244.0.7");
  }

  @Test
  void leavesAloneWhatNeedsNoProxy() {
    assertThat(ports(", \"type\": \"ExternalName\"", "")).isEmpty();
    Service headless =
        Service.fromJson(
            json(
                "{\"metadata\": {\"namespace\": \"d\", \"name\": \"h\"}, \"spec\": {\"clusterIP\": \"None\", \"ports\": [{\"port\": 1}]}}"));
    assertThat(ServicePorts.of(List.of(headless), List.of(), "here", ServicePorts.Family.IPV4))
        .isEmpty();
  }
}
