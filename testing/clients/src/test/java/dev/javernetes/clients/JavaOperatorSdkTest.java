package dev.javernetes.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An operator of a kind of its own: a Greeting is carried out as a ConfigMap. */
@ExtendWith(SimulatedCluster.Provided.class)
class JavaOperatorSdkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Set<String> CLEANED = ConcurrentHashMap.newKeySet();

  @NullUnmarked
  public static final class GreetingSpec {
    public String to;
  }

  @NullUnmarked
  public static final class GreetingStatus {
    public String said;
  }

  @Group("clients.javernetes.dev")
  @Version("v1")
  public static final class Greeting extends CustomResource<GreetingSpec, GreetingStatus>
      implements Namespaced {}

  @ControllerConfiguration
  public static final class Greeter implements Reconciler<Greeting>, Cleaner<Greeting> {
    @Override
    public UpdateControl<Greeting> reconcile(Greeting greeting, Context<Greeting> context) {
      String said = "hello " + greeting.getSpec().to;
      context
          .getClient()
          .resource(map(greeting, said))
          .fieldManager("greeter")
          .forceConflicts()
          .serverSideApply();
      Greeting told = new Greeting();
      told.setMetadata(
          new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
              .withName(greeting.getMetadata().getName())
              .withNamespace(greeting.getMetadata().getNamespace())
              .build());
      told.setStatus(new GreetingStatus());
      told.getStatus().said = said;
      return UpdateControl.patchStatus(told);
    }

    @Override
    public DeleteControl cleanup(Greeting greeting, Context<Greeting> context) {
      CLEANED.add(greeting.getMetadata().getName());
      return DeleteControl.defaultDelete();
    }

    private static ConfigMap map(Greeting greeting, String said) {
      return new ConfigMapBuilder()
          .withNewMetadata()
          .withName(greeting.getMetadata().getName())
          .withNamespace(greeting.getMetadata().getNamespace())
          .withOwnerReferences(
              new OwnerReferenceBuilder()
                  .withApiVersion(greeting.getApiVersion())
                  .withKind(greeting.getKind())
                  .withName(greeting.getMetadata().getName())
                  .withUid(greeting.getMetadata().getUid())
                  .build())
          .endMetadata()
          .withData(Map.of("said", said))
          .build();
    }
  }

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: greetings.clients.javernetes.dev
      spec:
        group: clients.javernetes.dev
        scope: Namespaced
        names:
          plural: greetings
          singular: greeting
          kind: Greeting
        versions:
        - name: v1
          served: true
          storage: true
          subresources:
            status: {}
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  required: [to]
                  properties:
                    to:
                      type: string
                      minLength: 1
                status:
                  type: object
                  properties:
                    said:
                      type: string
      """;

  @Test
  void reconcilesUpdatesAndCleansUp(SimulatedCluster cluster) throws Exception {
    try (KubernetesClient client = Fabric8ClientTest.connect(cluster)) {
      HasMetadata definition = (HasMetadata) client.resource(DEFINITION).serverSideApply();
      client
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(definition.getMetadata().getName())
          .waitUntilCondition(
              read ->
                  read.getStatus() != null
                      && read.getStatus().getConditions().stream()
                          .anyMatch(one ->
                              one.getType().equals("Established")
                                  && one.getStatus().equals("True")),
              PATIENCE.toSeconds(),
              java.util.concurrent.TimeUnit.SECONDS);
      Operator operator =
          new Operator(
              settings -> settings.withKubernetesClient(client).withCloseClientOnStop(false));
      operator.register(new Greeter());
      operator.start();
      try {
        watchAGreetingsLife(client);
      } finally {
        operator.stop();
      }
    }
  }

  private static void watchAGreetingsLife(KubernetesClient client) {
    MixedOperation<Greeting, ?, Resource<Greeting>> greetings = client.resources(Greeting.class);
    greetings.inNamespace("default").resource(greeting("world")).create();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(said(client)).isEqualTo("hello world"));
    Resource<Greeting> one = greetings.inNamespace("default").withName("one");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(one.get().getStatus())
                .isNotNull()
                .extracting(status -> status.said)
                .isEqualTo("hello world"));
    assertThat(one.get().getFinalizers()).hasSize(1);
    one.edit(read -> {
      read.getSpec().to = "moon";
      return read;
    });
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(said(client)).isEqualTo("hello moon"));
    one.delete();
    await().atMost(PATIENCE).until(() -> one.get() == null);
    assertThat(CLEANED).contains("one");
    await() // by the garbage collector
        .atMost(PATIENCE)
        .until(() -> client.configMaps().inNamespace("default").withName("one").get() == null);
  }

  private static Greeting greeting(String to) {
    Greeting greeting = new Greeting();
    greeting.setMetadata(
        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder().withName("one").build());
    greeting.setSpec(new GreetingSpec());
    greeting.getSpec().to = to;
    return greeting;
  }

  private static String said(KubernetesClient client) {
    ConfigMap map = client.configMaps().inNamespace("default").withName("one").get();
    return map == null ? "" : map.getData().getOrDefault("said", "");
  }
}
