package dev.javernetes.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.ServerSideApply;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.options.ListOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * io.kubernetes:client-java. Its leader election is in client-java-extended, of which 27.0.0 cannot
 * be had.
 */
@ExtendWith(SimulatedCluster.Provided.class)
class OfficialJavaClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String NAMESPACE = "default";
  private final SimulatedCluster cluster;
  private final ApiClient client;
  private final GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> maps;

  OfficialJavaClientTest(SimulatedCluster cluster) throws Exception {
    this.cluster = cluster;
    this.client = Config.fromConfig(cluster.kubeconfig().toString());
    client.setReadTimeout(0); // watches
    this.maps =
        new GenericKubernetesApi<>(
            V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
  }

  private static V1ConfigMap map(String name, Map<String, String> data) {
    return new V1ConfigMap()
        .apiVersion("v1")
        .kind("ConfigMap")
        .metadata(
            new V1ObjectMeta().name(name).namespace(NAMESPACE).labels(Map.of("of", "official")))
        .data(data);
  }

  @Test
  void listsInPages() throws Exception {
    for (int i = 0; i < 7; i++) {
      maps.create(map("page-" + i, Map.of()))
          .onFailure((code, status) -> assertThat(code).isEqualTo(409));
    }
    Set<String> names = new HashSet<>();
    ListOptions options = new ListOptions();
    options.setLimit(3);
    int pages = 0;
    do {
      V1ConfigMapList page = maps.list(NAMESPACE, options).getObject();
      assertThat(page.getItems()).hasSizeLessThanOrEqualTo(3);
      page.getItems().forEach(one -> names.add(one.getMetadata().getName()));
      options.setContinue(page.getMetadata().getContinue());
      pages++;
    } while (options.getContinue() != null && !options.getContinue().isEmpty());
    assertThat(pages).isGreaterThanOrEqualTo(3);
    assertThat(names).contains("page-0", "page-6");
  }

  @Test
  void appliesOnTheServerAndIsToldOfConflicts() throws Exception {
    ServerSideApply.apply(maps, map("official-apply", Map.of("a", "1")), "one");
    assertThatThrownBy(
            () -> ServerSideApply.apply(maps, map("official-apply", Map.of("a", "2")), "two"))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.getCode()).isEqualTo(409));
    V1ConfigMap forced =
        ServerSideApply.apply(maps, map("official-apply", Map.of("a", "2")), "two", true);
    assertThat(forced.getData()).containsEntry("a", "2");
  }

  /** Behind --long: on a busy machine this client's own back-off takes more than half a minute. */
  @Test
  @Tag("long")
  @Timeout(300)
  void anInformerGoesOnAfterARestartOfTheServer() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    SharedInformerFactory factory = new SharedInformerFactory(client);
    SharedIndexInformer<V1ConfigMap> informer =
        factory.sharedIndexInformerFor(maps, V1ConfigMap.class, 1_000, NAMESPACE);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(V1ConfigMap made) {
            seen.add("add " + made.getMetadata().getName());
          }

          @Override
          public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
            seen.add("update " + after.getMetadata().getName());
          }

          @Override
          public void onDelete(V1ConfigMap gone, boolean unknown) {
            seen.add("delete " + gone.getMetadata().getName());
          }
        });
    factory.startAllRegisteredInformers();
    try {
      await().atMost(PATIENCE).until(informer::hasSynced);
      ServerSideApply.apply(maps, map("watched-one", Map.of()), "test");
      await().atMost(PATIENCE).until(() -> seen.contains("add watched-one"));
      cluster.restart();
      ServerSideApply.apply(maps, map("watched-two", Map.of()), "test");
      await().atMost(PATIENCE.multipliedBy(4)).until(() -> seen.contains("add watched-two"));
      maps.delete(NAMESPACE, "watched-two");
      await().atMost(PATIENCE).until(() -> seen.contains("delete watched-two"));
      assertThat(seen).doesNotContain("delete watched-one");
    } finally {
      factory.stopAllRegisteredInformers(true);
    }
  }
}
