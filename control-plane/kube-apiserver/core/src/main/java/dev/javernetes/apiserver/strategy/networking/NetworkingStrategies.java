package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.apiserver.registry.Strategy;

/** Ingress, IngressClass, NetworkPolicy, ServiceCIDR and IPAddress. */
public final class NetworkingStrategies {
  public static final Strategy INGRESS = new IngressStrategy();
  public static final Strategy INGRESS_CLASS = new IngressClassStrategy();
  public static final Strategy NETWORK_POLICY = new NetworkPolicyStrategy();
  public static final Strategy SERVICE_CIDR = new ServiceRangeStrategy();
  public static final Strategy IP_ADDRESS = new AddressStrategy();

  private NetworkingStrategies() {}
}
