package dev.javernetes.apiserver.strategy.service;

import static dev.javernetes.apiserver.strategy.service.ServiceTraits.hasNodePorts;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.needsHealthCheck;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.ports;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.spec;
import static dev.javernetes.apiserver.strategy.service.ServiceTraits.wantsNodePorts;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives a service its node ports before it is validated. */
final class ServiceNodePorts {
  private final ServiceNetwork network;

  ServiceNodePorts(ServiceNetwork network) {
    this.network = network;
  }

  /** Fills in the ports that the old object had where the client left them out. */
  static void keep(JsonObject service, JsonObject old) {
    if (wantsNodePorts(service) && wantsNodePorts(old)) {
      Set<Long> used = new HashSet<>(ServiceTraits.nodePorts(old));
      used.retainAll(ServiceTraits.nodePorts(service));
      Map<String, Long> byName = new HashMap<>();
      ports(old).forEach(port -> byName.put(port.string("name"), port.integer("nodePort")));
      for (JsonObject port : ports(service)) {
        long before = byName.getOrDefault(port.string("name"), 0L);
        if (port.integer("nodePort") == 0 && before != 0 && !used.contains(before)) {
          port.put("nodePort", before);
        }
      }
    }
    long check = spec(old).integer("healthCheckNodePort");
    if (needsHealthCheck(service)
        && needsHealthCheck(old)
        && spec(service).integer("healthCheckNodePort") == 0
        && check != 0) {
      spec(service).put("healthCheckNodePort", check);
    }
  }

  void assign(StrategyContext context, JsonObject service, @Nullable JsonObject old) {
    if (hasNodePorts(service)) {
      numbers(context, service, old == null ? Set.of() : ServiceTraits.nodePorts(old));
    }
    if (needsHealthCheck(service) && (old == null || !needsHealthCheck(old))) {
      healthCheck(context, service);
    }
  }

  private void numbers(StrategyContext context, JsonObject service, Set<Long> had) {
    Map<Long, Long> byPort = new HashMap<>();
    Set<Long> claimed = new HashSet<>(had);
    List<JsonObject> ports = ports(service);
    for (int i = 0; i < ports.size(); i++) {
      JsonObject port = ports.get(i);
      long wanted = port.integer("nodePort");
      if (wanted == 0 && !wantsNodePorts(service)) {
        continue;
      }
      if (wanted == 0) {
        wanted = sharedPort(ports, port.integer("port"), byPort);
      }
      if (wanted == 0) {
        wanted = choose(context, "failed to allocate a nodePort: ");
        claimed.add(wanted);
      } else if (claimed.add(wanted)) {
        claim(context, service, wanted, FieldPath.of("spec", "ports").index(i).child("nodePort"));
      }
      port.put("nodePort", wanted);
      byPort.put(port.integer("port"), wanted);
    }
  }

  /** Ports of one number and several protocols share a node port. */
  private static long sharedPort(List<JsonObject> ports, long number, Map<Long, Long> byPort) {
    long known = byPort.getOrDefault(number, 0L);
    for (JsonObject port : ports) {
      if (known == 0 && port.integer("port") == number) {
        known = port.integer("nodePort");
      }
    }
    return known;
  }

  private long choose(StrategyContext context, String message) {
    try {
      return network.choosePort(context.now());
    } catch (ServiceNetwork.Taken taken) {
      throw ApiException.internal(message + taken.getMessage());
    }
  }

  private void claim(StrategyContext context, JsonObject service, long port, FieldPath path) {
    try {
      network.claimPort(port, context.now(), context.dryRun());
    } catch (ServiceNetwork.Taken taken) {
      ErrorList errors = new ErrorList();
      errors.invalid(path, port, String.valueOf(taken.getMessage()));
      ServiceAddresses.refuse(service, errors);
    }
  }

  private void healthCheck(StrategyContext context, JsonObject service) {
    long wanted = spec(service).integer("healthCheckNodePort");
    if (wanted == 0) {
      spec(service)
          .put(
              "healthCheckNodePort",
              choose(context, "failed to allocate a HealthCheck NodePort 0: "));
      return;
    }
    try {
      network.claimPort(wanted, context.now(), context.dryRun());
    } catch (ServiceNetwork.Taken taken) {
      throw ApiException.internal(
          "failed to allocate requested HealthCheck NodePort "
              + wanted
              + ": "
              + taken.getMessage());
    }
  }
}
