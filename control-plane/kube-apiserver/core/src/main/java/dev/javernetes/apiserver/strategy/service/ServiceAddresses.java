package dev.javernetes.apiserver.strategy.service;

import static dev.javernetes.apiserver.strategy.service.ServiceTraits.NONE;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.clusterIps;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.families;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isExternalName;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.spec;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives a service its address families and cluster IPs before it is validated. */
final class ServiceAddresses {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath POLICY = SPEC.child("ipFamilyPolicy");
  private static final String SINGLE = "SingleStack";
  private static final String REQUIRED = "RequireDualStack";

  private final ServiceNetwork network;

  ServiceAddresses(ServiceNetwork network) {
    this.network = network;
  }

  /** Makes clusterIP and clusterIPs agree where the client said only one of them. */
  static void normalize(JsonObject service, @Nullable JsonObject old) {
    JsonObject spec = spec(service);
    String ip = spec.string("clusterIP");
    if (old == null) {
      if (!ip.isEmpty() && clusterIps(service).isEmpty()) {
        setIps(spec, List.of(ip));
      }
      return;
    }
    String oldIp = spec(old).string("clusterIP");
    List<String> oldIps = clusterIps(old);
    if (!oldIps.isEmpty() && clusterIps(service).isEmpty() && oldIp.equals(ip)) {
      setIps(spec, oldIps);
    }
    if (!oldIp.equals(ip) && clusterIps(service).equals(oldIps)) {
      setIps(spec, ip.isEmpty() ? List.of() : List.of(ip));
    }
  }

  private static void setIps(JsonObject spec, List<String> ips) {
    set(spec, "clusterIPs", ips);
  }

  private static void set(JsonObject spec, String name, List<String> values) {
    if (values.isEmpty()) {
      spec.remove(name);
    } else {
      spec.put(name, new ArrayList<Object>(values));
    }
  }

  /** Completes families and addresses; what cannot be is refused as upstream does. */
  void assign(StrategyContext context, JsonObject service, @Nullable JsonObject old) {
    if (isExternalName(service) || old != null && isUnchangedPreferDual(service, old)) {
      return;
    }
    ErrorList errors = new ErrorList();
    settleFamilies(service, old, errors);
    refuse(service, errors);
    claimAll(context, service, old, errors);
    refuse(service, errors);
  }

  static void refuse(JsonObject service, ErrorList errors) {
    if (errors.size() > 0) {
      throw ApiException.invalid(
          "", "Service", service.objectOrEmpty("metadata").string("name"), errors);
    }
  }

  private static boolean isUnchangedPreferDual(JsonObject service, JsonObject old) {
    String prefer = "PreferDualStack";
    return ServiceTraits.type(service).equals(ServiceTraits.type(old))
        && ServiceTraits.familyPolicy(service).equals(prefer)
        && (ServiceTraits.familyPolicy(old).isEmpty()
            || ServiceTraits.familyPolicy(old).equals(prefer))
        && clusterIps(service).equals(clusterIps(old))
        && families(service).equals(families(old));
  }

  private void settleFamilies(JsonObject service, @Nullable JsonObject old, ErrorList errors) {
    JsonObject spec = spec(service);
    if (!spec.has("ipFamilyPolicy")) {
      String oldPolicy = old == null ? "" : ServiceTraits.familyPolicy(old);
      String usual = ServiceTraits.isHeadlessWithoutSelector(service) ? REQUIRED : SINGLE;
      spec.put("ipFamilyPolicy", oldPolicy.isEmpty() ? usual : oldPolicy);
    }
    ServiceRules.checkAddresses(service, old, errors);
    refuse(service, errors);
    String policy = spec.string("ipFamilyPolicy");
    if (old != null) {
      narrow(service, old, policy, errors);
    }
    if (policy.equals(SINGLE)) {
      String message = "must be 'RequireDualStack' or 'PreferDualStack' when multiple ";
      if (clusterIps(service).size() == 2) {
        errors.invalid(POLICY, policy, message + "cluster IPs are specified");
      }
      if (families(service).size() == 2) {
        errors.invalid(POLICY, policy, message + "IP families are specified");
      }
    }
    infer(service, errors);
    refuse(service, errors);
    complete(service, policy, errors);
  }

