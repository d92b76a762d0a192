package dev.javernetes.controllermanager.statefulset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.ControllerRevision;
import dev.javernetes.api.model.apps.v1.StatefulSet;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Patch;
import dev.javernetes.controllermanager.FakeCluster;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatefulSetControllerTest {
  private final FakeCluster cluster = new FakeCluster("statefulset-controller");

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void createsOneAfterTheOtherEachWithItsClaim() {
    create("OrderedReady");
    cluster.until("the first", () -> names().equals(List.of("db-0")));
    cluster.runPods();
    cluster.until("the second", () -> names().equals(List.of("db-0", "db-1")));
    settle(3);
    assertThat(cluster.client().list(PersistentVolumeClaim.TYPE, "default"))
        .extracting(claim -> claim.metadata().name())
        .containsExactlyInAnyOrder("data-db-0", "data-db-1", "data-db-2");
    Pod last = cluster.pods().getLast();
    assertThat(last.spec().hostname()).isEqualTo("db-2");
    assertThat(last.metadata().labels()).containsEntry("apps.kubernetes.io/pod-index", "2");
  }

  @Test
  void anUpdateReplacesAllAndScalingDownTakesTheHighest() {
    create("Parallel");
    settle(3);
    JsonObject container = JsonObject.of("name", "c", "image", "two");
    JsonObject spec = JsonObject.of("containers", List.of(container));
    patch(JsonObject.of("template", JsonObject.of("spec", spec)));
    cluster.until(
        "all of the new image",
        () -> {
          cluster.runPods();
          return cluster.pods().size() == 3
              && cluster.pods().stream()
                  .allMatch(pod -> pod.spec().containers().getFirst().image().equals("two"));
        });
    settle(3);
    assertThat(cluster.client().list(ControllerRevision.TYPE, "default")).hasSize(2);
    patch(JsonObject.of("replicas", 1L));
    settle(1);
    assertThat(names()).containsExactly("db-0");
  }

  private void patch(JsonObject spec) {
    cluster
        .client()
        .patch(StatefulSet.TYPE, "default", "db", Patch.merge(JsonObject.of("spec", spec)));
  }

  private void settle(int replicas) {
    cluster.until(
        replicas + " ready",
        () -> {
          cluster.runPods();
          StatefulSet set = cluster.client().get(StatefulSet.TYPE, "default", "db");
          return names().size() == replicas
              && Meta.or(set.status().readyReplicas(), 0) == replicas
              && Meta.or(set.status().updatedReplicas(), 0) == replicas
              && set.status().currentRevision().equals(set.status().updateRevision())
              && set.status().observedGeneration() != null
              && set.status().observedGeneration() == Meta.generation(set);
        });
  }

  private List<String> names() {
    return cluster.pods().stream().map(pod -> pod.metadata().name()).sorted().toList();
  }

  private void create(String policy) {
    cluster.create(
        StatefulSet.TYPE,
        """
        {'apiVersion': 'apps/v1', 'kind': 'StatefulSet',
         'metadata': {'name': 'db', 'namespace': 'default'},
         'spec': {'replicas': 3, 'serviceName': 'db', 'podManagementPolicy': '%s',
           'selector': {'matchLabels': {'app': 'db'}},
           'updateStrategy': {'type': 'RollingUpdate', 'rollingUpdate': {'partition': 0}},
           'volumeClaimTemplates': [{'metadata': {'name': 'data'}, 'spec': {}}],
           'template': {'metadata': {'labels': {'app': 'db'}},
             'spec': {'containers': [{'name': 'c', 'image': 'one'}]}}}}
        """
            .formatted(policy));
  }
}
