package dev.javernetes.proxy.rules;

import dev.javernetes.api.model.core.v1.LoadBalancerIngress;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServiceSpec;
import dev.javernetes.api.model.discovery.v1.EndpointConditions;
import dev.javernetes.api.model.discovery.v1.EndpointPort;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Joins Services with their EndpointSlices. */
public final class ServicePorts {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";
  private static final String PROXY_NAME = "service.kubernetes.io/service-proxy-name";
  private static final String HEADLESS = "service.kubernetes.io/headless";
  private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

  private ServicePorts() {}

  /** An address family, by how its addresses are told apart in a Service and named in a slice. */
  public enum Family {
    IPV4("IPv4"),
    IPV6("IPv6");

    private final String addressType;

    Family(String addressType) {
      this.addressType = addressType;
    }

    boolean has(String ip) {
      return (ip.indexOf(':') >= 0) == (this == IPV6);
    }
  }

  /** Every port of every Service that this proxy is in charge of, in a stable order. */
  public static List<ServicePort> of(
      Collection<Service> services,
      Collection<EndpointSlice> slices,
      String nodeName,
      Family family) {
    Map<String, List<EndpointSlice>> byService = new HashMap<>();
    for (EndpointSlice slice : slices) {
      String service = slice.metadata().labels().get(SERVICE_NAME);
      if (service != null && slice.addressType().equals(family.addressType)) {
        byService
            .computeIfAbsent(slice.metadata().namespace() + "/" + service, key -> new ArrayList<>())
            .add(slice);
      }
    }
    List<ServicePort> all = new ArrayList<>();
    for (Service service : services) {
      String clusterIp = clusterIp(service, family);
      if (!clusterIp.isEmpty()) {
        String key = service.metadata().namespace() + "/" + service.metadata().name();
        addPorts(service, clusterIp, byService.getOrDefault(key, List.of()), nodeName, family, all);
      }
    }
    all.sort(Comparator.comparing(ServicePort::id).thenComparing(ServicePort::protocol));
    return all;
  }

  /** Empty for a Service that needs no proxy: headless, a mere name, or another proxy's. */
  private static String clusterIp(Service service, Family family) {
    ServiceSpec spec = service.spec();
    Map<String, String> labels = service.metadata().labels();
    if (spec.type().equals("ExternalName")
        || labels.containsKey(PROXY_NAME)
        || labels.containsKey(HEADLESS)) {
      return "";
    }
    List<String> ips = spec.clusterIPs().isEmpty() ? List.of(spec.clusterIP()) : spec.clusterIPs();
    return ips.stream()
        .filter(ip -> !ip.isEmpty() && !ip.equals("None") && family.has(ip))
        .findFirst()
        .orElse("");
  }

  private static void addPorts(
      Service service,
      String clusterIp,
      List<EndpointSlice> slices,
      String nodeName,
      Family family,
      List<ServicePort> all) {
    ServiceSpec spec = service.spec();
    boolean externalLocal = spec.externalTrafficPolicy().equals("Local");
    for (dev.javernetes.api.model.core.v1.ServicePort port : spec.ports()) {
      if (port.port() == null) {
        continue;
      }
      all.add(
          new ServicePort(
              service.metadata().namespace(),
              service.metadata().name(),
              port.name(),
              port.protocol().isEmpty() ? "TCP" : port.protocol(),
              clusterIp,
              port.port(),
              port.nodePort() == null ? 0 : port.nodePort(),
              spec.externalIPs().stream().filter(family::has).toList(),
              loadBalancerIps(service, family),
              spec.loadBalancerSourceRanges().stream()
                  .map(String::strip)
                  .filter(family::has)
                  .toList(),
              affinitySeconds(spec),
              spec.internalTrafficPolicy().equals("Local"),
              externalLocal,
              externalLocal && spec.healthCheckNodePort() != null ? spec.healthCheckNodePort() : 0,
              endpoints(slices, port.name(), nodeName)));
    }
  }

  private static List<String> loadBalancerIps(Service service, Family family) {
    var balancer = service.status().loadBalancer();
    if (balancer == null) {
      return List.of();
    }
    return balancer.ingress().stream()
        .filter(ingress -> !ingress.ipMode().equals("Proxy"))
        .map(LoadBalancerIngress::ip)
        .filter(ip -> !ip.isEmpty() && family.has(ip))
        .toList();
  }

  private static int affinitySeconds(ServiceSpec spec) {
    if (!spec.sessionAffinity().equals("ClientIP")) {
      return 0;
    }
    var config = spec.sessionAffinityConfig();
    Integer seconds =
        config == null || config.clientIP() == null ? null : config.clientIP().timeoutSeconds();
    return seconds == null ? DEFAULT_AFFINITY_SECONDS : seconds;
  }

  /**
   * An address may stand in two slices for a moment, as when it moves; then the ready one counts.
   */
  private static List<Endpoint> endpoints(
      List<EndpointSlice> slices, String portName, String nodeName) {
    Map<String, Endpoint> byAddress = new TreeMap<>();
    for (EndpointSlice slice : slices) {
      for (EndpointPort port : slice.ports()) {
        if (port.port() != null && Objects.requireNonNullElse(port.name(), "").equals(portName)) {
          for (dev.javernetes.api.model.discovery.v1.Endpoint from : slice.endpoints()) {
            addEndpoint(from, port.port(), nodeName, byAddress);
          }
        }
      }
    }
    return List.copyOf(byAddress.values());
  }

  private static void addEndpoint(
      dev.javernetes.api.model.discovery.v1.Endpoint from,
      int port,
      String nodeName,
      Map<String, Endpoint> byAddress) {
    if (from.addresses().isEmpty()) {
      return;
    }
    EndpointConditions conditions = from.conditions();
    // Absent conditions mean ready and serving, as the API says of them.
    boolean ready = conditions == null || conditions.ready() == null || conditions.ready();
    boolean serving =
        conditions == null || conditions.serving() == null ? ready : conditions.serving();
    boolean terminating = conditions != null && Boolean.TRUE.equals(conditions.terminating());
    if (ready || serving && terminating) {
      Endpoint endpoint =
          new Endpoint(
              from.addresses().getFirst(),
              port,
              nodeName.equals(from.nodeName()),
              ready,
              serving,
              terminating);
      byAddress.merge(endpoint.address(), endpoint, (one, other) -> one.ready() ? one : other);
    }
  }
}
