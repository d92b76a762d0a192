package dev.javernetes.apiserver.authorization.rbac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.FakeObjects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@org.jspecify.annotations.NullUnmarked // a null here is a failed test
class BootstrapPolicyTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("j8s.reference", "../shared/reference"), "upstream");

  @ParameterizedTest
  @ValueSource(strings = {"clusterroles", "clusterrolebindings", "roles", "rolebindings"})
  void statesWhatUpstreamHas(String resource) throws Exception {
    Path file = REFERENCE.resolve(resource + ".json");
    assumeTrue(Files.exists(file), "no " + file + " on this machine");
    TreeMap<String, String> theirs = new TreeMap<>();
    for (JsonObject object : Json.parseObject(Files.readAllBytes(file)).objects("items")) {
      theirs.put(key(object), comparable(object));
    }
    TreeMap<String, String> ours = new TreeMap<>();
    objects(resource).forEach(object -> ours.put(key(object), comparable(object)));

    assertThat(ours).isEqualTo(theirs);
  }

  @Test
  void reconciliationMakesWhatIsMissingAndKeepsWhatWasAdded() {
    FakeObjects objects = new FakeObjects();
    BootstrapReconciler reconciler = new BootstrapReconciler(objects, objects);
    BootstrapPolicy policy = BootstrapPolicy.load();
    reconciler.steps(policy).forEach(Runnable::run);
    GroupResource clusterRoles = new GroupResource(RbacIndex.GROUP, "clusterroles");
    int count = objects.list(clusterRoles, "").size();
    assertThat(count).isGreaterThan(60);

    // an administrator adds a rule of his own and loses one of ours
    JsonObject viewer = objects.get(clusterRoles, "", "system:basic-user");
    PolicyRule own =
        new PolicyRule(
            List.of("get"), List.of("example.com"), List.of("widgets"), List.of(), List.of());
    viewer.put("rules", new java.util.ArrayList<>(List.of(own.toJson())));
    objects.update(
        GroupVersionResource.of("rbac.authorization.k8s.io/v1", "clusterroles"), "", viewer, "");
    reconciler.steps(policy).forEach(Runnable::run);

    JsonObject after = objects.get(clusterRoles, "", "system:basic-user");
    assertThat(after.objects("rules")).hasSize(4).contains(own.toJson());
    assertThat(BootstrapReconciler.reconciled(after, policyRole(policy, "system:basic-user")))
        .isNull();
    assertThat(objects.get(new GroupResource("", "namespaces"), "", "kube-system")).isNotNull();
  }

  private static JsonObject policyRole(BootstrapPolicy policy, String name) {
    return policy.clusterRoles().stream()
        .filter(role -> role.objectOrEmpty("metadata").string("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonObject> objects(String resource) {
    BootstrapPolicy policy = BootstrapPolicy.load();
    return switch (resource) {
      case "clusterroles" -> policy.clusterRoles();
      case "clusterrolebindings" -> policy.clusterRoleBindings();
      case "roles" -> policy.roles();
      default -> policy.roleBindings();
    };
  }

  private static String key(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    return metadata.string("namespace") + "/" + metadata.string("name");
  }

  /** Aggregated roles' rules come from a controller. */
  private static String comparable(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    TreeMap<String, Object> comparable = new TreeMap<>();
    comparable.put("labels", new TreeMap<>(metadata.stringMap("labels")));
    comparable.put("annotations", new TreeMap<>(metadata.stringMap("annotations")));
    comparable.put("aggregationRule", String.valueOf(object.get("aggregationRule")));
    if (!object.has("aggregationRule")) {
      comparable.put("rules", PolicyRule.rulesOf(object).toString());
    }
    comparable.put("roleRef", new TreeMap<>(object.objectOrEmpty("roleRef")).toString());
    comparable.put(
        "subjects", object.objects("subjects").stream().map(TreeMap::new).toList().toString());
    return comparable.toString();
  }
}
