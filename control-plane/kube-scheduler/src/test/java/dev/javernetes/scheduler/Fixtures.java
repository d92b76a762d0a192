package dev.javernetes.scheduler;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.PodInfo;
import java.util.Map;

/** Pods and nodes as short as a test wants them. */
public final class Fixtures {
  private Fixtures() {}

  /** A pod in namespace default whose uid is its name; {@code spec} is JSON. */
  public static PodInfo pod(String name, String labels, String spec) {
    return PodInfo.of(
        Pod.fromJson(
            json(
                """
                {"metadata": {"name": "%1$s", "namespace": "default", "uid": "%1$s", "labels": %2$s}, "spec": %3$s}
                """
                    .formatted(name, labels, spec))));
  }

  public static PodInfo pod(String name, String spec) {
    return pod(name, "{}", spec);
  }

  /** A pod that asks for so many millicores. */
  public static PodInfo asking(String name, int milliCpu, int priority) {
    return pod(
        name,
        """
        {"schedulerName": "default-scheduler", "priority": %d,
         "containers": [{"name": "c", "resources": {"requests": {"cpu": "%dm"}}}]}
        """
            .formatted(priority, milliCpu));
  }

  /** A node of 110 pods and 8 GiB. */
  public static NodeInfo node(String name, int milliCpu, Map<String, String> labels) {
    Node node =
        Node.fromJson(
            json("{\"metadata\": {\"name\": \"" + name + "\", \"uid\": \"" + name + "\"}}"));
    return NodeInfo.of(
        node.toBuilder()
            .metadata(node.metadata().toBuilder().labels(labels).build())
            .status(
                node.status().toBuilder()
                    .allocatable(
                        Map.of(
                            "cpu", Quantity.parse(milliCpu + "m"),
                            "memory", Quantity.parse("8Gi"),
                            "pods", Quantity.parse("110")))
                    .build())
            .build());
  }

  public static NodeInfo node(String name, int milliCpu) {
    return node(name, milliCpu, Map.of());
  }

  public static dev.javernetes.api.machinery.json.JsonObject json(String text) {
    try {
      return Json.parseObject(text);
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(text, problem);
    }
  }
}
