package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.strategy.pod.PodStrategy;
import java.util.HashMap;
import java.util.Map;

/** Which strategy a built-in kind has; those not named here are validated by their schema alone. */
public final class BuiltInStrategies implements StrategyCatalog {
  private final Map<GroupResource, Strategy> strategies = new HashMap<>();

  public BuiltInStrategies() {
    core("pods", new PodStrategy());
  }

  @Override
  public Strategy strategy(GroupResource resource) {
    return strategies.getOrDefault(resource, Strategy.SCHEMA_ONLY);
  }

  private void core(String resource, Strategy strategy) {
    add("", resource, strategy);
  }

  private void add(String group, String resource, Strategy strategy) {
    strategies.put(new GroupResource(group, resource), strategy);
  }
}
