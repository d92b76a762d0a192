package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.admission.policy.Expressions;
import dev.javernetes.apiserver.customresources.DefinitionStrategy;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.strategy.ClusterStrategies;
import dev.javernetes.apiserver.strategy.WorkloadStrategies;
import dev.javernetes.apiserver.strategy.service.ServiceNetwork;
import java.util.List;

/** Chooses each built-in kind's strategy; kinds without one get what all have in common. */
final class BuiltInStrategies implements StrategyCatalog {
  private static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

  private final List<StrategyCatalog> catalogs;

  BuiltInStrategies(ServiceNetwork network) {
    catalogs = List.of(new WorkloadStrategies(network), new ClusterStrategies(new Expressions()));
  }

  @Override
  public Strategy strategy(GroupResource resource) {
    if (resource.equals(DEFINITIONS)) {
      return new DefinitionStrategy();
    }
    for (StrategyCatalog catalog : catalogs) {
      Strategy particular = catalog.strategy(resource);
      if (particular != Strategy.SCHEMA_ONLY) {
        return particular;
      }
    }
    return new CommonStrategy(resource);
  }
}
