package dev.javernetes.apiserver.flowcontrol;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The priority levels and flow schemas that every cluster has. */
final class FlowControlObjects {
  private static final String VERSION = "flowcontrol.apiserver.k8s.io/v1";
  private static final List<String> ALL = List.of("*");
  private static final JsonObject EVERYTHING = resources(ALL, ALL, ALL, true);
  private static final JsonObject EVERY_PATH = paths("*", "*");
  private static final JsonObject LEASES =
      resources(ALL, List.of("coordination.k8s.io"), List.of("leases"), false);
  private static final JsonObject EVERYBODY = group("system:authenticated");
  private static final JsonObject NOBODY = group("system:unauthenticated");
  private static final JsonObject SYSTEM_ACCOUNTS =
      JsonObject.of(
          "kind",
          "ServiceAccount",
          "serviceAccount",
          JsonObject.of("namespace", "kube-system", "name", "*"));

  private FlowControlObjects() {}

  static List<JsonObject> priorityLevels() {
    return List.of(
        level(
            "exempt",
            JsonObject.of(
                "type",
                "Exempt",
                "exempt",
                JsonObject.of("nominalConcurrencyShares", 0L, "lendablePercent", 0L))),
        limited("catch-all", 5, 0, JsonObject.of("type", "Reject")),
        limited("system", 30, 33, queues(64, 6)),
        limited("node-high", 40, 25, queues(64, 6)),
        limited("leader-election", 10, 0, queues(16, 4)),
        limited("workload-high", 40, 50, queues(128, 6)),
        limited("workload-low", 100, 90, queues(128, 6)),
        limited("global-default", 20, 50, queues(128, 6)));
  }

  static List<JsonObject> flowSchemas() {
    return List.of(
        schema(
            "exempt",
            "exempt",
            1,
            null,
            rule(List.of(group("system:masters")), List.of(EVERYTHING), EVERY_PATH)),
        schema(
            "probes",
            "exempt",
            2,
            null,
            rule(
                List.of(NOBODY, EVERYBODY),
                List.of(),
                paths("get", "/healthz", "/readyz", "/livez"))),
        schema(
            "system-leader-election",
            "leader-election",
            100,
            "ByUser",
            rule(
                List.of(
                    user("system:kube-controller-manager"),
                    user("system:kube-scheduler"),
                    SYSTEM_ACCOUNTS),
                List.of(
                    resources(
                        List.of("get", "create", "update"),
                        List.of("coordination.k8s.io"),
                        List.of("leases"),
                        false)),
                null)),
        schema(
            "system-node-high",
            "node-high",
            400,
            "ByUser",
            rule(
                List.of(group("system:nodes")),
                List.of(
                    resources(ALL, List.of(""), List.of("nodes", "nodes/status"), true), LEASES),
                null)),
        schema("system-nodes", "system", 500, "ByUser", anything(group("system:nodes"))),
        schema(
            "kube-controller-manager",
            "workload-high",
            800,
            "ByNamespace",
            anything(user("system:kube-controller-manager"))),
        schema(
            "kube-scheduler",
            "workload-high",
            800,
            "ByNamespace",
            anything(user("system:kube-scheduler"))),
        schema(
            "kube-system-service-accounts",
            "workload-high",
            900,
            "ByNamespace",
            anything(SYSTEM_ACCOUNTS)),
        schema(
            "service-accounts",
            "workload-low",
            9000,
            "ByUser",
            anything(group("system:serviceaccounts"))),
        schema("global-default", "global-default", 9900, "ByUser", anything(NOBODY, EVERYBODY)),
        schema("catch-all", "catch-all", 10000, "ByUser", anything(NOBODY, EVERYBODY)));
  }

  private static JsonObject limited(String name, long shares, long lendable, JsonObject response) {
    return level(
        name,
        JsonObject.of(
            "type",
            "Limited",
            "limited",
            JsonObject.of(
                "nominalConcurrencyShares",
                shares,
                "limitResponse",
                response,
                "lendablePercent",
                lendable)));
  }

  private static JsonObject queues(long queues, long handSize) {
    return JsonObject.of(
        "type",
        "Queue",
        "queuing",
        JsonObject.of("queues", queues, "handSize", handSize, "queueLengthLimit", 50L));
  }

  private static JsonObject level(String name, JsonObject spec) {
    return object("PriorityLevelConfiguration", name, spec);
  }

  private static JsonObject schema(
      String name, String level, long precedence, @Nullable String distinguisher, JsonObject rule) {
    JsonObject spec =
        JsonObject.of(
            "priorityLevelConfiguration",
            JsonObject.of("name", level),
            "matchingPrecedence",
            precedence);
    if (distinguisher != null) {
      spec.put("distinguisherMethod", JsonObject.of("type", distinguisher));
    }
    spec.put("rules", list(List.of(rule)));
    return object("FlowSchema", name, spec);
  }

  private static JsonObject object(String kind, String name, JsonObject spec) {
    return JsonObject.of(
        "apiVersion",
        VERSION,
        "kind",
        kind,
        "metadata",
        JsonObject.of(
            "name", name, "annotations", JsonObject.of(FlowControlBootstrap.AUTO_UPDATE, "true")),
        "spec",
        spec);
  }

  private static JsonObject anything(JsonObject... subjects) {
    return rule(List.of(subjects), List.of(EVERYTHING), EVERY_PATH);
  }

  private static JsonObject rule(
      List<JsonObject> subjects, List<JsonObject> resources, @Nullable JsonObject paths) {
    JsonObject rule = JsonObject.of("subjects", list(subjects));
    if (!resources.isEmpty()) {
      rule.put("resourceRules", list(resources));
    }
    if (paths != null) {
      rule.put("nonResourceRules", list(List.of(paths)));
    }
    return rule;
  }

  private static JsonObject resources(
      List<String> verbs, List<String> groups, List<String> resources, boolean clusterScope) {
    JsonObject rule =
        JsonObject.of(
            "verbs", list(verbs), "apiGroups", list(groups), "resources", list(resources));
    if (clusterScope) {
      rule.put("clusterScope", true);
    }
    rule.put("namespaces", list(ALL));
    return rule;
  }

  private static JsonObject paths(String verb, String... paths) {
    return JsonObject.of("verbs", list(List.of(verb)), "nonResourceURLs", list(List.of(paths)));
  }

  private static JsonObject user(String name) {
    return JsonObject.of("kind", "User", "user", JsonObject.of("name", name));
  }

  private static JsonObject group(String name) {
    return JsonObject.of("kind", "Group", "group", JsonObject.of("name", name));
  }

  private static List<Object> list(List<?> values) {
    return new ArrayList<>(values);
  }
}
