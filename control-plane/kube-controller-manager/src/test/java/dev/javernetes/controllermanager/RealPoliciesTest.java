package dev.javernetes.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.admissionregistration.v1.ExpressionWarning;
import dev.javernetes.api.model.admissionregistration.v1.TypeChecking;
import dev.javernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.javernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyStatus;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.api.model.core.v1.PersistentVolume;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.ResourceQuota;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServiceAccount;
import dev.javernetes.api.model.policy.v1.PodDisruptionBudget;
import dev.javernetes.api.model.rbac.v1.ClusterRole;
import dev.javernetes.api.model.storage.v1.VolumeAttributesClass;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Budgets, quotas, roles and volumes over the real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealPoliciesTest {
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
  void aBudgetSparesWhatIsTooMany() {
    cluster.create(
        ReplicaSet.TYPE,
        "{'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'metadata': {'name': 'b', 'namespace':"
            + " 'default'}, 'spec': {'replicas': 3, 'selector': {'matchLabels': {'app': 'b'}},"
            + " 'template': {'metadata': {'labels': {'app': 'b'}}, 'spec': {'containers':"
            + " [{'name': 'c', 'image': 'i'}]}}}}");
    cluster.create(
        PodDisruptionBudget.TYPE,
        "{'apiVersion': 'policy/v1', 'kind': 'PodDisruptionBudget', 'metadata': {'name': 'b',"
            + " 'namespace': 'default'}, 'spec': {'maxUnavailable': 1, 'selector':"
            + " {'matchLabels': {'app': 'b'}}}}");
    cluster.until(
        "one may go",
        () -> {
          try {
            cluster.runPods();
          } catch (dev.javernetes.api.machinery.status.ApiException changedMeanwhile) {
            return false;
          }
          PodDisruptionBudget budget =
              cluster.client().get(PodDisruptionBudget.TYPE, "default", "b");
          return Meta.or(budget.status().disruptionsAllowed(), 0) == 1
              && Meta.or(budget.status().desiredHealthy(), 0) == 2
              && Meta.or(budget.status().expectedPods(), 0) == 3;
        });
  }

  @Test
  void anAttributesClassStaysWhileAClaimHasIt() {
    cluster.create(
        VolumeAttributesClass.TYPE,
        "{'apiVersion': 'storage.k8s.io/v1', 'kind': 'VolumeAttributesClass', 'metadata': {'name':"
            + " 'fast'}, 'driverName': 'd.example.com', 'parameters': {'iops': '1'}}");
    cluster.create(
        PersistentVolumeClaim.TYPE,
        "{'apiVersion': 'v1', 'kind': 'PersistentVolumeClaim', 'metadata': {'name': 'has-class',"
            + " 'namespace': 'default'}, 'spec': {'accessModes': ['ReadWriteOnce'],"
            + " 'storageClassName': 'none', 'volumeAttributesClassName': 'fast', 'resources':"
            + " {'requests': {'storage': '1Gi'}}}}");
    cluster.client().delete(VolumeAttributesClass.TYPE, "", "fast", DeleteOptions.NONE);
    assertThat(cluster.client().find(VolumeAttributesClass.TYPE, "", "fast")).isPresent();
    cluster.client().delete(PersistentVolumeClaim.TYPE, "default", "has-class", DeleteOptions.NONE);
    cluster.until(
        "gone", () -> cluster.client().find(VolumeAttributesClass.TYPE, "", "fast").isEmpty());
  }

  /** A recount from a list that lacks the newest object would give its share away again. */
  @Test
  void aBurstDoesNotExceedAQuota() {
    cluster.create(
        Namespace.TYPE, "{'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'tight'}}");
    cluster.create(
        ResourceQuota.TYPE,
        "{'apiVersion': 'v1', 'kind': 'ResourceQuota', 'metadata': {'name': 'q', 'namespace':"
            + " 'tight'}, 'spec': {'hard': {'services': '5'}}}");
    cluster.until(
        "known",
        () -> cluster.client().get(ResourceQuota.TYPE, "tight", "q").status().used().size() == 1);
    int refused = 0;
    for (int i = 0; i < 20; i++) {
      try {
        cluster.create(
            Service.TYPE,
            "{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 's%d', 'namespace': 'tight'}, 'spec': {'ports': [{'port': 80}]}}"
                .formatted(i));
      } catch (dev.javernetes.api.machinery.status.ApiException exceeded) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo(15);
  }

  @Test
  void aQuotaIsCounted() {
    cluster.create(
        Service.TYPE,
        "{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'counted', 'namespace':"
            + " 'default'}, 'spec': {'ports': [{'port': 80}]}}");
    cluster.create(
        ResourceQuota.TYPE,
        "{'apiVersion': 'v1', 'kind': 'ResourceQuota', 'metadata': {'name': 'q', 'namespace':"
            + " 'default'}, 'spec': {'hard': {'services': '5', 'count/configmaps': '100',"
            + " 'requests.cpu': '4'}}}");
    cluster.until(
        "counted",
        () -> {
          ResourceQuota quota = cluster.client().get(ResourceQuota.TYPE, "default", "q");
          return quota.status().hard().size() == 3
              && quota.status().used().get("services") instanceof Quantity used
              && used.signum() > 0;
        });
    cluster.client().delete(ResourceQuota.TYPE, "default", "q", DeleteOptions.NONE);
  }

  @Test
  void rolesAreMadeOfOthers() {
    cluster.create(
        ClusterRole.TYPE,
        "{'apiVersion': 'rbac.authorization.k8s.io/v1', 'kind': 'ClusterRole', 'metadata':"
            + " {'name': 'extra-view', 'labels': {'rbac.authorization.k8s.io/aggregate-to-view':"
            + " 'true'}}, 'rules': [{'apiGroups': ['example.com'], 'resources': ['things'],"
            + " 'verbs': ['get']}]}");
    cluster.until(
        "view has it",
        () ->
            cluster.client().get(ClusterRole.TYPE, "", "view").rules().stream()
                .anyMatch(rule -> rule.apiGroups().contains("example.com")));
  }

  @Test
  void anAdmissionPolicyIsToldOfWrongTypes() {
    cluster.create(
        ValidatingAdmissionPolicy.TYPE,
        "{'apiVersion': 'admissionregistration.k8s.io/v1', 'kind': 'ValidatingAdmissionPolicy',"
            + " 'metadata': {'name': 'typed'}, 'spec': {'matchConstraints': {'resourceRules':"
            + " [{'apiGroups': ['apps', ''], 'apiVersions': ['v1'], 'operations': ['CREATE'],"
            + " 'resources': ['deployments', 'pods']}]}, 'variables': [{'name': 'many',"
            + " 'expression': 'object.spec.replicas'}], 'validations': [{'expression':"
            + " 'object.spec.nodeName == variables.many'}, {'expression':"
            + " 'object.metadata.name.size() > 3'}]}}");
    cluster.until(
        "checked",
        () ->
            cluster.client().get(ValidatingAdmissionPolicy.TYPE, "", "typed").status()
                    instanceof ValidatingAdmissionPolicyStatus status
                && status.typeChecking() instanceof TypeChecking checked
                && checked
                    .expressionWarnings()
                    .equals(
                        List.of(
                            new ExpressionWarning(
                                "spec.validations[0].expression",
                                """
                                apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'nodeName'
                                 | object.spec.nodeName == variables.many
                                 | ...........^
                                """))));
  }

  @Test
  void aClaimGetsTheSmallestVolumeThatFits() {
    for (int size : new int[] {5, 2, 1}) {
      cluster.create(
          PersistentVolume.TYPE,
          ("{'apiVersion': 'v1', 'kind': 'PersistentVolume', 'metadata': {'name': 'pv-%d'},"
                  + " 'spec': {'capacity': {'storage': '%dGi'}, 'accessModes': ['ReadWriteOnce'],"
                  + " 'persistentVolumeReclaimPolicy': 'Retain', 'hostPath': {'path': '/tmp/x'}}}")
              .formatted(size, size));
    }
    cluster.create(
        PersistentVolumeClaim.TYPE,
        "{'apiVersion': 'v1', 'kind': 'PersistentVolumeClaim', 'metadata': {'name': 'c',"
            + " 'namespace': 'default'}, 'spec': {'accessModes': ['ReadWriteOnce'],"
            + " 'storageClassName': '', 'resources': {'requests': {'storage': '2Gi'}}}}");
    cluster.until("bound", () -> claim().status().phase().equals("Bound"));
    assertThat(claim().spec().volumeName()).isEqualTo("pv-2");
    cluster.client().delete(PersistentVolumeClaim.TYPE, "default", "c", DeleteOptions.NONE);
    cluster.until(
        "gone", () -> cluster.client().find(PersistentVolumeClaim.TYPE, "default", "c").isEmpty());
    cluster.until(
        "released",
        () ->
            cluster
                .client()
                .get(PersistentVolume.TYPE, "", "pv-2")
                .status()
                .phase()
                .equals("Released"));
  }

  private PersistentVolumeClaim claim() {
    return cluster.client().get(PersistentVolumeClaim.TYPE, "default", "c");
  }
}
