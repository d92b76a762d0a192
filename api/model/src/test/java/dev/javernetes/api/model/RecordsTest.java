package dev.javernetes.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodSpec;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@org.jspecify.annotations.NullUnmarked
class RecordsTest {

  @Test
  void readsAndWritesTheSameTree() throws Exception {
    JsonObject tree =
        Json.parseObject(
            """
            {"kind":"Pod","apiVersion":"v1",
             "metadata":{"name":"web","namespace":"default","creationTimestamp":"2026-01-02T03:04:05Z",
               "labels":{"app":"web","tier":"front"}},
             "spec":{"volumes":[{"name":"tmp","emptyDir":{}}],
               "containers":[{"name":"c","image":"nginx","ports":[{"containerPort":80}],
                 "resources":{"limits":{"cpu":"500m","memory":"64Mi"}},
                 "livenessProbe":{"httpGet":{"path":"/","port":"http"}}}],
               "terminationGracePeriodSeconds":0}}
            """);
    Pod pod = Pod.fromJson(tree);
    assertThat(pod.toJson()).isEqualTo(tree);
    assertThat(pod.metadata().creationTimestamp()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    Container container = pod.spec().containers().getFirst();
    assertThat(container.resources().limits()).containsEntry("cpu", Quantity.parse("0.5"));
    assertThat(container.livenessProbe().httpGet().port()).isEqualTo(IntOrString.of("http"));
    assertThat(pod.spec().volumes().getFirst().emptyDir()).isNotNull();
    assertThat(pod.spec().terminationGracePeriodSeconds()).isZero();
    assertThat(pod.status().phase()).isEmpty();
  }

  @Test
  void buildersChangeOnePartOnly() {
    Pod pod =
        Pod.builder()
            .metadata(ObjectMeta.builder().name("a").build())
            .spec(PodSpec.builder().nodeName("n1").build())
            .build();
    Pod moved = pod.toBuilder().spec(pod.spec().toBuilder().nodeName("n2").build()).build();
    assertThat(moved.metadata()).isSameAs(pod.metadata());
    assertThat(moved.spec().nodeName()).isEqualTo("n2");
    assertThat(moved.withMetadata(ObjectMeta.EMPTY).metadata().name()).isEmpty();
  }

  @Test
  void collectionsCannotBeChanged() {
    Secret secret = Secret.builder().data(new java.util.HashMap<>(Map.of("k", "dg=="))).build();
    assertThatThrownBy(() -> secret.data().put("x", "y"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(PodSpec.EMPTY.containers()).isEqualTo(List.of());
  }

  @Test
  void kindsKnowWhereTheyAreServed() {
    assertThat(Deployment.TYPE.resource().root()).isEqualTo("/apis/apps/v1");
    assertThat(Deployment.TYPE.plural()).isEqualTo("deployments");
    assertThat(dev.javernetes.api.model.networking.v1.NetworkPolicy.TYPE.plural())
        .isEqualTo("networkpolicies");
    assertThat(dev.javernetes.api.model.networking.v1.IngressClass.TYPE.namespaced()).isFalse();
    assertThat(dev.javernetes.api.model.core.v1.Endpoints.TYPE.plural()).isEqualTo("endpoints");
    assertThat(dev.javernetes.api.model.core.v1.Node.TYPE.namespaced()).isFalse();
    assertThat(dev.javernetes.api.model.core.v1.Namespace.TYPE.plural()).isEqualTo("namespaces");
  }
}
