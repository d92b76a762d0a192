package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.strategy.WorkloadStrategies;

/** Chooses each built-in kind's strategy; kinds without one get what all have in common. */
final class BuiltInStrategies implements StrategyCatalog {
  private final StrategyCatalog workloads = new WorkloadStrategies();

  @Override
  public Strategy strategy(GroupResource resource) {
    Strategy particular = workloads.strategy(resource);
    return particular == Strategy.SCHEMA_ONLY ? new CommonStrategy(resource) : particular;
  }
}
