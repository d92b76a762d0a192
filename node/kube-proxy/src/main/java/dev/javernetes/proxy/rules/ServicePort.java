package dev.javernetes.proxy.rules;

import java.util.List;

/**
 * One port of one Service in one address family, with everything that a data plane must know.
 *
 * @param portName empty for a Service with a single unnamed port
 * @param nodePort 0 for none
 * @param affinitySeconds how long a client keeps its endpoint; 0 for no affinity
 * @param internalLocal only endpoints of this node for traffic from inside ({@code
 *     internalTrafficPolicy: Local})
 * @param externalLocal likewise for traffic from outside, whose source address is then kept
 * @param healthCheckNodePort 0 for none
 * @param endpoints all that are ready, or serving while terminating
 */
public record ServicePort(
    String namespace,
    String service,
    String portName,
    String protocol,
    String clusterIp,
    int port,
    int nodePort,
    List<String> externalIps,
    List<String> loadBalancerIps,
    List<String> sourceRanges,
    int affinitySeconds,
    boolean internalLocal,
    boolean externalLocal,
    int healthCheckNodePort,
    List<Endpoint> endpoints) {

  public ServicePort {
    externalIps = List.copyOf(externalIps);
    loadBalancerIps = List.copyOf(loadBalancerIps);
    sourceRanges = List.copyOf(sourceRanges);
    endpoints = endpoints.stream().sorted().toList();
  }

  /**
   * {@code default/web:http}: how rules name it in their comments, and what chain names are derived
   * from.
   */
  public String id() {
    return namespace + "/" + service + (portName.isEmpty() ? "" : ":" + portName);
  }

  public boolean isExternal() {
    return nodePort != 0 || !externalIps.isEmpty() || !loadBalancerIps.isEmpty();
  }

  /** The endpoints that traffic from inside the cluster goes to. */
  public List<Endpoint> internalEndpoints() {
    return usable(internalLocal);
  }

  /** The endpoints that traffic from outside goes to. */
  public List<Endpoint> externalEndpoints() {
    return usable(externalLocal);
  }

  /** Ready ones; if there are none, those that still serve while they terminate. */
  private List<Endpoint> usable(boolean onlyLocal) {
    List<Endpoint> near =
        endpoints.stream().filter(endpoint -> !onlyLocal || endpoint.local()).toList();
    List<Endpoint> ready = near.stream().filter(Endpoint::ready).toList();
    return ready.isEmpty()
        ? near.stream().filter(e -> e.serving() && e.terminating()).toList()
        : ready;
  }
}
