package dev.javernetes.scheduler.plugins.preemption;

import static dev.javernetes.scheduler.Fixtures.asking;
import static dev.javernetes.scheduler.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.plugins.noderesources.NodeResourcesFit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefaultPreemptionTest {
  private final List<String> evicted = new ArrayList<>();
  private final NodeResourcesFit fit =
      new NodeResourcesFit(NodeResourcesFit.Strategy.LEAST_ALLOCATED);
  private final DefaultPreemption preemption =
      new DefaultPreemption(
          (pod, snapshot, changed) -> fit.filter(new CycleState(), pod, changed).isSuccess(),
          List::of,
          (pod, node, victims) -> victims.forEach(victim -> evicted.add(victim.name())));

  private Plugin.PostFilterResult preempt(PodInfo pod, NodeInfo... nodes) {
    Map<String, Status> rejections = new LinkedHashMap<>();
    for (NodeInfo node : nodes) {
      rejections.put(node.name(), fit.filter(new CycleState(), pod, node));
    }
    return preemption.postFilter(new CycleState(), pod, new Snapshot(List.of(nodes)), rejections);
  }

  @Test
  void evictsAsFewAsPossibleTheLeastImportantFirst() {
    NodeInfo node =
        node("n", 1000)
            .with(asking("low", 400, 1))
            .with(asking("middle", 400, 5))
            .with(asking("high", 200, 9));

    assertThat(preempt(asking("urgent", 400, 8), node).nominatedNode()).isEqualTo("n");
    assertThat(evicted).containsExactly("low");
  }

  @Test
  void choosesTheNodeWhoseVictimsMatterLeast() {
    NodeInfo dear = node("dear", 1000).with(asking("important", 1000, 7));
    NodeInfo cheap =
        node("cheap", 1000).with(asking("batch-1", 500, 1)).with(asking("batch-2", 500, 1));

    assertThat(preempt(asking("urgent", 1000, 8), dear, cheap).nominatedNode()).isEqualTo("cheap");
    assertThat(evicted).containsExactlyInAnyOrder("batch-1", "batch-2");
  }

  @Test
  void leavesEqualsAloneAndSaysSo() {
    Plugin.PostFilterResult result =
        preempt(asking("p", 500, 5), node("n", 1000).with(asking("equal", 1000, 5)));

    assertThat(result.nominatedNode()).isEmpty();
    assertThat(result.status().reasons())
        .containsExactly(
            "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.");
    assertThat(evicted).isEmpty();
  }
}
