package dev.javernetes.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.DaemonSet;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.apps.v1.StatefulSet;
import dev.javernetes.api.model.batch.v1.CronJob;
import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Endpoints;
import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServiceAccount;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** All controllers at once, as their own user, over the real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealClusterTest {
  private static final String TEMPLATE =
      "'template': {'metadata': {'labels': {'app': '%s'}}, 'spec': {'containers':"
          + " [{'name': 'c', 'image': 'one'}]}}";

  private final FakeCluster cluster = FakeCluster.real("*");

  @BeforeAll
  void prepare() {
    cluster.until(
        "the default account",
        () ->
            cluster.client().find(Namespace.TYPE, "", "default").isPresent()
                && cluster.client().find(ServiceAccount.TYPE, "default", "default").isPresent());
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void aDeploymentLivesAndGoesWithAllItOwns() {
    cluster.create(
        Deployment.TYPE,
        ("{'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'web', 'namespace':"
                + " 'default'}, 'spec': {'replicas': 3, 'selector': {'matchLabels': {'app': 'web'}},"
                + TEMPLATE
                + "}}")
            .formatted("web"));
    cluster.until("three pods", () -> run() && pods("web").size() == 3 && complete("web"));
    JsonObject container = JsonObject.of("name", "c", "image", "two");
    JsonObject template = JsonObject.of("spec", JsonObject.of("containers", List.of(container)));
    cluster
        .client()
        .patch(
            Deployment.TYPE,
            "default",
            "web",
            Patch.merge(JsonObject.of("spec", JsonObject.of("template", template))));
    cluster.until(
        "rolled out",
        () ->
            run()
                && complete("web")
                && pods("web").size() == 3
                && pods("web").stream()
                    .allMatch(p -> p.spec().containers().getFirst().image().equals("two")));
    Deployment web = cluster.client().get(Deployment.TYPE, "default", "web");
    assertThat(web.metadata().annotations())
        .containsEntry("deployment.kubernetes.io/revision", "2");
    cluster.client().delete(Deployment.TYPE, "default", "web", DeleteOptions.BACKGROUND);
    cluster.until(
        "all gone",
        () ->
            run()
                && pods("web").isEmpty()
                && cluster.client().list(ReplicaSet.TYPE, "default").stream()
                    .noneMatch(set -> set.metadata().name().startsWith("web-")));
  }

  @Test
  void aThousandPodsAndAForegroundDeletion() {
    cluster.create(
        Deployment.TYPE,
        ("{'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'many', 'namespace':"
                + " 'default'}, 'spec': {'replicas': 1000, 'selector': {'matchLabels': {'app':"
                + " 'many'}},"
                + TEMPLATE
                + "}}")
            .formatted("many"));
    cluster.until("1000 pods", () -> pods("many").size() == 1000);
    cluster
        .client()
        .delete(
            Deployment.TYPE,
            "default",
            "many",
            new DeleteOptions(null, "Foreground", "", "", false));
    cluster.until(
        "the owner goes last",
        () -> cluster.client().find(Deployment.TYPE, "default", "many").isEmpty());
    assertThat(pods("many")).isEmpty();
  }

  /** Each waits for the next one to go first. */
  @Test
  void aCircleOfOwnersGoes() {
    List<String> names = List.of("ring-0", "ring-1", "ring-2");
    for (String name : names) {
      cluster.create(
          ConfigMap.TYPE, "{'metadata': {'name': '%s', 'namespace': 'default'}}".formatted(name));
    }
    for (int i = 0; i < names.size(); i++) {
      ConfigMap owner =
          cluster.client().get(ConfigMap.TYPE, "default", names.get((i + 2) % names.size()));
      JsonObject reference =
          JsonObject.of(
              "apiVersion",
              "v1",
              "kind",
              "ConfigMap",
              "name",
              owner.metadata().name(),
              "uid",
              owner.metadata().uid(),
              "controller",
              true,
              "blockOwnerDeletion",
              true);
      cluster
          .client()
          .patch(
              ConfigMap.TYPE,
              "default",
              names.get(i),
              Patch.merge(
                  JsonObject.of(
                      "metadata",
                      JsonObject.of(
                          "ownerReferences", new ArrayList<Object>(List.of(reference))))));
    }
    cluster
        .client()
        .delete(
            ConfigMap.TYPE,
            "default",
            "ring-0",
            new DeleteOptions(null, "Foreground", "", "", false));
    cluster.until(
        "all gone",
        () ->
            names.stream()
                .allMatch(
                    name -> cluster.client().find(ConfigMap.TYPE, "default", name).isEmpty()));
  }

  @Test
  void orphansStay() {
    cluster.create(
        ReplicaSet.TYPE,
        ("{'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'metadata': {'name': 'parent',"
                + " 'namespace': 'default'}, 'spec': {'replicas': 2, 'selector': {'matchLabels':"
                + " {'app': 'orphan'}},"
                + TEMPLATE
                + "}}")
            .formatted("orphan"));
    cluster.until("two pods", () -> pods("orphan").size() == 2);
    cluster
        .client()
        .delete(
            ReplicaSet.TYPE, "default", "parent", new DeleteOptions(null, "Orphan", "", "", false));
    cluster.until(
        "gone", () -> cluster.client().find(ReplicaSet.TYPE, "default", "parent").isEmpty());
    assertThat(pods("orphan"))
        .hasSize(2)
        .allMatch(pod -> pod.metadata().ownerReferences().isEmpty());
  }

  @Test
  void aServiceHasEndpoints() {
    cluster.create(
        Service.TYPE,
        "{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'svc', 'namespace':"
            + " 'default'}, 'spec': {'selector': {'app': 'svc'}, 'ports': [{'port': 80}]}}");
    cluster.until(
        "a slice",
        () ->
            cluster.client().list(EndpointSlice.TYPE, "default").stream()
                .anyMatch(slice -> slice.metadata().name().startsWith("svc-")));
    cluster.until(
        "Endpoints", () -> cluster.client().find(Endpoints.TYPE, "default", "svc").isPresent());
  }

  @Test
  void aJobCompletes() {
    cluster.create(
        Job.TYPE,
        "{'apiVersion': 'batch/v1', 'kind': 'Job', 'metadata': {'name': 'job', 'namespace':"
            + " 'default'}, 'spec': {'completions': 2, 'template': {'spec': {'restartPolicy':"
            + " 'Never', 'containers': [{'name': 'c', 'image': 'i'}]}}}}");
    cluster.until(
        "complete",
        () -> {
          for (Pod pod : cluster.pods()) {
            if ("job".equals(pod.metadata().labels().get("job-name"))
                && !pod.status().phase().equals("Succeeded")) {
              JsonObject status = JsonObject.of("phase", "Succeeded");
              cluster
                  .client()
                  .patchStatus(
                      Pod.TYPE,
                      "default",
                      pod.metadata().name(),
                      Patch.merge(JsonObject.of("status", status)));
            }
          }
          return cluster.client().get(Job.TYPE, "default", "job").status().conditions().stream()
              .anyMatch(c -> c.type().equals("Complete") && c.status().equals("True"));
        });
    assertThat(cluster.client().get(Job.TYPE, "default", "job").status().succeeded()).isEqualTo(2);
  }

  @Test
  void aCronJobIsAccepted() {
    cluster.create(
        CronJob.TYPE,
        "{'apiVersion': 'batch/v1', 'kind': 'CronJob', 'metadata': {'name': 'cron', 'namespace':"
            + " 'default'}, 'spec': {'schedule': '@every 1s', 'jobTemplate': {'spec': {'template':"
            + " {'spec': {'restartPolicy': 'Never', 'containers': [{'name': 'c', 'image':"
            + " 'i'}]}}}}}}");
    cluster.until(
        "a job",
        () ->
            cluster.client().list(Job.TYPE, "default").stream()
                .anyMatch(job -> job.metadata().name().startsWith("cron-")));
    cluster.client().delete(CronJob.TYPE, "default", "cron", DeleteOptions.BACKGROUND);
  }

  @Test
  void aStatefulSetAndADaemonSet() {
    cluster.create(
        Node.TYPE, "{'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': 'node-a'}}");
    cluster.create(
        StatefulSet.TYPE,
        ("{'apiVersion': 'apps/v1', 'kind': 'StatefulSet', 'metadata': {'name': 'db', 'namespace':"
                + " 'default'}, 'spec': {'replicas': 2, 'serviceName': 'db', 'selector':"
                + " {'matchLabels': {'app': 'db'}},"
                + TEMPLATE
                + "}}")
            .formatted("db"));
    cluster.create(
        DaemonSet.TYPE,
        ("{'apiVersion': 'apps/v1', 'kind': 'DaemonSet', 'metadata': {'name': 'agent',"
                + " 'namespace': 'default'}, 'spec': {'selector': {'matchLabels': {'app':"
                + " 'agent'}},"
                + TEMPLATE
                + "}}")
            .formatted("agent"));
    cluster.until(
        "both ready",
        () ->
            run()
                && pods("db").size() == 2
                && Meta.or(
                        cluster
                            .client()
                            .get(StatefulSet.TYPE, "default", "db")
                            .status()
                            .readyReplicas(),
                        0)
                    == 2
                && pods("agent").size() == 1
                && Meta.or(
                        cluster
                            .client()
                            .get(DaemonSet.TYPE, "default", "agent")
                            .status()
                            .numberReady(),
                        0)
                    == 1);
  }

  @Test
  void aNamespaceIsEmptiedAndGoes() {
    cluster.create(
        Namespace.TYPE, "{'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'short'}}");
    cluster.until(
        "an account",
        () -> cluster.client().find(ServiceAccount.TYPE, "short", "default").isPresent());
    cluster.create(
        ConfigMap.TYPE,
        "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'c', 'namespace':"
            + " 'short'}}");
    cluster.client().delete(Namespace.TYPE, "", "short", DeleteOptions.NONE);
    cluster.until("gone", () -> cluster.client().find(Namespace.TYPE, "", "short").isEmpty());
    assertThat(cluster.client().list(ConfigMap.TYPE, "short")).isEmpty();
  }

  private boolean run() {
    try {
      cluster.runPods();
    } catch (dev.javernetes.api.machinery.status.ApiException changedMeanwhile) {
      return false;
    }
    return true;
  }

  private List<Pod> pods(String app) {
    return cluster.pods().stream()
        .filter(pod -> app.equals(pod.metadata().labels().get("app")))
        .toList();
  }

  private boolean complete(String name) {
    Deployment deployment = cluster.client().get(Deployment.TYPE, "default", name);
    return deployment.status().observedGeneration() != null
        && deployment.status().observedGeneration() == Meta.generation(deployment)
        && Meta.or(deployment.status().updatedReplicas(), 0)
            == Meta.or(deployment.spec().replicas(), 1)
        && Meta.or(deployment.status().availableReplicas(), 0)
            == Meta.or(deployment.spec().replicas(), 1);
  }
}
