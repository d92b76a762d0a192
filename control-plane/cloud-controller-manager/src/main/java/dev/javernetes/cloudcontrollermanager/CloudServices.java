package dev.javernetes.cloudcontrollermanager;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.LoadBalancerIngress;
import dev.javernetes.api.model.core.v1.LoadBalancerStatus;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.Patch;
import dev.javernetes.client.WorkQueue;
import java.util.ArrayList;
import java.util.List;

/**
 * The service controller: a Service of type LoadBalancer gets a load balancer and shows where it is
 * reached; it keeps a finalizer until the load balancer is gone again.
 */
final class CloudServices implements AutoCloseable {
  static final String FINALIZER = "service.kubernetes.io/load-balancer-cleanup";
  private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

  private final CloudContext context;
  private final CloudProvider.LoadBalancers balancers;
  private final Informer<Service> services;
  private final Informer<Node> nodes;
  private final WorkQueue<ObjectKey> queue;
  private final CloudLoop loop;

  CloudServices(CloudContext context, CloudProvider.LoadBalancers balancers) {
    this.context = context;
    this.balancers = balancers;
    this.services = context.informers().of(Service.TYPE);
    this.nodes = context.informers().of(Node.TYPE);
    this.queue = new WorkQueue<>("cloud_service", context.timers());
    this.loop = new CloudLoop(queue, List.of(services, nodes));
    services.handle(
        EventHandler.each(service -> {
          if (wants(service) || service.metadata().finalizers().contains(FINALIZER)) {
            queue.add(key(service));
          }
        }));
    nodes.handle(
        new EventHandler<>() {
          @Override
          public void added(Node node, boolean initial) {
            services.list().stream().filter(CloudServices::wants).forEach(s -> queue.add(key(s)));
          }

          @Override
          public void changed(Node before, Node now) {
            boolean matters =
                usable(before) != usable(now)
                    || !before.status().addresses().equals(now.status().addresses());
            if (matters) {
              added(now, false);
            }
          }

          @Override
          public void deleted(Node node) {
            added(node, false);
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

  /** One that names a class is another implementation's. */
  static boolean wants(Service service) {
    return service.metadata().deletionTimestamp() == null
        && service.spec().type().equals("LoadBalancer")
        && service.spec().loadBalancerClass().isEmpty();
  }

  static boolean usable(Node node) {
    return CloudNodes.ready(node)
        && node.metadata().deletionTimestamp() == null
        && !node.metadata().labels().containsKey(EXCLUDED);
  }

  private static ObjectKey key(Service service) {
    return new ObjectKey(service.metadata().namespace(), service.metadata().name());
  }

  private void reconcile(ObjectKey key) {
    Service service = services.get(key).orElse(null);
    if (service == null) {
      return;
    }
    if (wants(service)) {
      ensure(service);
    } else if (service.metadata().finalizers().contains(FINALIZER)) {
      remove(service);
    }
  }

  private void ensure(Service service) {
    ObjectRef about = ObjectRef.of(service);
    List<Node> usable = nodes.list().stream().filter(CloudServices::usable).toList();
    if (!service.metadata().finalizers().contains(FINALIZER)) {
      context.events().normal(about, "EnsuringLoadBalancer", "Ensuring load balancer");
      List<Object> finalizers = new ArrayList<>(service.metadata().finalizers());
      finalizers.add(FINALIZER);
      setFinalizers(service, finalizers); // before there is anything to clean up
    }
    List<LoadBalancerIngress> ingress;
    try {
      ingress = balancers.ensure(context.clusterName(), service, usable);
    } catch (CloudException problem) {
      context
          .events()
          .warning(
              about,
              "SyncLoadBalancerFailed",
              "Error syncing load balancer: " + problem.getMessage());
      throw problem;
    }
    LoadBalancerStatus present = service.status().loadBalancer();
    boolean same = present == null ? ingress.isEmpty() : present.ingress().equals(ingress);
    if (!same) {
      setIngress(service, ingress);
      context.events().normal(about, "EnsuredLoadBalancer", "Ensured load balancer");
    }
  }

  private void remove(Service service) {
    ObjectRef about = ObjectRef.of(service);
    context.events().normal(about, "DeletingLoadBalancer", "Deleting load balancer");
    balancers.ensureDeleted(context.clusterName(), service);
    LoadBalancerStatus present = service.status().loadBalancer();
    if (present != null && !present.ingress().isEmpty()) {
      setIngress(service, List.of());
    }
    List<Object> left = new ArrayList<>(service.metadata().finalizers());
    left.removeIf(FINALIZER::equals);
    setFinalizers(service, left);
    context.events().normal(about, "DeletedLoadBalancer", "Deleted load balancer");
  }

  private void setFinalizers(Service service, List<Object> finalizers) {
    JsonObject change =
        JsonObject.of(
            "metadata", JsonObject.of("uid", service.metadata().uid(), "finalizers", finalizers));
    context
        .client()
        .patch(
            Service.TYPE,
            service.metadata().namespace(),
            service.metadata().name(),
            Patch.merge(change));
  }

  private void setIngress(Service service, List<LoadBalancerIngress> ingress) {
    List<Object> list = new ArrayList<>();
    ingress.forEach(entry -> list.add(entry.toJson()));
    JsonObject balancer = JsonObject.of("ingress", list.isEmpty() ? null : list);
    context
        .client()
        .patchStatus(
            Service.TYPE,
            service.metadata().namespace(),
            service.metadata().name(),
            Patch.merge(JsonObject.of("status", JsonObject.of("loadBalancer", balancer))));
  }
}
