package dev.javernetes.apiserver.strategy.service;

import static dev.javernetes.apiserver.strategy.service.ServiceTraits.clusterIps;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.families;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.hasNodePorts;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isExternalName;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.isLoadBalancer;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.spec;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Services. */
public final class ServiceStrategy implements Strategy {
  private final ServiceNetwork network;
  private final ServiceAddresses addresses;
  private final ServiceNodePorts nodePorts;

  public ServiceStrategy(ServiceNetwork network) {
    this.network = network;
    addresses = new ServiceAddresses(network);
    nodePorts = new ServiceNodePorts(network);
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE, MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject service) {
    ServiceDefaults.apply(service);
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject service) {
    service.put("status", JsonObject.of("loadBalancer", new JsonObject()));
    ServiceAddresses.normalize(service, null);
    addresses.assign(context, service, null);
    nodePorts.assign(context, service, null);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject service, JsonObject old) {
    CoreTrees.keepStatus(service, old);
    JsonObject spec = spec(service);
    if (!isExternalName(old) && !isExternalName(service)) {
      if (spec.string("clusterIP").isEmpty() && !spec(old).string("clusterIP").isEmpty()) {
        spec.put("clusterIP", spec(old).string("clusterIP"));
      }
      if (clusterIps(service).isEmpty() && !clusterIps(old).isEmpty()) {
        spec.put("clusterIPs", new ArrayList<Object>(clusterIps(old)));
      }
    }
    ServiceNodePorts.keep(service, old);
    ServiceAddresses.normalize(service, old);
    addresses.assign(context, service, old);
    nodePorts.assign(context, service, old);
    dropForType(service, old);
  }

  /** Removes what the server filled in for the old type and the new one has no use for. */
  private static void dropForType(JsonObject service, JsonObject old) {
    JsonObject spec = spec(service);
    JsonObject before = spec(old);
    if (!isExternalName(old) && isExternalName(service)) {
      if (spec.string("clusterIP").equals(before.string("clusterIP"))
          && clusterIps(service).equals(clusterIps(old))) {
        spec.remove("clusterIP");
        spec.remove("clusterIPs");
      }
      if (families(service).equals(families(old))) {
        spec.remove("ipFamilies");
      }
      dropIfSame(spec, before, "ipFamilyPolicy");
    }
    if (hasNodePorts(old)
        && !hasNodePorts(service)
        && ServiceTraits.nodePorts(old).containsAll(ServiceTraits.nodePorts(service))) {
      ServiceTraits.ports(service).forEach(port -> port.remove("nodePort"));
    }
    if (ServiceTraits.needsHealthCheck(old) && !ServiceTraits.needsHealthCheck(service)) {
      dropIfSame(spec, before, "healthCheckNodePort");
    }
    if (isLoadBalancer(old) && !isLoadBalancer(service)) {
      dropIfSame(spec, before, "allocateLoadBalancerNodePorts");
      dropIfSame(spec, before, "loadBalancerClass");
    }
    if (ServiceTraits.isExternallyAccessible(old)
        && !ServiceTraits.isExternallyAccessible(service)) {
      dropIfSame(spec, before, "externalTrafficPolicy");
    }
    if (isExternalName(service)) {
      dropIfSame(spec, before, "internalTrafficPolicy");
    }
    if (!isLoadBalancer(service)) {
      service.ensureObject("status").put("loadBalancer", new JsonObject());
    }
  }

  private static void dropIfSame(JsonObject spec, JsonObject before, String field) {
    if (FieldRules.same(spec.get(field), before.get(field))) {
      spec.remove(field);
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject service, ErrorList errors) {
    ServiceRules.check(service, null, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject service, JsonObject old, ErrorList errors) {
    ServiceUpdateRules.check(service, old, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject service) {
    return ServiceWarnings.of(service);
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject service, JsonObject old) {
    return ServiceWarnings.of(service);
  }

  @Override
  public ObjectMetaRules.NameRule nameRule() {
    return ObjectMetaRules.NameRule.DNS_LABEL;
  }

  @Override
  public boolean allowCreateOnUpdate() {
    return true;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public Allocation allocate(
      StrategyContext context, JsonObject service, @Nullable JsonObject old) {
    Claims claims = new Claims();
    if (old != null) {
      claims.oldIps.addAll(ServiceTraits.allocatedIps(old));
      claims.oldPorts.addAll(ports(old));
    }
    boolean done = false;
    try {
      claims.take(service);
      done = true;
    } catch (ServiceNetwork.Taken taken) {
      ErrorList errors = new ErrorList();
      errors.invalid(
          FieldPath.of("spec", "clusterIPs"),
          clusterIps(service),
          "failed to allocate IP: " + taken.getMessage());
      ServiceAddresses.refuse(service, errors);
    } finally {
      if (!done) {
        claims.undo();
      }
    }
    return claims;
  }

  /** What a write took, and what it gives back. */
  private final class Claims implements Allocation {
    private final List<String> oldIps = new ArrayList<>();
    private final Set<Long> oldPorts = new LinkedHashSet<>();
    private final List<String> newIps = new ArrayList<>();
    private final Set<Long> newPorts = new LinkedHashSet<>();

    void take(JsonObject service) throws ServiceNetwork.Taken {
      for (String ip : ServiceTraits.allocatedIps(service)) {
        if (!oldIps.remove(ip) && network.guardAddress(ip, service)) {
          newIps.add(ip);
        }
      }
      for (long port : ports(service)) {
        if (!oldPorts.remove(port)) {
          network.guardPort(port);
          newPorts.add(port);
        }
      }
    }

    @Override
    public void confirm() {
      oldIps.forEach(network::releaseAddress);
      network.releasePorts(oldPorts);
    }

    @Override
    public void undo() {
      newIps.forEach(network::releaseAddress);
      network.releasePorts(newPorts);
    }
  }

  private static Set<Long> ports(JsonObject service) {
    Set<Long> ports = new LinkedHashSet<>(ServiceTraits.nodePorts(service));
    long check = spec(service).integer("healthCheckNodePort");
    if (check != 0) {
      ports.add(check);
    }
    return ports;
  }

  @Override
  public void afterDelete(StrategyContext context, JsonObject service) {
    ServiceTraits.allocatedIps(service).forEach(network::releaseAddress);
    network.releasePorts(ports(service));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? STATUS : null;
  }

  private static final Strategy STATUS =
      new Strategy() {
        @Override
        public void applyDefaults(JsonObject service) {
          ServiceDefaults.apply(service);
        }

        @Override
        public void prepareForUpdate(StrategyContext context, JsonObject service, JsonObject old) {
          CoreTrees.keepAllButStatus(service, old, List.of());
        }

        @Override
        public void validateUpdate(
            StrategyContext context, JsonObject service, JsonObject old, ErrorList errors) {
          ServiceUpdateRules.status(service, old, errors);
        }

        @Override
        public List<String> warningsOnUpdate(
            StrategyContext context, JsonObject service, JsonObject old) {
          return ServiceWarnings.ofStatus(service);
        }

        @Override
        public List<List<String>> resetFields() {
          return List.of(List.of("spec"));
        }
      };
}
