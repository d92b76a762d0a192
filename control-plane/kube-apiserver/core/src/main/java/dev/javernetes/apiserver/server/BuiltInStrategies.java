package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.customresources.DefinitionStrategy;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.services.AllocatingServiceStrategy;
import dev.javernetes.apiserver.services.ServiceAllocator;
import dev.javernetes.apiserver.strategy.ClusterStrategies;
import dev.javernetes.apiserver.strategy.WorkloadStrategies;
import java.util.List;

/** Chooses each built-in kind's strategy; kinds without one get what all have in common. */
final class BuiltInStrategies implements StrategyCatalog {
  private static final GroupResource SERVICES = new GroupResource("", "services");

  private static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

  private final List<StrategyCatalog> catalogs =
      List.of(
          new WorkloadStrategies(),
          new ClusterStrategies((expression, yields, policySpec, variables) ->
              "CEL expressions are not supported by this server yet"));
  private final ServiceAllocator services;

  BuiltInStrategies(ServiceAllocator services) {
    this.services = services;
  }

  @Override
  public Strategy strategy(GroupResource resource) {
    Strategy rules = rules(resource);
    if (resource.equals(DEFINITIONS)) {
      return new DefinitionStrategy();
    }
    return resource.equals(SERVICES) ? new AllocatingServiceStrategy(rules, services) : rules;
  }

  private Strategy rules(GroupResource resource) {
    for (StrategyCatalog catalog : catalogs) {
      Strategy particular = catalog.strategy(resource);
      if (particular != Strategy.SCHEMA_ONLY) {
        return particular;
      }
    }
    return new CommonStrategy(resource);
  }
}
