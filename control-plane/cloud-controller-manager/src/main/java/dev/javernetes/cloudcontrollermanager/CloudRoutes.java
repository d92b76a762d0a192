package dev.javernetes.cloudcontrollermanager;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeCondition;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The route controller: a route to each range of each node, none to nodes that are gone, and the
 * node's NetworkUnavailable condition says whether its routes are there.
 */
final class CloudRoutes implements AutoCloseable {
  /** Routes that somebody changed in the cloud are noticed this late. */
  private static final Duration RESYNC = Duration.ofMinutes(5);

  private static final ObjectKey ALL = new ObjectKey("", "");

  private final CloudContext context;
  private final CloudProvider.Routes routes;
  private final Informer<Node> nodes;
  private final WorkQueue<ObjectKey> queue;
  private final CloudLoop loop;

  CloudRoutes(CloudContext context, CloudProvider.Routes routes) {
    this.context = context;
    this.routes = routes;
    this.nodes = context.informers().of(Node.TYPE);
    this.queue = new WorkQueue<>("cloud_route", context.timers());
    this.loop = new CloudLoop(queue, List.of(nodes));
    nodes.handle(
        new EventHandler<>() {
          @Override
          public void added(Node node, boolean initial) {
            queue.add(ALL);
          }

          @Override
          public void changed(Node before, Node now) {
            if (!before.spec().podCIDRs().equals(now.spec().podCIDRs())) {
              queue.add(ALL);
            }
          }

          @Override
          public void deleted(Node node) {
            queue.add(ALL);
          }
        });
  }

  void start() {
    loop.start(1, this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(ObjectKey ignored) {
    Set<CloudProvider.Route> wanted = new HashSet<>();
    for (Node node : nodes.list()) {
      for (String cidr : node.spec().podCIDRs()) {
        wanted.add(new CloudProvider.Route("", node.metadata().name(), cidr));
      }
    }
    Set<CloudProvider.Route> present = new HashSet<>();
    for (CloudProvider.Route route : routes.list(context.clusterName())) {
      CloudProvider.Route key = new CloudProvider.Route("", route.node(), route.destinationCidr());
      if (!wanted.contains(key)) {
        routes.delete(context.clusterName(), route);
      } else {
        present.add(key);
      }
    }
    for (Node node : nodes.list()) {
      boolean complete = !node.spec().podCIDRs().isEmpty();
      for (String cidr : node.spec().podCIDRs()) {
        CloudProvider.Route route = new CloudProvider.Route("", node.metadata().name(), cidr);
        if (!present.contains(route)) {
          complete &= create(node, route);
        }
      }
      mark(node, complete);
    }
    queue.addAfter(ALL, RESYNC);
  }

  private boolean create(Node node, CloudProvider.Route route) {
    try {
      routes.create(context.clusterName(), node.metadata().uid(), route);
      return true;
    } catch (CloudException problem) {
      context
          .events()
          .warning(
              ObjectRef.of(node),
              "FailedToCreateRoute",
              "Could not create route for node %s and CIDR %s: %s"
                  .formatted(route.node(), route.destinationCidr(), problem.getMessage()));
      queue.addRateLimited(ALL);
      return false;
    }
  }

  private void mark(Node node, boolean complete) {
    Instant now = context.timers().instant().truncatedTo(ChronoUnit.SECONDS);
    NodeCondition condition =
        new NodeCondition(
            "NetworkUnavailable",
            complete ? "False" : "True",
            now,
            now,
            complete ? "RouteCreated" : "NoRouteCreated",
            complete
                ? "RouteController created a route"
                : "RouteController failed to create a route");
    List<NodeCondition> conditions = new ArrayList<>();
    for (NodeCondition present : node.status().conditions()) {
      if (!present.type().equals(condition.type())) {
        conditions.add(present);
      } else if (present.status().equals(condition.status())) {
        return;
      }
    }
    conditions.add(condition);
    context
        .client()
        .updateStatus(
            Node.TYPE,
            node.toBuilder()
                .status(node.status().toBuilder().conditions(conditions).build())
                .build());
  }
}
