package dev.javernetes.cloudcontrollermanager;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeCondition;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The node controller: a node that registered with the {@code uninitialized} taint gets its
 * provider id, addresses, type and zone; one that fell silent is deleted if its machine is gone, or
 * marked if it is shut down.
 */
final class CloudNodes implements AutoCloseable {
  static final String UNINITIALIZED = "node.cloudprovider.kubernetes.io/uninitialized";
  static final String SHUT_DOWN = "node.cloudprovider.kubernetes.io/shutdown";
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final CloudContext context;
  private final CloudProvider.Instances instances;
  private final Informer<Node> nodes;
  private final WorkQueue<ObjectKey> queue;
  private final CloudLoop loop;

  CloudNodes(CloudContext context, CloudProvider.Instances instances) {
    this.context = context;
    this.instances = instances;
    this.nodes = context.informers().of(Node.TYPE);
    this.queue = new WorkQueue<>("cloud_node", context.timers());
    this.loop = new CloudLoop(queue, List.of(nodes));
    nodes.handle(EventHandler.each(node -> queue.add(new ObjectKey("", node.metadata().name()))));
  }

  void start() {
    loop.start(2, this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(ObjectKey key) {
    Node node = nodes.get(key).orElse(null);
    if (node == null || node.metadata().deletionTimestamp() != null) {
      return;
    }
    if (tainted(node, UNINITIALIZED)) {
      initialize(node);
    } else if (!ready(node)) {
      lifecycle(node);
      queue.addAfter(key, ASK_AGAIN);
    } else if (tainted(node, SHUT_DOWN)) {
      context.client().update(Node.TYPE, without(node, SHUT_DOWN));
    }
  }

  private void initialize(Node node) {
    CloudProvider.Metadata metadata = instances.metadata(node);
    Node named = without(node, UNINITIALIZED);
    String providerId =
        node.spec().providerID().isEmpty() ? metadata.providerId() : node.spec().providerID();
    Node updated =
        named.toBuilder()
            .metadata(
                named.metadata().toBuilder()
                    .labels(labels(node.metadata().labels(), metadata))
                    .build())
            .spec(named.spec().toBuilder().providerID(providerId).build())
            .build();
    Node stored = context.client().update(Node.TYPE, updated);
    if (!metadata.addresses().isEmpty()
        && !metadata.addresses().equals(stored.status().addresses())) {
      context
          .client()
          .updateStatus(
              Node.TYPE,
              stored.toBuilder()
                  .status(stored.status().toBuilder().addresses(metadata.addresses()).build())
                  .build());
    }
    context.events().normal(ObjectRef.of(node), "Synced", "Node synced successfully");
  }

  private void lifecycle(Node node) {
    if (!instances.exists(node)) {
      context
          .events()
          .normal(
              ObjectRef.of(node),
              "DeletingNode",
              "Deleting node %s because it does not exist in the cloud provider"
                  .formatted(node.metadata().name()));
      try {
        context
            .client()
            .delete(
                Node.TYPE, "", node.metadata().name(), DeleteOptions.uid(node.metadata().uid()));
      } catch (ApiException refusal) {
        if (!refusal.is(StatusReason.NOT_FOUND)) {
          throw refusal;
        }
      }
    } else if (instances.shutDown(node) && !tainted(node, SHUT_DOWN)) {
      List<Taint> taints = new ArrayList<>(node.spec().taints());
      taints.add(new Taint(SHUT_DOWN, "", "NoSchedule", null));
      context
          .client()
          .update(
              Node.TYPE,
              node.toBuilder().spec(node.spec().toBuilder().taints(taints).build()).build());
    }
  }

  private static Map<String, String> labels(
      Map<String, String> present, CloudProvider.Metadata metadata) {
    Map<String, String> labels = new LinkedHashMap<>(present);
    labels.putAll(metadata.labels());
    put(labels, "node.kubernetes.io/instance-type", metadata.instanceType());
    put(labels, "topology.kubernetes.io/zone", metadata.zone());
    put(labels, "topology.kubernetes.io/region", metadata.region());
    return labels;
  }

  private static void put(Map<String, String> labels, String name, String value) {
    if (!value.isEmpty()) {
      labels.put(name, value);
    }
  }

  static boolean ready(Node node) {
    for (NodeCondition condition : node.status().conditions()) {
      if (condition.type().equals("Ready")) {
        return condition.status().equals("True");
      }
    }
    return false;
  }

  private static boolean tainted(Node node, String key) {
    return node.spec().taints().stream().anyMatch(taint -> taint.key().equals(key));
  }

  private static Node without(Node node, String key) {
    List<Taint> taints = new ArrayList<>(node.spec().taints());
    taints.removeIf(taint -> taint.key().equals(key));
    return node.toBuilder().spec(node.spec().toBuilder().taints(taints).build()).build();
  }
}
