package dev.javernetes.apiserver.strategy.service;

import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isExternalName;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.spec;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.type;

import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.ArrayList;
import java.util.List;

/** What upstream says about services that are valid and yet not as they should be. */
final class ServiceWarnings {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final String HINTS = "service.kubernetes.io/topology-aware-hints";

  private ServiceWarnings() {}

  static List<String> of(JsonObject service) {
    List<String> warnings = new ArrayList<>();
    JsonObject spec = spec(service);
    if (service.objectOrEmpty("metadata").objectOrEmpty("annotations").has(HINTS)) {
      warnings.add(
          "annotation "
              + HINTS
              + " is deprecated, please use service.kubernetes.io/topology-mode instead");
    }
    addresses(ServiceTraits.allocatedIps(service), "clusterIPs", warnings);
    boolean headless =
        type(service).equals("ClusterIP") && spec.string("clusterIP").equals(ServiceTraits.NONE);
    List<String> external = spec.strings("externalIPs");
    String balancer = spec.string("loadBalancerIP");
    if (headless && !balancer.isEmpty()) {
      warnings.add("spec.loadBalancerIP is ignored for headless services");
    }
    if (headless && !external.isEmpty()) {
      warnings.add("spec.externalIPs is ignored for headless services");
    }
    if (headless && !spec.string("sessionAffinity").equals("None")) {
      warnings.add("spec.SessionAffinity is ignored for headless services");
    }
    addresses(external, "externalIPs", warnings);
    if (!external.isEmpty() && !headless && !isExternalName(service)) {
      warnings.add(
          "spec.externalIPs is deprecated and may no longer be implemented in some clusters");
    }
    if (!balancer.isEmpty()) {
      IpRules.warn(balancer, SPEC.child("loadBalancerIP"), warnings);
    }
    List<String> ranges = spec.strings("loadBalancerSourceRanges");
    for (int i = 0; i < ranges.size(); i++) {
      IpRules.warnCidr(ranges.get(i), SPEC.child("loadBalancerSourceRanges").index(i), warnings);
    }
    if (isExternalName(service) && !external.isEmpty()) {
      warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
    }
    if (!isExternalName(service) && !spec.string("externalName").isEmpty()) {
      warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
    }
    if (spec.string("trafficDistribution").equals("PreferClose")) {
      warnings.add(
          "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
    }
    return warnings;
  }

  private static void addresses(List<String> addresses, String field, List<String> warnings) {
    for (int i = 0; i < addresses.size(); i++) {
      IpRules.warn(addresses.get(i), SPEC.child(field).index(i), warnings);
    }
  }

  static List<String> ofStatus(JsonObject service) {
    List<String> warnings = new ArrayList<>();
    List<JsonObject> ingresses = ServiceUpdateRules.ingresses(service);
    for (int i = 0; i < ingresses.size(); i++) {
      IpRules.warn(
          ingresses.get(i).string("ip"),
          FieldPath.of("status", "loadBalancer", "ingress").index(i),
          warnings);
    }
    return warnings;
  }
}
