package dev.javernetes.apiserver.authorization.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.FakeObjects;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@org.jspecify.annotations.NullUnmarked // a null here is a failed test
class RbacAuthorizerTest {
  private static final UserInfo JANE = UserInfo.of("jane", "qa", "system:authenticated");
  private final FakeObjects objects = new FakeObjects();
  private RbacAuthorizer rbac;

  @BeforeEach
  void start() {
    rbac = RbacAuthorizer.over(objects);
  }

  @Test
  void roleBindingAllowsInItsNamespaceOnly() {
    role("dev", "reader", "get,list", "", "pods", "");
    bind("dev", "readers", "Role", "reader", "Group", "qa");

    assertThat(ask(JANE, "get", "dev", "pods", "", "web"))
        .isEqualTo(
            new Authorizer.Decision(
                Authorizer.Verdict.ALLOW,
                "RBAC: allowed by RoleBinding \"readers/dev\" of Role \"reader\" to Group \"qa\""));
    assertThat(ask(JANE, "get", "prod", "pods", "", "web").allowed()).isFalse();
    assertThat(ask(JANE, "delete", "dev", "pods", "", "web").allowed()).isFalse();
    assertThat(ask(JANE, "get", "dev", "pods", "log", "web").allowed()).isFalse();
  }

  @Test
  void subresourcesAreResourcesOfTheirOwn() {
    role("dev", "logs", "get", "", "pods/log", "");
    role("dev", "scaler", "update", "apps", "*/scale", "");
    bind("dev", "l", "Role", "logs", "User", "jane");
    bind("dev", "s", "Role", "scaler", "User", "jane");

    assertThat(ask(JANE, "get", "dev", "pods", "log", "web").allowed()).isTrue();
    assertThat(ask(JANE, "get", "dev", "pods", "", "web").allowed()).isFalse();
    assertThat(
            rbac.authorize(
                    RequestAttributes.resource(
                        JANE, "update", "dev", "apps", "deployments", "scale", "web"))
                .allowed())
        .isTrue();
  }

  @Test
  void namesRestrictToThem() {
    role("dev", "one", "get", "", "secrets", "token");
    bind("dev", "b", "Role", "one", "ServiceAccount", "robot");
    UserInfo robot = UserInfo.of("system:serviceaccount:dev:robot");

    assertThat(ask(robot, "get", "dev", "secrets", "", "token").allowed()).isTrue();
    assertThat(ask(robot, "get", "dev", "secrets", "", "other").allowed()).isFalse();
  }

  @Test
  void aBindingThatGoesTakesItsRightsAlong() {
    role("dev", "reader", "get", "", "pods", "");
    bind("dev", "readers", "Role", "reader", "User", "jane");
    assertThat(ask(JANE, "get", "dev", "pods", "", "web").allowed()).isTrue();

    objects.remove(new GroupResource(RbacIndex.GROUP, "rolebindings"), "dev", "readers");

    assertThat(ask(JANE, "get", "dev", "pods", "", "web").allowed()).isFalse();
  }

  @Test
  void aMissingRoleIsTold() {
    bind("dev", "b", "ClusterRole", "gone", "User", "jane");

    assertThat(ask(JANE, "get", "dev", "pods", "", "web").reason())
        .isEqualTo("RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not found");
  }

  @Test
  void decidesInMicroseconds() {
    for (int i = 0; i < 1000; i++) {
      role("ns" + i, "reader", "get,list", "", "pods,services", "");
      bind("ns" + i, "b", "Role", "reader", "User", "user" + i);
    }
    UserInfo user = UserInfo.of("user500", "system:authenticated");
    for (int i = 0; i < 20_000; i++) {
      ask(user, "list", "ns500", "services", "", "");
    }
    long start = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      ask(user, "list", "ns500", "services", "", "");
    }
    long nanosEach = (System.nanoTime() - start) / 10_000;

    assertThat(nanosEach).isLessThan(50_000); // some 1 µs; generous for a busy machine
  }

  private Authorizer.Decision ask(
      UserInfo user, String verb, String namespace, String resource, String sub, String name) {
    return rbac.authorize(
        RequestAttributes.resource(user, verb, namespace, "", resource, sub, name));
  }

  private void role(
      String namespace, String name, String verbs, String group, String resources, String names) {
    PolicyRule rule =
        new PolicyRule(
            List.of(verbs.split(",")),
            List.of(group),
            List.of(resources.split(",")),
            names.isEmpty() ? List.of() : List.of(names),
            List.of());
    objects.put(
        new GroupResource(RbacIndex.GROUP, "roles"),
        JsonObject.of(
            "metadata",
            JsonObject.of("namespace", namespace, "name", name),
            "rules",
            new ArrayList<>(List.of(rule.toJson()))));
  }

  private void bind(
      String namespace,
      String name,
      String roleKind,
      String role,
      String subjectKind,
      String subject) {
    objects.put(
        new GroupResource(RbacIndex.GROUP, "rolebindings"),
        JsonObject.of(
            "metadata",
            JsonObject.of("namespace", namespace, "name", name),
            "roleRef",
            JsonObject.of("apiGroup", RbacIndex.GROUP, "kind", roleKind, "name", role),
            "subjects",
            new ArrayList<>(List.of(JsonObject.of("kind", subjectKind, "name", subject)))));
  }
}
