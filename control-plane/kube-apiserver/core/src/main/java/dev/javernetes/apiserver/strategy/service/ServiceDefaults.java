package dev.javernetes.apiserver.strategy.service;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;

/** What a service's client may leave out. */
final class ServiceDefaults {
  private static final long STICKY_SECONDS = 10_800;

  private ServiceDefaults() {}

  static void apply(JsonObject service) {
    JsonObject spec = service.ensureObject("spec");
    affinity(spec);
    FieldRules.defaultTo(spec, "type", "ClusterIP");
    for (JsonObject port : spec.objects("ports")) {
      FieldRules.defaultTo(port, "protocol", "TCP");
      Object target = port.get("targetPort");
      if (target == null || target.equals(0L) || target.equals("")) {
        port.put("targetPort", port.integer("port"));
      }
    }
    if (ServiceTraits.isExternallyAccessible(service)) {
      FieldRules.defaultTo(spec, "externalTrafficPolicy", "Cluster");
    }
    if (List.of("NodePort", "LoadBalancer", "ClusterIP").contains(spec.string("type"))) {
      FieldRules.defaultIfAbsent(spec, "internalTrafficPolicy", "Cluster");
    }
    service.ensureObject("status").ensureObject("loadBalancer");
    if (ServiceTraits.isLoadBalancer(service)) {
      FieldRules.defaultIfAbsent(spec, "allocateLoadBalancerNodePorts", true);
      for (JsonObject ingress : ServiceUpdateRules.ingresses(service)) {
        if (!ingress.string("ip").isEmpty()) {
          FieldRules.defaultIfAbsent(ingress, "ipMode", "VIP");
        }
      }
    }
  }

  private static void affinity(JsonObject spec) {
    FieldRules.defaultTo(spec, "sessionAffinity", "None");
    switch (spec.string("sessionAffinity")) {
      case "None" -> spec.remove("sessionAffinityConfig");
      case "ClientIP" -> {
        if (spec.at("sessionAffinityConfig", "clientIP", "timeoutSeconds") == null) {
          JsonObject client = JsonObject.of("timeoutSeconds", STICKY_SECONDS);
          spec.put("sessionAffinityConfig", JsonObject.of("clientIP", client));
        }
      }
      default -> {}
    }
  }
}
