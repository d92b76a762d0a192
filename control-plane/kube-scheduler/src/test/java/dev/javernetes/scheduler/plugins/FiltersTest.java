package dev.javernetes.scheduler.plugins;

import static dev.javernetes.scheduler.Fixtures.asking;
import static dev.javernetes.scheduler.Fixtures.node;
import static dev.javernetes.scheduler.Fixtures.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.plugins.nodeaffinity.NodeAffinity;
import dev.javernetes.scheduler.plugins.noderesources.NodePorts;
import dev.javernetes.scheduler.plugins.noderesources.NodeResourcesFit;
import dev.javernetes.scheduler.plugins.nodes.TaintToleration;
import dev.javernetes.scheduler.plugins.topology.InterPodAffinity;
import dev.javernetes.scheduler.plugins.topology.PodTopologySpread;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiltersTest {
  private static final NodeResourcesFit FIT =
      new NodeResourcesFit(NodeResourcesFit.Strategy.LEAST_ALLOCATED);

  private static Status filter(
      Plugin.Filter plugin, PodInfo pod, NodeInfo node, NodeInfo... others) {
    List<NodeInfo> all = new java.util.ArrayList<>(List.of(others));
    all.add(node);
    CycleState state = new CycleState();
    if (plugin instanceof Plugin.PreFilter first) {
      Plugin.PreFilterResult result = first.preFilter(state, pod, new Snapshot(all));
      if (!result.status().isSuccess()) {
        return result.status().isSkip() ? Status.SUCCESS : result.status();
      }
    }
    return plugin.filter(state, pod, node);
  }

  @Test
  void aNodeHoldsWhatIsAllocatableAndNoMore() {
    NodeInfo node = node("n", 1000).with(asking("present", 700, 0));

    assertThat(filter(FIT, asking("small", 300, 0), node)).isEqualTo(Status.SUCCESS);
    Status full = filter(FIT, asking("large", 301, 0), node);
    assertThat(full.reasons()).containsExactly("Insufficient cpu");
    assertThat(full.code()).isEqualTo(Status.Code.UNSCHEDULABLE);
    assertThat(filter(FIT, asking("huge", 1001, 0), node).code())
        .as("no eviction makes the node larger")
        .isEqualTo(Status.Code.UNSCHEDULABLE_AND_UNRESOLVABLE);
  }

  @Test
  void initContainersRunOneByOneAndSidecarsStay() {
    PodInfo pod =
        pod(
            "p",
            """
            {"initContainers": [
               {"name": "sidecar", "restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}}},
               {"name": "setup", "resources": {"requests": {"cpu": "500m"}}}],
             "containers": [
               {"name": "a", "resources": {"requests": {"cpu": "200m"}}},
               {"name": "b", "resources": {"requests": {"cpu": "100m"}}}]}
            """);

    assertThat(pod.requested().milliCpu()).as("setup beside the sidecar").isEqualTo(600);
  }

  @Test
  void taintsKeepAwayWhoeverDoesNotTolerateThem() {
    NodeInfo plain = node("n", 1000);
    NodeInfo tainted =
        plain.withNode(
            plain.node().toBuilder()
                .spec(
                    plain.node().spec().toBuilder()
                        .taints(
                            List.of(
                                Taint.builder()
                                    .key("gpu")
                                    .value("yes")
                                    .effect("NoSchedule")
                                    .build()))
                        .build())
                .build());
    TaintToleration plugin = new TaintToleration();

    assertThat(filter(plugin, pod("p", "{}"), tainted).isRejected()).isTrue();
    for (String toleration :
        List.of(
            "{\"key\": \"gpu\", \"operator\": \"Exists\"}",
            "{\"key\": \"gpu\", \"value\": \"yes\", \"effect\": \"NoSchedule\"}",
            "{\"operator\": \"Exists\"}")) {
      assertThat(filter(plugin, pod("p", "{\"tolerations\": [" + toleration + "]}"), tainted))
          .as(toleration)
          .isEqualTo(Status.SUCCESS);
    }
    assertThat(
            filter(
                    plugin,
                    pod("p", "{\"tolerations\": [{\"key\": \"gpu\", \"value\": \"no\"}]}"),
                    tainted)
                .isRejected())
        .isTrue();
  }

  @Test
  void nodeAffinityTermsAreAlternatives() {
    PodInfo pod =
        pod(
            "p",
            """
            {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
               {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]},
               {"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["16"]}]}]}}}}
            """);
    NodeAffinity plugin = new NodeAffinity();

    assertThat(filter(plugin, pod, node("a", 1, Map.of("disk", "ssd")))).isEqualTo(Status.SUCCESS);
    assertThat(filter(plugin, pod, node("b", 1, Map.of("cores", "32")))).isEqualTo(Status.SUCCESS);
    assertThat(filter(plugin, pod, node("c", 1, Map.of("cores", "16"))).isRejected()).isTrue();
  }

  @Test
  void aHostPortIsTakenOnceUnlessTheAddressesDiffer() {
    String spec =
        "{\"containers\": [{\"name\": \"c\", \"ports\": [{\"hostPort\": 80, \"hostIP\": \"%s\"}]}]}";
    NodeInfo node = node("n", 1000).with(pod("first", spec.formatted("127.0.0.1")));
    NodePorts plugin = new NodePorts();

    assertThat(filter(plugin, pod("p", spec.formatted("127.0.0.2")), node))
        .isEqualTo(Status.SUCCESS);
    assertThat(filter(plugin, pod("p", spec.formatted("")), node).isRejected())
        .as("every address")
        .isTrue();
  }

  @Test
  void spreadSendsTheNextPodToTheEmptiestZone() {
    PodInfo pod =
        pod(
            "new",
            "{\"app\": \"web\"}",
            """
            {"topologySpreadConstraints": [{"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule",
              "labelSelector": {"matchLabels": {"app": "web"}}}]}
            """);
    NodeInfo crowded =
        node("a", 1, Map.of("zone", "a")).with(pod("web-1", "{\"app\": \"web\"}", "{}"));
    NodeInfo empty = node("b", 1, Map.of("zone", "b"));
    PodTopologySpread plugin = new PodTopologySpread();

    assertThat(filter(plugin, pod, empty, crowded)).isEqualTo(Status.SUCCESS);
    assertThat(filter(plugin, pod, crowded, empty).isRejected()).isTrue();
    assertThat(filter(plugin, pod, node("c", 1), crowded, empty).code())
        .as("no such label")
        .isEqualTo(Status.Code.UNSCHEDULABLE_AND_UNRESOLVABLE);
  }

  @Test
  void podsThatRepelEachOtherGoToDifferentZones() {
    String spec =
        """
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
          {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "db"}}}]}}}
        """;
    NodeInfo taken = node("a", 1, Map.of("zone", "a")).with(pod("db-0", "{\"app\": \"db\"}", spec));
    NodeInfo free = node("b", 1, Map.of("zone", "b"));
    InterPodAffinity plugin = new InterPodAffinity(namespace -> Map.of());

    assertThat(filter(plugin, pod("db-1", "{\"app\": \"db\"}", spec), taken, free).isRejected())
        .isTrue();
    assertThat(filter(plugin, pod("db-1", "{\"app\": \"db\"}", spec), free, taken))
        .isEqualTo(Status.SUCCESS);
    assertThat(filter(plugin, pod("db-2", "{\"app\": \"db\"}", "{}"), taken, free).isRejected())
        .as("those that are there already have a say, too")
        .isTrue();
  }

  @Test
  void theFirstPodOfAGroupThatWantsCompanyMayStart() {
    String spec =
        """
        {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
          {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "ring"}}}]}}}
        """;
    InterPodAffinity plugin = new InterPodAffinity(namespace -> Map.of());
    NodeInfo zoneA = node("a", 1, Map.of("zone", "a"));
    NodeInfo zoneB = node("b", 1, Map.of("zone", "b"));

    assertThat(filter(plugin, pod("ring-0", "{\"app\": \"ring\"}", spec), zoneA, zoneB))
        .isEqualTo(Status.SUCCESS);
    NodeInfo occupied = zoneA.with(pod("ring-0", "{\"app\": \"ring\"}", spec));
    assertThat(filter(plugin, pod("ring-1", "{\"app\": \"ring\"}", spec), occupied, zoneB))
        .isEqualTo(Status.SUCCESS);
    assertThat(
            filter(plugin, pod("ring-1", "{\"app\": \"ring\"}", spec), zoneB, occupied)
                .isRejected())
        .isTrue();
    assertThat(filter(plugin, pod("other", "{}", spec), zoneB).isRejected())
        .as("matches nobody, not even itself")
        .isTrue();
  }
}
