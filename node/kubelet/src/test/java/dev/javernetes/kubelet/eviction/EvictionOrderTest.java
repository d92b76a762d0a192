package dev.javernetes.kubelet.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.kubelet.Pods;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EvictionOrderTest {
  @Test
  void thoseOverTheirRequestGoFirstThenByPriority() {
    Pod modest = pod("modest", 0, "100");
    Pod greedy = pod("greedy", 0, "10");
    Pod greedier = pod("greedier", 0, "1");
    Pod important = pod("important", 5, "1");
    Pod critical = pod("critical", 2_000_000_000, "1");
    Map<String, Long> usage =
        Map.of("modest", 50L, "greedy", 50L, "greedier", 50L, "important", 500L, "critical", 900L);
    assertThat(
            EvictionOrder.of(
                List.of(critical, modest, important, greedy, greedier), usage, "memory"))
        .extracting(pod -> pod.metadata().uid())
        .containsExactly("greedier", "greedy", "important", "modest");
  }

  @Test
  void thresholdsAreAmountsOrShares() {
    EvictionThresholds thresholds =
        EvictionThresholds.parse(Map.of("memory.available", "100Mi", "nodefs.available", "10%"));
    assertThat(thresholds.bytes("memory.available", 1L << 30)).isEqualTo(100L << 20);
    assertThat(thresholds.bytes("nodefs.available", 1000)).isEqualTo(100);
    assertThat(thresholds.crossed("nodefs.available", 99, 1000)).isTrue();
    assertThat(thresholds.crossed("nodefs.available", 100, 1000)).isFalse();
    assertThatThrownBy(() -> EvictionThresholds.parse(Map.of("moon.phase", "1")))
        .hasMessage("unsupported eviction signal moon.phase");
  }

  private static Pod pod(String uid, int priority, String memory) {
    return Pods.of(
        "{'metadata':{'uid':'%s'},'spec':{'priority':%d,'containers':[{'name':'a','resources':{'requests':{'memory':'%s'}}}]}}"
            .formatted(uid, priority, memory));
  }
}
