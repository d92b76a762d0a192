package dev.javernetes.apiserver.strategy.service;

import static dev.javernetes.apiserver.strategy.service.ServiceTraits.NONE;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.clusterIps;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.families;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isHeadless;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isLoadBalancer;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.ports;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.spec;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.type;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import dev.javernetes.apiserver.strategy.core.EndpointsStrategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a service must be. */
final class ServiceRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath PORTS = SPEC.child("ports");
  private static final FieldPath CLUSTER_IPS = SPEC.child("clusterIPs");
  private static final String HINTS = "service.kubernetes.io/topology-aware-hints";
  private static final String MODE = "service.kubernetes.io/topology-mode";
  private static final String RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
  private static final String ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

  private ServiceRules() {}

  static void check(JsonObject service, @Nullable JsonObject old, ErrorList errors) {
    JsonObject spec = spec(service);
    annotations(service, errors);
    if (ports(service).isEmpty()
        && !isHeadless(service)
        && !ServiceTraits.isExternalName(service)) {
      errors.required(PORTS, "");
    }
    checkType(service, spec, errors);
    Set<String> names = new HashSet<>();
    List<JsonObject> ports = ports(service);
    for (int i = 0; i < ports.size(); i++) {
      port(ports.get(i), ports.size() > 1, names, PORTS.index(i), errors);
    }
    if (spec.object("selector") != null) {
      ObjectMetaRules.validateLabels(spec.stringMap("selector"), SPEC.child("selector"), errors);
    }
    affinity(spec, errors);
    checkAddresses(service, old, errors);
    externalIps(spec, old, errors);
    FieldRules.oneOf(
        type(service),
        List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
        SPEC.child("type"),
        errors);
    uniquePorts(service, errors);
    sourceRanges(service, old, errors);
    if (spec.has("allocateLoadBalancerNodePorts") && !isLoadBalancer(service)) {
      errors.forbidden(SPEC.child("allocateLoadBalancerNodePorts"), ONLY_LOAD_BALANCER);
    } else if (!spec.has("allocateLoadBalancerNodePorts") && isLoadBalancer(service)) {
      errors.required(FieldPath.of("allocateLoadBalancerNodePorts"), "");
    }
    loadBalancerClass(service, errors);
    traffic(service, spec, errors);
  }

  private static void annotations(JsonObject service, ErrorList errors) {
    JsonObject annotations = service.objectOrEmpty("metadata").objectOrEmpty("annotations");
    if (annotations.has(MODE)
        && annotations.has(HINTS)
        && !annotations.string(MODE).equals(annotations.string(HINTS))) {
      errors.invalid(
          FieldPath.of("metadata", "annotations").key(MODE),
          annotations.string(MODE),
          "must match annotations[" + HINTS + "] when both are specified");
    }
  }

  private static void checkType(JsonObject service, JsonObject spec, ErrorList errors) {
    if (ServiceTraits.hasNodePorts(service) && isHeadless(service)) {
      errors.invalid(
          CLUSTER_IPS.index(0),
          NONE,
          "may not be set to 'None' for " + type(service) + " services");
    }
    if (!ServiceTraits.isExternalName(service)) {
      return;
    }
    for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
      if (field.equals("ipFamilyPolicy") ? spec.has(field) : !spec.strings(field).isEmpty()) {
        errors.forbidden(SPEC.child(field), "may not be set for ExternalName services");
      }
    }
    String name = spec.string("externalName");
    name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (name.isEmpty()) {
      errors.required(SPEC.child("externalName"), "");
    } else {
      FieldRules.dnsSubdomain(name, SPEC.child("externalName"), errors);
    }
  }

  private static void port(
      JsonObject port, boolean nameRequired, Set<String> names, FieldPath path, ErrorList errors) {
    String name = port.string("name");
    if (!name.isEmpty()) {
      FieldRules.dnsLabel(name, path.child("name"), errors);
      if (!names.add(name)) {
        errors.duplicate(path.child("name"), name);
      }
    } else if (nameRequired) {
      errors.required(path.child("name"), "");
    }
    long number = port.integer("port");
    FieldRules.invalid(FieldRules.portNumber(number), path.child("port"), number, errors);
    FieldRules.oneOf(
        port.string("protocol"), List.of("SCTP", "TCP", "UDP"), path.child("protocol"), errors);
    FieldRules.port(port.get("targetPort"), path.child("targetPort"), errors);
    if (port.has("appProtocol")) {
      FieldRules.qualifiedName(port.string("appProtocol"), path.child("appProtocol"), errors);
    }
  }

  private static void affinity(JsonObject spec, ErrorList errors) {
    String affinity = spec.string("sessionAffinity");
    FieldRules.oneOf(affinity, List.of("ClientIP", "None"), SPEC.child("sessionAffinity"), errors);
    FieldPath path = SPEC.child("sessionAffinityConfig");
    JsonObject config = spec.object("sessionAffinityConfig");
    if (affinity.equals("None") && config != null) {
      errors.forbidden(path, "must not be set when session affinity is None");
    }
    if (!affinity.equals("ClientIP")) {
      return;
    }
    String when = "when session affinity type is ClientIP";
    JsonObject client = config == null ? null : config.object("clientIP");
    FieldPath timeout = path.child("clientIP").child("timeoutSeconds");
    if (config == null || client == null) {
      errors.required(config == null ? path : path.child("clientIP"), when);
    } else if (!client.has("timeoutSeconds")) {
      errors.required(timeout, when);
    } else if (client.integer("timeoutSeconds") <= 0 || client.integer("timeoutSeconds") > 86_400) {
      errors.invalid(
          timeout, client.integer("timeoutSeconds"), "must be greater than 0 and less than 86400");
    }
  }

  /** Addresses and families, as they must be before anything is allocated. */
  static void checkAddresses(JsonObject service, @Nullable JsonObject old, ErrorList errors) {
    if (ServiceTraits.isExternalName(service)) {
      return;
    }
    List<String> ips = clusterIps(service);
    String first = spec(service).string("clusterIP");
    if (!first.isEmpty() && ips.isEmpty()) {
      errors.required(CLUSTER_IPS, "");
    } else if (!first.isEmpty() && !ips.getFirst().equals(first)) {
      errors.invalid(CLUSTER_IPS, ips, "first value must match `clusterIP`");
    } else if (first.isEmpty() && !ips.isEmpty()) {
      errors.invalid(CLUSTER_IPS, ips, "must be empty when `clusterIP` is not specified");
    }
    familyValues(service, errors);
    if (!addressValues(ips, old == null ? List.of() : clusterIps(old), errors)) {
      return;
    }
    if (ips.size() > 1 && !IpRules.isDualStack(ips)) {
      errors.invalid(CLUSTER_IPS, ips, "may specify no more than one IP for each IP family");
    }
    if (!isHeadless(service)) {
      List<String> families = families(service);
      for (int i = 0; i < ips.size() && i < families.size(); i++) {
        String family = families.get(i);
        if (family.equals(IpRules.isV6(ips.get(i)) ? "IPv4" : "IPv6")) {
          errors.invalid(
              CLUSTER_IPS.index(i),
              ips.get(i),
              "expected an " + family + " value as indicated by `ipFamilies[" + i + "]`");
        }
      }
    }
  }

  private static void familyValues(JsonObject service, ErrorList errors) {
    List<String> families = families(service);
    for (int i = 0; i < families.size(); i++) {
      FieldRules.supported(
          families.get(i), List.of("IPv4", "IPv6"), SPEC.child("ipFamilies").index(i), errors);
      if (families.subList(0, i).contains(families.get(i))) {
        errors.duplicate(SPEC.child("ipFamilies").index(i), families.get(i));
      }
    }
    if (spec(service).has("ipFamilyPolicy")) {
      FieldRules.supported(
          ServiceTraits.familyPolicy(service),
          List.of("PreferDualStack", "RequireDualStack", "SingleStack"),
          SPEC.child("ipFamilyPolicy"),
          errors);
    }
  }

  private static boolean addressValues(List<String> ips, List<String> old, ErrorList errors) {
    int before = errors.size();
    for (int i = 0; i < ips.size(); i++) {
      if (i > 0 || !ips.get(i).equals(NONE)) {
        IpRules.address(ips.get(i), old, CLUSTER_IPS.index(i), errors);
      } else if (ips.size() > 1) {
        errors.invalid(CLUSTER_IPS, ips, "'None' must be the first and only value");
      }
    }
    boolean valid = errors.size() == before;
    if (ips.size() > 2) {
      errors.invalid(CLUSTER_IPS, ips, "may only hold up to 2 values");
    }
    return valid;
  }

  private static void externalIps(JsonObject spec, @Nullable JsonObject old, ErrorList errors) {
    List<String> existing = old == null ? List.of() : spec(old).strings("externalIPs");
    List<String> ips = spec.strings("externalIPs");
    for (int i = 0; i < ips.size(); i++) {
      FieldPath path = SPEC.child("externalIPs").index(i);
      int before = errors.size();
      IpRules.address(ips.get(i), existing, path, errors);
      if (errors.size() == before) {
        EndpointsStrategy.endpointIp(ips.get(i), path, errors);
      }
    }
  }

  private static void uniquePorts(JsonObject service, ErrorList errors) {
    List<JsonObject> ports = ports(service);
    if (type(service).equals("ClusterIP")) {
      for (int i = 0; i < ports.size(); i++) {
        if (ports.get(i).integer("nodePort") != 0) {
          errors.forbidden(
              PORTS.index(i).child("nodePort"), "may not be used when `type` is 'ClusterIP'");
        }
      }
    }
    Set<List<Object>> seen = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      long nodePort = ports.get(i).integer("nodePort");
      if (nodePort != 0 && !seen.add(List.of(ports.get(i).string("protocol"), nodePort))) {
        errors.duplicate(PORTS.index(i).child("nodePort"), nodePort);
      }
    }
    seen.clear();
    for (int i = 0; i < ports.size(); i++) {
      String protocol = ports.get(i).string("protocol");
      long number = ports.get(i).integer("port");
      if (!seen.add(List.of(protocol, number))) {
        errors.duplicate(
            PORTS.index(i),
            JsonObject.of(
                "Name",
                "",
                "Protocol",
                protocol,
                "AppProtocol",
                null,
                "Port",
                number,
                "TargetPort",
                0L,
                "NodePort",
                0L));
      }
    }
  }

  private static void sourceRanges(JsonObject service, @Nullable JsonObject old, ErrorList errors) {
    List<String> ranges = stripped(spec(service).strings("loadBalancerSourceRanges"));
    JsonObject annotations = service.objectOrEmpty("metadata").objectOrEmpty("annotations");
    if (!ranges.isEmpty()) {
      FieldPath path = SPEC.child("LoadBalancerSourceRanges");
      if (!isLoadBalancer(service)) {
        errors.forbidden(path, ONLY_LOAD_BALANCER);
      }
      List<String> existing =
          old == null ? List.of() : stripped(spec(old).strings("loadBalancerSourceRanges"));
      for (int i = 0; i < ranges.size(); i++) {
        IpRules.cidr(ranges.get(i), existing, path.index(i), errors);
      }
    } else if (annotations.has(RANGES)) {
      FieldPath path = FieldPath.of("metadata", "annotations").key(RANGES);
      if (!isLoadBalancer(service)) {
        errors.forbidden(path, ONLY_LOAD_BALANCER);
      }
      String value = annotations.string(RANGES);
      boolean kept =
          old != null
              && value.equals(
                  old.objectOrEmpty("metadata").objectOrEmpty("annotations").stringOrNull(RANGES));
      if (!kept && !value.isBlank()) {
        for (String range : value.strip().split(",", -1)) {
          IpRules.cidr(range.strip(), List.of(), path, errors);
        }
      }
    }
  }

  private static List<String> stripped(List<String> values) {
    List<String> stripped = new ArrayList<>();
    values.forEach(value -> stripped.add(value.strip()));
    return stripped;
  }

  static void loadBalancerClass(JsonObject service, ErrorList errors) {
    String value = spec(service).stringOrNull("loadBalancerClass");
    if (value == null) {
      return;
    }
    FieldPath path = SPEC.child("loadBalancerClass");
    if (isLoadBalancer(service)) {
      FieldRules.qualifiedName(value, path, errors);
    } else {
      errors.forbidden(path, ONLY_LOAD_BALANCER);
    }
  }

  private static void traffic(JsonObject service, JsonObject spec, ErrorList errors) {
    List<String> policies = List.of("Cluster", "Local");
    String external = spec.string("externalTrafficPolicy");
    FieldPath path = SPEC.child("externalTrafficPolicy");
    if (ServiceTraits.isExternallyAccessible(service)) {
      FieldRules.oneOf(external, policies, path, errors);
    } else if (!external.isEmpty()) {
      errors.invalid(path, external, "may only be set for externally-accessible services");
    }
    long check = spec.integer("healthCheckNodePort");
    path = SPEC.child("healthCheckNodePort");
    if (!ServiceTraits.needsHealthCheck(service)) {
      if (check != 0) {
        errors.invalid(
            path,
            check,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
      }
    } else if (check == 0) {
      errors.required(path, "");
    } else {
      FieldRules.invalid(FieldRules.portNumber(check), path, check, errors);
    }
    path = SPEC.child("internalTrafficPolicy");
    String internal = spec.stringOrNull("internalTrafficPolicy");
    if (internal != null) {
      FieldRules.supported(internal, policies, path, errors);
    } else if (List.of("NodePort", "LoadBalancer", "ClusterIP").contains(type(service))) {
      errors.required(path, "");
    }
    String distribution = spec.stringOrNull("trafficDistribution");
    List<String> distributions = List.of("PreferClose", "PreferSameZone", "PreferSameNode");
    if (distribution != null && !distributions.contains(distribution)) {
      errors.notSupportedInOrder(SPEC.child("trafficDistribution"), distribution, distributions);
    }
  }
}
