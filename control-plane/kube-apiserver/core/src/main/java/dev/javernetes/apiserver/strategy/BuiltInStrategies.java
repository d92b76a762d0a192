package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.strategy.apps.ControllerRevisionStrategy;
import dev.javernetes.apiserver.strategy.apps.DaemonSetStrategy;
import dev.javernetes.apiserver.strategy.apps.DeploymentStrategy;
import dev.javernetes.apiserver.strategy.apps.ReplicaSetStrategy;
import dev.javernetes.apiserver.strategy.apps.StatefulSetStrategy;
import dev.javernetes.apiserver.strategy.pod.PodStrategy;
import java.util.HashMap;
import java.util.Map;

/** Which strategy a built-in kind has; those not named here are validated by their schema alone. */
public final class BuiltInStrategies implements StrategyCatalog {
  private final Map<GroupResource, Strategy> strategies = new HashMap<>();

  public BuiltInStrategies() {
    core("pods", new PodStrategy());
    apps();
  }

  @Override
  public Strategy strategy(GroupResource resource) {
    return strategies.getOrDefault(resource, Strategy.SCHEMA_ONLY);
  }

  private void apps() {
    add("apps", "deployments", new DeploymentStrategy());
    add("apps", "replicasets", new ReplicaSetStrategy());
    add("apps", "statefulsets", new StatefulSetStrategy());
    add("apps", "daemonsets", new DaemonSetStrategy());
    add("apps", "controllerrevisions", new ControllerRevisionStrategy());
  }

  private void core(String resource, Strategy strategy) {
    add("", resource, strategy);
  }

  private void add(String group, String resource, Strategy strategy) {
    strategies.put(new GroupResource(group, resource), strategy);
  }
}
