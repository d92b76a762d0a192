package dev.javernetes.controllermanager.daemonset;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.DaemonSet;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.FakeCluster;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DaemonSetControllerTest {
  private final FakeCluster cluster = new FakeCluster("daemonset-controller");

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void everyFittingNodeHasOnePod() {
    node("a", "");
    node("b", "");
    node("tainted", "'taints': [{'key': 'k', 'value': 'v', 'effect': 'NoSchedule'}]");
    create();
    settle(List.of("a", "b"));
    node("c", "");
    settle(List.of("a", "b", "c"));
    cluster.client().delete(Node.TYPE, "", "a", DeleteOptions.NONE);
    settle(List.of("b", "c"));
  }

  @Test
  void anUpdateGoesNodeByNode() {
    node("a", "");
    node("b", "");
    create();
    settle(List.of("a", "b"));
    JsonObject container = JsonObject.of("name", "c", "image", "two");
    JsonObject template = JsonObject.of("spec", JsonObject.of("containers", List.of(container)));
    cluster
        .client()
        .patch(
            DaemonSet.TYPE,
            "default",
            "agent",
            Patch.merge(JsonObject.of("spec", JsonObject.of("template", template))));
    cluster.until(
        "both new",
        () -> {
          cluster.runPods();
          return cluster.pods().size() == 2
              && cluster.pods().stream()
                  .allMatch(pod -> pod.spec().containers().getFirst().image().equals("two"));
        });
    settle(List.of("a", "b"));
    cluster.until("told", () -> Meta.or(set().status().updatedNumberScheduled(), 0) == 2);
  }

  private DaemonSet set() {
    return cluster.client().get(DaemonSet.TYPE, "default", "agent");
  }

  private void settle(List<String> nodes) {
    cluster.until(
        "pods on " + nodes,
        () -> {
          cluster.runPods();
          return cluster.pods().stream().map(DaemonPods::node).sorted().toList().equals(nodes)
              && Meta.or(set().status().numberReady(), 0) == nodes.size();
        });
  }

  private void node(String name, String spec) {
    cluster.create(
        Node.TYPE,
        "{'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': '%s'}, 'spec': {%s}}"
            .formatted(name, spec));
  }

  private void create() {
    cluster.create(
        DaemonSet.TYPE,
        """
        {'apiVersion': 'apps/v1', 'kind': 'DaemonSet',
         'metadata': {'name': 'agent', 'namespace': 'default'},
         'spec': {'selector': {'matchLabels': {'app': 'agent'}},
           'updateStrategy': {'type': 'RollingUpdate', 'rollingUpdate': {'maxUnavailable': 1}},
           'template': {'metadata': {'labels': {'app': 'agent'}},
             'spec': {'containers': [{'name': 'c', 'image': 'one'}]}}}}
        """);
  }
}
