package dev.javernetes.controllermanager.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.client.Patch;
import dev.javernetes.controllermanager.FakeCluster;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeploymentControllerTest {
  private final FakeCluster cluster =
      new FakeCluster("deployment-controller", "replicaset-controller");

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void rollsOutUpdatesAndGoesBack() {
    create(3, "RollingUpdate");
    complete(3);
    assertThat(deployment().metadata().annotations()).containsEntry(Revisions.REVISION, "1");
    image("two");
    complete(3);
    assertThat(deployment().metadata().annotations()).containsEntry(Revisions.REVISION, "2");
    assertThat(sets()).hasSize(2);
    assertThat(cluster.pods())
        .allSatisfy(pod -> assertThat(pod.spec().containers().getFirst().image()).isEqualTo("two"));
    image("one");
    complete(3);
    assertThat(sets()).hasSize(2);
    assertThat(sets().getFirst().metadata().annotations())
        .containsEntry(Revisions.REVISION, "3")
        .containsEntry(Revisions.HISTORY, "1");
  }

  @Test
  void recreateWaitsUntilTheOldPodsAreGone() {
    create(2, "Recreate");
    complete(2);
    image("two");
    cluster.until(
        "never both templates",
        () -> {
          long images =
              cluster.pods().stream()
                  .map(pod -> pod.spec().containers().getFirst().image())
                  .distinct()
                  .count();
          assertThat(images).isLessThan(2);
          cluster.runPods();
          return images == 1
              && RolloutStatus.complete(deployment(), deployment().status())
              && cluster.pods().getFirst().spec().containers().getFirst().image().equals("two");
        });
  }

  @Test
  void scalesUpAndDown() {
    create(1, "RollingUpdate");
    complete(1);
    scale(5);
    complete(5);
    scale(2);
    complete(2);
    scale(0);
    complete(0);
  }

  @Test
  void aThousandReplicasAreThereSoon() {
    long start = System.nanoTime();
    create(1000, "RollingUpdate");
    cluster.until("1000 pods", () -> cluster.pods().size() == 1000);
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertThat(millis).isLessThan(5_000);
    cluster.until("status", () -> Meta.or(deployment().status().replicas(), 0) == 1000);
    assertThat(cluster.pods()).hasSize(1000);
  }

  private void complete(int pods) {
    cluster.until(
        "complete with " + pods,
        () -> {
          cluster.runPods();
          return RolloutStatus.complete(deployment(), deployment().status())
              && cluster.pods().size() == pods;
        });
  }

  private Deployment deployment() {
    return cluster.client().get(Deployment.TYPE, "default", "web");
  }

  private List<ReplicaSet> sets() {
    return cluster.client().list(ReplicaSet.TYPE, "default").stream()
        .sorted(
            Comparator.comparing(
                (ReplicaSet set) -> Long.parseLong(set.metadata().uid().substring(24), 16)))
        .toList();
  }

  private void create(int replicas, String strategy) {
    cluster.create(
        Deployment.TYPE,
        """
        {'apiVersion': 'apps/v1', 'kind': 'Deployment',
         'metadata': {'name': 'web', 'namespace': 'default'},
         'spec': {'replicas': %d, 'strategy': {'type': '%s'}, 'progressDeadlineSeconds': 600,
           'selector': {'matchLabels': {'app': 'web'}},
           'template': {'metadata': {'labels': {'app': 'web'}},
             'spec': {'containers': [{'name': 'web', 'image': 'one'}]}}}}
        """
            .formatted(replicas, strategy));
  }

  private void image(String image) {
    JsonObject container = JsonObject.of("name", "web", "image", image);
    JsonObject podSpec = JsonObject.of("containers", List.of(container));
    cluster
        .client()
        .patch(
            Deployment.TYPE,
            "default",
            "web",
            Patch.merge(
                JsonObject.of("spec", JsonObject.of("template", JsonObject.of("spec", podSpec)))));
  }

  private void scale(int replicas) {
    cluster
        .client()
        .patch(
            Deployment.TYPE,
            "default",
            "web",
            Patch.merge(JsonObject.of("spec", JsonObject.of("replicas", (long) replicas))));
  }
}
