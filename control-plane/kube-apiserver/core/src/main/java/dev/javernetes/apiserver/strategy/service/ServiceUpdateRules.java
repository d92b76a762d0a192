package dev.javernetes.apiserver.strategy.service;

import static dev.javernetes.apiserver.strategy.service.ServiceTraits.clusterIps;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.families;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isExternalName;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isHeadless;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.spec;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.List;
import java.util.Objects;

/** What may become of a service, and of its status. */
final class ServiceUpdateRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final String ONCE = "may not change once set";

  private ServiceUpdateRules() {}

  static void check(JsonObject service, JsonObject old, ErrorList errors) {
    if (!isExternalName(service) && !isExternalName(old)) {
      if (!isHeadless(service) || !isHeadless(old)) {
        ips(clusterIps(service), clusterIps(old), service, errors);
      }
      if (!isHeadless(service) && !isHeadless(old)) {
        checkFamilies(service, families(service), families(old), errors);
      }
    }
    String name = spec(service).stringOrNull("loadBalancerClass");
    if (ServiceTraits.isLoadBalancer(service)
        && ServiceTraits.isLoadBalancer(old)
        && !Objects.equals(name, spec(old).stringOrNull("loadBalancerClass"))) {
      errors.invalid(SPEC.child("loadBalancerClass"), name, ONCE);
    }
    ServiceRules.loadBalancerClass(service, errors);
    if (ServiceTraits.needsHealthCheck(service)
        && ServiceTraits.needsHealthCheck(old)
        && spec(service).integer("healthCheckNodePort")
            != spec(old).integer("healthCheckNodePort")) {
      errors.forbidden(SPEC.child("healthCheckNodePort"), FieldRules.IMMUTABLE);
    }
    ServiceRules.check(service, old, errors);
  }

  private static void ips(
      List<String> ips, List<String> old, JsonObject service, ErrorList errors) {
    FieldPath path = SPEC.child("clusterIPs");
    if (old.size() == ips.size()) {
      for (int i = 0; i < ips.size(); i++) {
        if (!ips.get(i).equals(old.get(i))) {
          errors.invalid(path.index(i), ips, ONCE);
        }
      }
      return;
    }
    if (ips.isEmpty()) {
      errors.invalid(path.index(0), null, "primary clusterIP can not be unset");
    } else if (!old.isEmpty() && !ips.getFirst().equals(old.getFirst())) {
      errors.invalid(path.index(0), ips, ONCE);
    }
    if (old.size() > ips.size() && ips.size() == 1) {
      singleStack(
          service, "must be set to 'SingleStack' when releasing the secondary clusterIP", errors);
    }
  }

  private static void checkFamilies(
      JsonObject service, List<String> families, List<String> old, ErrorList errors) {
    FieldPath path = SPEC.child("ipFamilies").index(0);
    if (old.size() == families.size()) {
      for (int i = 0; i < families.size(); i++) {
        if (!families.get(i).equals(old.get(i))) {
          errors.invalid(path, families, ONCE);
        }
      }
      return;
    }
    if (old.size() > families.size() && clusterIps(service).isEmpty()) {
      errors.invalid(path, families, "primary ipFamily can not be unset");
    }
    if (!families.isEmpty() && !old.isEmpty() && !families.getFirst().equals(old.getFirst())) {
      errors.invalid(path, clusterIps(service), ONCE);
    }
    if (old.size() > families.size() && families.size() == 1) {
      singleStack(
          service, "must be set to 'SingleStack' when releasing the secondary ipFamily", errors);
    }
  }

  private static void singleStack(JsonObject service, String message, ErrorList errors) {
    String policy = spec(service).stringOrNull("ipFamilyPolicy");
    if (!"SingleStack".equals(policy)) {
      errors.invalid(SPEC.child("ipFamilyPolicy"), policy, message);
    }
  }

  static void status(JsonObject service, JsonObject old, ErrorList errors) {
    FieldPath path = FieldPath.of("status", "loadBalancer", "ingress");
    List<JsonObject> ingresses = ingresses(service);
    if (!ServiceTraits.isLoadBalancer(service) && !ingresses.isEmpty()) {
      errors.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
      return;
    }
    List<String> existing = ingresses(old).stream().map(ingress -> ingress.string("ip")).toList();
    for (int i = 0; i < ingresses.size(); i++) {
      ingress(ingresses.get(i), existing, path.index(i), errors);
    }
  }

  static List<JsonObject> ingresses(JsonObject service) {
    return service.objectOrEmpty("status").objectOrEmpty("loadBalancer").objects("ingress");
  }

  private static void ingress(
      JsonObject ingress, List<String> existing, FieldPath path, ErrorList errors) {
    String ip = ingress.string("ip");
    String mode = ingress.stringOrNull("ipMode");
    if (!ip.isEmpty()) {
      IpRules.address(ip, existing, path.child("ip"), errors);
    }
    if (mode == null) {
      if (!ip.isEmpty()) {
        errors.required(path.child("ipMode"), "must be specified when `ip` is set");
      }
    } else if (ip.isEmpty()) {
      errors.forbidden(path.child("ipMode"), "may not be specified when `ip` is not set");
    } else {
      FieldRules.supported(mode, List.of("Proxy", "VIP"), path.child("ipMode"), errors);
    }
    String host = ingress.string("hostname");
    if (!host.isEmpty()) {
      FieldRules.dnsSubdomain(host, path.child("hostname"), errors);
      if (IpRules.isAddress(host)) {
        errors.invalid(path.child("hostname"), host, "must be a DNS name, not an IP address");
      }
    }
  }
}
