package dev.javernetes.cloudcontrollermanager;

import dev.javernetes.api.model.core.v1.LoadBalancerIngress;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeAddress;
import dev.javernetes.api.model.core.v1.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cloud, as far as a cluster needs one. A provider says by an empty Optional what it does not do;
 * the loops for it then do not run.
 *
 * <p>Calls may block and take long; they must be safe to repeat. A failure is a {@link
 * CloudException}, whose message users see in an event.
 */
public interface CloudProvider {
  String name();

  Optional<Instances> instances();

  Optional<LoadBalancers> loadBalancers();

  Optional<Routes> routes();

  /** The machines behind nodes, and the zones that they stand in. */
  interface Instances {
    boolean exists(Node node);

    boolean shutDown(Node node);

    Metadata metadata(Node node);
  }

  /**
   * What the cloud knows of a node's machine; empty text is not known.
   *
   * @param providerId {@code local://node-1}
   * @param labels more labels for the node
   */
  record Metadata(
      String providerId,
      String instanceType,
      List<NodeAddress> addresses,
      String zone,
      String region,
      Map<String, String> labels) {
    public Metadata {
      addresses = List.copyOf(addresses);
      labels = Map.copyOf(labels);
    }
  }

  /** Load balancers of Services of type LoadBalancer. */
  interface LoadBalancers {
    /** Makes it, or makes it as the Service and the nodes now want it; where it is reached. */
    List<LoadBalancerIngress> ensure(String cluster, Service service, List<Node> nodes);

    /** It is gone when this returns, also if it never was. */
    void ensureDeleted(String cluster, Service service);
  }

  /** Routes of the cloud's network to the pods of nodes. */
  interface Routes {
    List<Route> list(String cluster);

    void create(String cluster, String nameHint, Route route);

    void delete(String cluster, Route route);
  }

  /** Traffic to these addresses goes to this node. */
  record Route(String name, String node, String destinationCidr) {}
}
