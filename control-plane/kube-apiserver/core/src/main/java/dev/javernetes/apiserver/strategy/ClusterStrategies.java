package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.strategy.admissionregistration.AdmissionStrategies;
import dev.javernetes.apiserver.strategy.admissionregistration.ExpressionCheck;
import dev.javernetes.apiserver.strategy.apiregistration.ApiServiceStrategy;
import dev.javernetes.apiserver.strategy.certificates.SigningRequestStrategy;
import dev.javernetes.apiserver.strategy.coordination.CoordinationStrategies;
import dev.javernetes.apiserver.strategy.discovery.EndpointSliceStrategy;
import dev.javernetes.apiserver.strategy.flowcontrol.FlowcontrolStrategies;
import dev.javernetes.apiserver.strategy.networking.NetworkingStrategies;
import dev.javernetes.apiserver.strategy.node.RuntimeClassStrategy;
import dev.javernetes.apiserver.strategy.rbac.RbacStrategies;
import dev.javernetes.apiserver.strategy.scheduling.PriorityClassStrategy;
import java.util.HashMap;
import java.util.Map;

/**
 * The strategies of the kinds that run a cluster rather than a workload: access, certificates,
 * admission, networking, leases, classes.
 */
public final class ClusterStrategies implements StrategyCatalog {
  private final Map<String, Strategy> strategies = new HashMap<>();

  /** {@code expressions} compiles the CEL in admission policies. */
  public ClusterStrategies(ExpressionCheck expressions) {
    String rbac = ".rbac.authorization.k8s.io";
    strategies.put("roles" + rbac, RbacStrategies.ROLE);
    strategies.put("clusterroles" + rbac, RbacStrategies.CLUSTER_ROLE);
    strategies.put("rolebindings" + rbac, RbacStrategies.ROLE_BINDING);
    strategies.put("clusterrolebindings" + rbac, RbacStrategies.CLUSTER_ROLE_BINDING);
    String networking = ".networking.k8s.io";
    strategies.put("ingresses" + networking, NetworkingStrategies.INGRESS);
    strategies.put("ingressclasses" + networking, NetworkingStrategies.INGRESS_CLASS);
    strategies.put("networkpolicies" + networking, NetworkingStrategies.NETWORK_POLICY);
    strategies.put("servicecidrs" + networking, NetworkingStrategies.SERVICE_CIDR);
    strategies.put("ipaddresses" + networking, NetworkingStrategies.IP_ADDRESS);
    strategies.put("endpointslices.discovery.k8s.io", new EndpointSliceStrategy());
    strategies.put("leases.coordination.k8s.io", CoordinationStrategies.LEASE);
    strategies.put("leasecandidates.coordination.k8s.io", CoordinationStrategies.LEASE_CANDIDATE);
    strategies.put("runtimeclasses.node.k8s.io", new RuntimeClassStrategy());
    strategies.put("priorityclasses.scheduling.k8s.io", new PriorityClassStrategy());
    strategies.put(
        "certificatesigningrequests.certificates.k8s.io", SigningRequestStrategy.create());
    String flowcontrol = ".flowcontrol.apiserver.k8s.io";
    strategies.put("flowschemas" + flowcontrol, FlowcontrolStrategies.FLOW_SCHEMA);
    strategies.put(
        "prioritylevelconfigurations" + flowcontrol, FlowcontrolStrategies.PRIORITY_LEVEL);
    String admission = ".admissionregistration.k8s.io";
    strategies.put(
        "validatingwebhookconfigurations" + admission,
        AdmissionStrategies.validatingWebhooks(expressions));
    strategies.put(
        "mutatingwebhookconfigurations" + admission,
        AdmissionStrategies.mutatingWebhooks(expressions));
    strategies.put(
        "validatingadmissionpolicies" + admission,
        AdmissionStrategies.validatingPolicy(expressions));
    strategies.put(
        "mutatingadmissionpolicies" + admission, AdmissionStrategies.mutatingPolicy(expressions));
    strategies.put(
        "validatingadmissionpolicybindings" + admission, AdmissionStrategies.VALIDATING_BINDING);
    strategies.put(
        "mutatingadmissionpolicybindings" + admission, AdmissionStrategies.MUTATING_BINDING);
    strategies.put("apiservices.apiregistration.k8s.io", new ApiServiceStrategy());
  }

  @Override
  public Strategy strategy(GroupResource resource) {
    return strategies.getOrDefault(resource.toString(), Strategy.SCHEMA_ONLY);
  }
}
