package dev.javernetes.controllermanager.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeCondition;
import dev.javernetes.api.model.core.v1.NodeStatus;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void aSilentNodeBecomesUnknownAndUnreachable() {
    Node silent = NodeHealth.silent(node("True"), NOON);
    assertThat(silent.status().conditions())
        .extracting(NodeCondition::type)
        .containsExactly("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");
    assertThat(NodeHealth.ready(silent)).isEqualTo("Unknown");
    assertThat(NodeHealth.silent(silent, NOON.plusSeconds(9))).isEqualTo(silent);
    assertThat(keys(NodeHealth.taints(silent, true, NOON)))
        .containsExactly(
            "node.kubernetes.io/unreachable:NoSchedule",
            "node.kubernetes.io/unreachable:NoExecute");
    assertThat(keys(NodeHealth.taints(silent, false, NOON)))
        .containsExactly("node.kubernetes.io/unreachable:NoSchedule");
  }

  @Test
  void aReadyNodeLosesOurTaintsAndKeepsOthers() {
    Taint mine = new Taint("dedicated", "db", "NoExecute", null);
    Node node =
        node("True").toBuilder()
            .spec(
                node("True").spec().toBuilder()
                    .taints(List.of(new Taint(NodeHealth.NOT_READY, "", "NoExecute", NOON), mine))
                    .build())
            .build();
    assertThat(NodeHealth.taints(node, false, NOON)).containsExactly(mine);
  }

  @Test
  void aBrokenNetworkEvictsNobody() {
    Zones zones = new Zones(0.1, 0.01, 0.55, 50);
    assertThat(zones.rates(nodes(0, 3))).isEqualTo(Map.of(":", 0.0));
    assertThat(zones.rates(nodes(9, 1))).isEqualTo(Map.of(":", 0.1));
    assertThat(zones.rates(nodes(4, 6))).isEqualTo(Map.of(":", 0.0));
    assertThat(zones.rates(nodes(40, 60))).isEqualTo(Map.of(":", 0.01));
  }

  private static List<Node> nodes(int ready, int notReady) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < ready + notReady; i++) {
      nodes.add(node(i < ready ? "True" : "Unknown"));
    }
    return nodes;
  }

  private static List<String> keys(List<Taint> taints) {
    return taints.stream().map(taint -> taint.key() + ":" + taint.effect()).toList();
  }

  private static Node node(String ready) {
    return Node.builder()
        .metadata(ObjectMeta.builder().name("n").build())
        .status(
            NodeStatus.builder()
                .conditions(List.of(NodeCondition.builder().type("Ready").status(ready).build()))
                .build())
        .build();
  }
}
