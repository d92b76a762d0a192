package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.pipeline.SystemObjects;
import java.util.List;

/** The objects that every cluster has from its start: written if they are not there. */
final class BootstrapObjects {
  private static final GroupVersionResource NAMESPACES =
      new GroupVersionResource("", "v1", "namespaces");
  private static final GroupVersionResource PRIORITY_CLASSES =
      new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses");

  private final SystemObjects objects;
  private final KubeApiServerOptions.Network network;

  BootstrapObjects(SystemObjects objects, KubeApiServerOptions.Network network) {
    this.objects = objects;
    this.network = network;
  }

  void write() {
    for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
      ensure(
          NAMESPACES,
          "",
          JsonObject.of(
              "kind",
              "Namespace",
              "apiVersion",
              "v1",
              "metadata",
              JsonObject.of(
                  "name", name, "labels", JsonObject.of("kubernetes.io/metadata.name", name)),
              "spec",
              JsonObject.of("finalizers", new java.util.ArrayList<Object>(List.of("kubernetes"))),
              "status",
              JsonObject.of("phase", "Active")));
    }
    priorityClass(
        "system-node-critical",
        2_000_001_000L,
        "Used for system critical pods that must not be moved from their current node.");
    priorityClass(
        "system-cluster-critical",
        2_000_000_000L,
        "Used for system critical pods that must run in the cluster, but can be moved to another"
            + " node if necessary.");
    if (network.serviceCidrs().isEmpty()) {
      throw new IllegalArgumentException("no service CIDR");
    }
  }

  private void priorityClass(String name, long value, String description) {
    ensure(
        PRIORITY_CLASSES,
        "",
        JsonObject.of(
            "kind",
            "PriorityClass",
            "apiVersion",
            "scheduling.k8s.io/v1",
            "metadata",
            JsonObject.of("name", name),
            "value",
            value,
            "description",
            description,
            "preemptionPolicy",
            "PreemptLowerPriority"));
  }

  private void ensure(GroupVersionResource resource, String namespace, JsonObject object) {
    String name = object.objectOrEmpty("metadata").string("name");
    if (objects.get(resource.groupResource(), namespace, name) != null) {
      return;
    }
    try {
      objects.create(resource, namespace, object);
    } catch (ApiException problem) {
      if (!problem.is(StatusReason.ALREADY_EXISTS)) {
        throw problem;
      }
    }
  }
}
