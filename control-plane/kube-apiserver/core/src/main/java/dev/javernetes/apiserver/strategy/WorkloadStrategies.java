package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.strategy.apps.ControllerRevisionStrategy;
import dev.javernetes.apiserver.strategy.apps.DaemonSetStrategy;
import dev.javernetes.apiserver.strategy.apps.DeploymentStrategy;
import dev.javernetes.apiserver.strategy.apps.ReplicaSetStrategy;
import dev.javernetes.apiserver.strategy.apps.StatefulSetStrategy;
import dev.javernetes.apiserver.strategy.autoscaling.HorizontalPodAutoscalerStrategy;
import dev.javernetes.apiserver.strategy.batch.CronJobStrategy;
import dev.javernetes.apiserver.strategy.batch.JobStrategy;
import dev.javernetes.apiserver.strategy.core.ConfigMapStrategy;
import dev.javernetes.apiserver.strategy.core.EndpointsStrategy;
import dev.javernetes.apiserver.strategy.core.EventStrategy;
import dev.javernetes.apiserver.strategy.core.LimitRangeStrategy;
import dev.javernetes.apiserver.strategy.core.NamespaceStrategy;
import dev.javernetes.apiserver.strategy.core.NodeStrategy;
import dev.javernetes.apiserver.strategy.core.PersistentVolumeClaimStrategy;
import dev.javernetes.apiserver.strategy.core.PersistentVolumeStrategy;
import dev.javernetes.apiserver.strategy.core.PodTemplateStrategy;
import dev.javernetes.apiserver.strategy.core.ReplicationControllerStrategy;
import dev.javernetes.apiserver.strategy.core.ResourceQuotaStrategy;
import dev.javernetes.apiserver.strategy.core.SecretStrategy;
import dev.javernetes.apiserver.strategy.core.ServiceAccountStrategy;
import dev.javernetes.apiserver.strategy.pod.PodStrategy;
import dev.javernetes.apiserver.strategy.policy.PodDisruptionBudgetStrategy;
import dev.javernetes.apiserver.strategy.service.ServiceNetwork;
import dev.javernetes.apiserver.strategy.service.ServiceStrategy;
import dev.javernetes.apiserver.strategy.storage.CsiDriverStrategy;
import dev.javernetes.apiserver.strategy.storage.CsiNodeStrategy;
import dev.javernetes.apiserver.strategy.storage.StorageCapacityStrategy;
import dev.javernetes.apiserver.strategy.storage.StorageClassStrategy;
import dev.javernetes.apiserver.strategy.storage.VolumeAttachmentStrategy;
import dev.javernetes.apiserver.strategy.storage.VolumeAttributesClassStrategy;
import java.util.HashMap;
import java.util.Map;

/**
 * The strategies of the kinds that run workloads and hold what they need: pods, services, volumes,
 * claims, quotas; {@link Strategy#SCHEMA_ONLY} for any other kind.
 */
public final class WorkloadStrategies implements StrategyCatalog {
  private final Map<GroupResource, Strategy> strategies = new HashMap<>();

  /** {@code network} gives services their addresses and ports. */
  public WorkloadStrategies(ServiceNetwork network) {
    core("services", new ServiceStrategy(network));
    core("pods", new PodStrategy());
    core("podtemplates", new PodTemplateStrategy());
    core("replicationcontrollers", new ReplicationControllerStrategy());
    core("configmaps", new ConfigMapStrategy());
    core("secrets", new SecretStrategy());
    core("serviceaccounts", new ServiceAccountStrategy());
    core("namespaces", new NamespaceStrategy());
    core("nodes", new NodeStrategy());
    core("persistentvolumes", new PersistentVolumeStrategy());
    core("persistentvolumeclaims", new PersistentVolumeClaimStrategy());
    core("endpoints", new EndpointsStrategy());
    core("resourcequotas", new ResourceQuotaStrategy());
    core("limitranges", new LimitRangeStrategy());
    core("events", new EventStrategy());
    apps();
    add("batch", "jobs", new JobStrategy());
    add("batch", "cronjobs", new CronJobStrategy());
    add("policy", "poddisruptionbudgets", new PodDisruptionBudgetStrategy());
    add("autoscaling", "horizontalpodautoscalers", new HorizontalPodAutoscalerStrategy());
    add("storage.k8s.io", "storageclasses", new StorageClassStrategy());
    add("storage.k8s.io", "csidrivers", new CsiDriverStrategy());
    add("storage.k8s.io", "volumeattributesclasses", new VolumeAttributesClassStrategy());
    add("storage.k8s.io", "csinodes", new CsiNodeStrategy());
    add("storage.k8s.io", "csistoragecapacities", new StorageCapacityStrategy());
    add("storage.k8s.io", "volumeattachments", new VolumeAttachmentStrategy());
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