  private static void narrow(JsonObject service, JsonObject old, String policy, ErrorList errors) {
    JsonObject spec = spec(service);
    List<String> ips = clusterIps(service);
    List<String> families = families(service);
    if (policy.equals(SINGLE)) {
      if (ips.size() > 1 && ips.equals(clusterIps(old))) {
        setIps(spec, ips.subList(0, 1));
      }
      if (families.size() > 1 && families.equals(families(old))) {
        set(spec, "ipFamilies", families.subList(0, 1));
      }
      return;
    }
    if (ips.size() == 1
        && clusterIps(old).size() == 2
        && ips.getFirst().equals(clusterIps(old).getFirst())) {
      errors.invalid(POLICY, policy, "must be 'SingleStack' to release the secondary cluster IP");
    }
    if (families.size() == 1
        && families(old).size() == 2
        && families.getFirst().equals(families(old).getFirst())) {
      errors.invalid(POLICY, policy, "must be 'SingleStack' to release the secondary IP family");
    }
  }

  private void infer(JsonObject service, ErrorList errors) {
    List<String> ips = clusterIps(service);
    List<String> families = new ArrayList<>(families(service));
    for (int i = families.size(); i < ips.size() && !ips.get(i).equals(NONE); i++) {
      String family = IpRules.isV6(ips.get(i)) ? "IPv6" : "IPv4";
      if (network.families().contains(family)) {
        families.add(family);
      } else {
        errors.invalid(
            SPEC.child("clusterIPs").index(i), ips, family + " is not configured on this cluster");
      }
    }
    set(spec(service), "ipFamilies", families);
  }

  private void complete(JsonObject service, String policy, ErrorList errors) {
    List<String> configured = network.families();
    List<String> families = new ArrayList<>(families(service));
    boolean anyFamily = ServiceTraits.isHeadlessWithoutSelector(service);
    if (!anyFamily) {
      if (policy.equals(REQUIRED) && configured.size() < 2) {
        errors.invalid(POLICY, policy, "this cluster is not configured for dual-stack services");
      }
      for (int i = 0; i < families.size(); i++) {
        if (!configured.contains(families.get(i))) {
          errors.invalid(
              SPEC.child("ipFamilies").index(i), families.get(i), "not configured on this cluster");
        }
      }
    }
    if (families.isEmpty()) {
      families.add(configured.getFirst());
    }
    if (families.size() == 1 && !policy.equals(SINGLE) && (anyFamily || configured.size() == 2)) {
      families.add(families.getFirst().equals("IPv4") ? "IPv6" : "IPv4");
    }
    set(spec(service), "ipFamilies", families);
  }

  private void claimAll(
      StrategyContext context, JsonObject service, @Nullable JsonObject old, ErrorList errors) {
    List<String> ips = new ArrayList<>(clusterIps(service));
    JsonObject before = old == null || isExternalName(old) ? null : old;
    if (ips.contains(NONE) || before != null && clusterIps(before).contains(NONE)) {
      return;
    }
    List<String> families = families(service);
    int kept =
        before == null
            ? 0
            : families(before).size() == 1 && families.size() == 2 ? 1 : families.size();
    for (int i = kept; i < families.size(); i++) {
      if (i == ips.size()) {
        ips.add("");
      }
      address(context, service, ips, i, families.get(i), errors);
    }
    setIps(spec(service), ips);
    if (!ips.isEmpty()) {
      spec(service).put("clusterIP", ips.getFirst());
    }
  }

  private void address(
      StrategyContext context,
      JsonObject service,
      List<String> ips,
      int index,
      String family,
      ErrorList errors) {
    String ip = ips.get(index);
    try {
      if (ip.isEmpty()) {
        ips.set(index, network.chooseAddress(family, context.now()));
      } else {
        network.claimAddress(ip, context.now(), context.dryRun());
      }
    } catch (ServiceNetwork.Taken taken) {
      if (ip.isEmpty()) {
        throw ApiException.internal(
            "failed to allocate a serviceIP for Service \""
                + service.objectOrEmpty("metadata").string("name")
                + "\": "
                + taken.getMessage());
      }
      errors.invalid(
          SPEC.child("clusterIPs"),
          List.copyOf(ips),
          "failed to allocate IP " + ip + ": " + taken.getMessage());
    }
  }
}
