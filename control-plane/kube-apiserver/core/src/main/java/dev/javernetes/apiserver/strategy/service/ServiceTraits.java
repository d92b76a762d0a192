package dev.javernetes.apiserver.strategy.service;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What can be asked of a service's spec. */
final class ServiceTraits {
  static final String NONE = "None";

  private ServiceTraits() {}

  static JsonObject spec(JsonObject service) {
    return service.objectOrEmpty("spec");
  }

  static String type(JsonObject service) {
    return spec(service).string("type");
  }

  static boolean isExternalName(JsonObject service) {
    return type(service).equals("ExternalName");
  }

  static boolean isLoadBalancer(JsonObject service) {
    return type(service).equals("LoadBalancer");
  }

  static boolean hasNodePorts(JsonObject service) {
    return type(service).equals("NodePort") || isLoadBalancer(service);
  }

  /** Whether ports without a number are given one. */
  static boolean wantsNodePorts(JsonObject service) {
    return type(service).equals("NodePort")
        || isLoadBalancer(service)
            && !Boolean.FALSE.equals(spec(service).boolOrNull("allocateLoadBalancerNodePorts"));
  }

  static boolean needsHealthCheck(JsonObject service) {
    return isLoadBalancer(service) && spec(service).string("externalTrafficPolicy").equals("Local");
  }

  static boolean isExternallyAccessible(JsonObject service) {
    return hasNodePorts(service)
        || type(service).equals("ClusterIP") && !spec(service).strings("externalIPs").isEmpty();
  }

  static boolean isHeadless(JsonObject service) {
    return clusterIps(service).equals(List.of(NONE));
  }

  static boolean isHeadlessWithoutSelector(JsonObject service) {
    return spec(service).string("clusterIP").equals(NONE)
        && spec(service).objectOrEmpty("selector").isEmpty();
  }

  static List<String> clusterIps(JsonObject service) {
    return spec(service).strings("clusterIPs");
  }

  static List<String> families(JsonObject service) {
    return spec(service).strings("ipFamilies");
  }

  static String familyPolicy(JsonObject service) {
    return spec(service).string("ipFamilyPolicy");
  }

  static List<JsonObject> ports(JsonObject service) {
    return spec(service).objects("ports");
  }

  static Set<Long> nodePorts(JsonObject service) {
    Set<Long> ports = new LinkedHashSet<>();
    for (JsonObject port : ports(service)) {
      if (port.integer("nodePort") != 0) {
        ports.add(port.integer("nodePort"));
      }
    }
    return ports;
  }

  /** The addresses that are taken from the cluster's ranges. */
  static List<String> allocatedIps(JsonObject service) {
    return isExternalName(service)
        ? List.of()
        : clusterIps(service).stream().filter(ip -> !ip.equals(NONE) && !ip.isEmpty()).toList();
  }
}
