package dev.javernetes.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** io.fabric8:kubernetes-client: what an operator asks of it. */
@ExtendWith(SimulatedCluster.Provided.class)
class Fabric8ClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String NAMESPACE = "fabric8";
  private final SimulatedCluster cluster;
  private final KubernetesClient client;

  Fabric8ClientTest(SimulatedCluster cluster) {
    this.cluster = cluster;
    this.client = connect(cluster);
  }

  static KubernetesClient connect(SimulatedCluster cluster) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
        .build();
  }

  @BeforeEach
  void makeNamespace() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static ConfigMap settings(String name, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withData(data)
        .build();
  }

  @Test
  void createsReadsEditsAndDeletes() {
    ConfigMap made = client.resource(settings("crud", Map.of("a", "1"))).create();
    assertThat(made.getMetadata().getUid()).isNotEmpty();
    client
        .configMaps()
        .inNamespace(NAMESPACE)
        .withName("crud")
        .edit(read -> new ConfigMapBuilder(read).addToData("b", "2").build());
    assertThat(client.resource(made).get().getData())
        .containsEntry("a", "1")
        .containsEntry("b", "2");
    assertThatThrownBy(() -> client.resource(settings("crud", Map.of())).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getCode()).isEqualTo(409));
    assertThat(client.resource(made).delete()).isNotEmpty();
    assertThat(client.resource(made).get()).isNull();
  }

  @Test
  void appliesOnTheServerAndIsToldOfConflicts() {
    client.resource(settings("applied", Map.of("a", "1"))).fieldManager("one").serverSideApply();
    assertThatThrownBy(() ->
            client
                .resource(settings("applied", Map.of("a", "2")))
                .fieldManager("two")
                .serverSideApply())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getMessage()).contains("conflict with \"one\""));
    PatchContext forced =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("two")
            .withForce(true)
            .build();
    assertThat(client.resource(settings("applied", Map.of("a", "2"))).patch(forced).getData())
        .containsEntry("a", "2");
  }

  @Test
  void seesADeploymentBecomeReady() {
    Deployment web =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("web")
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withNewSpec()
            .withReplicas(2)
            .withNewSelector()
            .addToMatchLabels("app", "web")
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app", "web")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("web")
            .withImage("nginx")
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    client.resource(web).create();
    client.resource(web).waitUntilReady(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    client.resource(web).scale(3);
    client
        .resource(web)
        .waitUntilCondition(
            read -> Integer.valueOf(3).equals(read.getStatus().getReadyReplicas()),
            PATIENCE.toSeconds(),
            TimeUnit.SECONDS);
    client.resource(web).delete();
  }

  @Test
  void anInformerResyncsAndGoesOnAfterARestartOfTheServer() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    client.resource(settings("first", Map.of())).serverSideApply();
    try (SharedIndexInformer<ConfigMap> informer =
        client
            .configMaps()
            .inNamespace(NAMESPACE)
            .withLabelSelector("!other")
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(ConfigMap made) {
                    seen.add("add " + made.getMetadata().getName());
                  }

                  @Override
                  public void onUpdate(ConfigMap before, ConfigMap after) {
                    seen.add("update " + after.getMetadata().getName());
                  }

                  @Override
                  public void onDelete(ConfigMap gone, boolean unknown) {
                    seen.add("delete " + gone.getMetadata().getName());
                  }
                },
                1_000)) {
      await().atMost(PATIENCE).until(() -> seen.contains("add first"));
      await().atMost(PATIENCE).until(() -> seen.contains("update first")); // the resync
      cluster.restart();
      client.resource(settings("second", Map.of())).serverSideApply();
      await().atMost(PATIENCE).until(() -> seen.contains("add second"));
      client.resource(settings("second", Map.of())).delete();
      await().atMost(PATIENCE).until(() -> seen.contains("delete second"));
      assertThat(seen).doesNotContain("delete first");
      assertThat(informer.getStore().list())
          .extracting(map -> map.getMetadata().getName())
          .contains("first");
    }
  }

  @Test
  void electsOneLeaderAndThenTheNext() {
    CompletableFuture<String> leader = new CompletableFuture<>();
    CompletableFuture<String> next = new CompletableFuture<>();
    CompletableFuture<?> first = elector("one", leader).start();
    assertThat(leader).succeedsWithin(PATIENCE);
    CompletableFuture<?> second = elector("two", next).start();
    assertThat(next).isNotDone();
    first.cancel(true); // gives the lease back
    assertThat(next).succeedsWithin(PATIENCE).isEqualTo("two");
    second.cancel(true);
  }

  private LeaderElector elector(String name, CompletableFuture<String> leads) {
    return client
        .leaderElector()
        .withConfig(
            new LeaderElectionConfigBuilder()
                .withName("test")
                .withLock(new LeaseLock(NAMESPACE, "leader", name))
                .withLeaseDuration(Duration.ofSeconds(4))
                .withRenewDeadline(Duration.ofSeconds(3))
                .withRetryPeriod(Duration.ofMillis(300))
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(
                    new LeaderCallbacks(
                        () -> leads.complete(name),
                        () -> {},
                        identity -> assertThat(identity).isIn(List.of("one", "two"))))
                .build())
        .build();
  }
}
