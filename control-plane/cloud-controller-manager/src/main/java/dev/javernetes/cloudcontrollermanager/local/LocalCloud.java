package dev.javernetes.cloudcontrollermanager.local;

import dev.javernetes.api.model.core.v1.LoadBalancerIngress;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeAddress;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServicePort;
import dev.javernetes.cloudcontrollermanager.CloudException;
import dev.javernetes.cloudcontrollermanager.CloudProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives a LoadBalancer Service the addresses of the nodes: kube-proxy on each of them sends what
 * arrives there for the Service's port to its pods (ipMode VIP).
 *
 * <p>Two Services cannot have the same port of the same address: the second waits, with an event
 * that names the first.
 */
public final class LocalCloud implements CloudProvider {
  private final Map<String, String> ports = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "local";
  }

  @Override
  public Optional<Instances> instances() {
    return Optional.of(new LocalInstances());
  }

  @Override
  public Optional<LoadBalancers> loadBalancers() {
    return Optional.of(new NodeAddresses());
  }

  /** One machine, or machines whose network knows the way already. */
  @Override
  public Optional<Routes> routes() {
    return Optional.empty();
  }

  /** A machine that stopped answering may come back: only its owner knows that it will not. */
  private static final class LocalInstances implements Instances {
    @Override
    public boolean exists(Node node) {
      return true;
    }

    @Override
    public boolean shutDown(Node node) {
      return false;
    }

    @Override
    public Metadata metadata(Node node) {
      return new Metadata(
          "local://" + node.metadata().name(),
          "local",
          node.status().addresses(),
          "",
          "",
          Map.of());
    }
  }

  private final class NodeAddresses implements LoadBalancers {
    @Override
    public List<LoadBalancerIngress> ensure(String cluster, Service service, List<Node> nodes) {
      String name = service.metadata().namespace() + "/" + service.metadata().name();
      List<String> taken = new ArrayList<>();
      for (ServicePort port : service.spec().ports()) {
        String key = port.port() + "/" + (port.protocol().isEmpty() ? "TCP" : port.protocol());
        String holder = ports.putIfAbsent(key, name);
        if (holder != null && !holder.equals(name)) {
          taken.forEach(ports::remove);
          throw new CloudException(
              "port %s of the nodes' addresses belongs to service %s".formatted(key, holder));
        }
        if (holder == null) {
          taken.add(key);
        }
      }
      ports
          .entrySet()
          .removeIf(entry -> entry.getValue().equals(name) && !has(service, entry.getKey()));
      return ingress(service, nodes);
    }

    @Override
    public void ensureDeleted(String cluster, Service service) {
      String name = service.metadata().namespace() + "/" + service.metadata().name();
      ports.values().removeIf(name::equals);
    }

    private boolean has(Service service, String key) {
      return service.spec().ports().stream()
          .anyMatch(port ->
              key.equals(
                  port.port() + "/" + (port.protocol().isEmpty() ? "TCP" : port.protocol())));
    }

    private List<LoadBalancerIngress> ingress(Service service, List<Node> nodes) {
      List<LoadBalancerIngress> ingress = new ArrayList<>();
      List<Node> sorted = new ArrayList<>(nodes);
      sorted.sort(Comparator.comparing(node -> node.metadata().name()));
      for (Node node : sorted) {
        for (String family : families(service)) {
          String address = address(node, family);
          if (!address.isEmpty()) {
            ingress.add(LoadBalancerIngress.builder().ip(address).ipMode("VIP").build());
          }
        }
      }
      return ingress;
    }

    private List<String> families(Service service) {
      return service.spec().ipFamilies().isEmpty() ? List.of("IPv4") : service.spec().ipFamilies();
    }

    /** The external address before the internal one. */
    private String address(Node node, String family) {
      for (String type : List.of("ExternalIP", "InternalIP")) {
        for (NodeAddress address : node.status().addresses()) {
          boolean v6 = address.address().indexOf(':') >= 0;
          if (address.type().equals(type) && v6 == family.equals("IPv6")) {
            return address.address();
          }
        }
      }
      return "";
    }
  }
}
