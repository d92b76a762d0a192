package dev.javernetes.apiserver.strategy.flowcontrol;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The priority levels and flow schemas of every cluster, as upstream's {@code
 * apis/flowcontrol/bootstrap/default.go} has them. Those named {@code exempt} and {@code catch-all}
 * are mandatory: their specs are fixed.
 */
public final class EveryCluster {
  /** Says that upstream may bring the object's spec up to date with a new release. */
  private static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";

  private static final String EXEMPT = "exempt";
  private static final String CATCH_ALL = "catch-all";
  private static final String BY_USER = "ByUser";
  private static final String BY_NAMESPACE = "ByNamespace";

  private EveryCluster() {}

  public static List<JsonObject> priorityLevels() {
    return List.of(
        priorityLevel(EXEMPT, exempt()),
        priorityLevel(CATCH_ALL, limited(5, 0, JsonObject.of("type", "Reject"))),
        priorityLevel("system", limited(30, 33, queue(64, 6))),
        priorityLevel("node-high", limited(40, 25, queue(64, 6))),
        priorityLevel("leader-election", limited(10, 0, queue(16, 4))),
        priorityLevel("workload-high", limited(40, 50, queue(128, 6))),
        priorityLevel("workload-low", limited(100, 90, queue(128, 6))),
        priorityLevel("global-default", limited(20, 50, queue(128, 6))));
  }

  public static List<JsonObject> flowSchemas() {
    JsonObject probes =
        JsonObject.of(
            "verbs", list("get"), "nonResourceURLs", list("/healthz", "/readyz", "/livez"));
    JsonObject leases = leases("get", "create", "update");
    JsonObject nodes = resources(list("*"), "", list("nodes", "nodes/status"), true);
    return List.of(
        flowSchema(EXEMPT, 1, EXEMPT, null, all(group("system:masters"))),
        flowSchema(
            "probes",
            2,
            EXEMPT,
            null,
            JsonObject.of("subjects", everybody(), "nonResourceRules", list(probes))),
        flowSchema(
            "system-leader-election",
            100,
            "leader-election",
            BY_USER,
            JsonObject.of(
                "subjects",
                list(
                    user("system:kube-controller-manager"),
                    user("system:kube-scheduler"),
                    kubeSystemAccounts()),
                "resourceRules",
                list(leases))),
        flowSchema(
            "system-node-high",
            400,
            "node-high",
            BY_USER,
            JsonObject.of(
                "subjects",
                list(group("system:nodes")),
                "resourceRules",
                list(nodes, leases("*")))),
        flowSchema("system-nodes", 500, "system", BY_USER, all(group("system:nodes"))),
        flowSchema(
            "kube-controller-manager",
            800,
            "workload-high",
            BY_NAMESPACE,
            all(user("system:kube-controller-manager"))),
        flowSchema(
            "kube-scheduler",
            800,
            "workload-high",
            BY_NAMESPACE,
            all(user("system:kube-scheduler"))),
        flowSchema(
            "kube-system-service-accounts",
            900,
            "workload-high",
            BY_NAMESPACE,
            all(kubeSystemAccounts())),
        flowSchema(
            "service-accounts",
            9000,
            "workload-low",
            BY_USER,
            all(group("system:serviceaccounts"))),
        flowSchema("global-default", 9900, "global-default", BY_USER, all(everybody())),
        flowSchema(CATCH_ALL, 10_000, CATCH_ALL, BY_USER, all(everybody())));
  }

  /** Whether a schema of that name is mandatory and the spec is not the one it must have. */
  static boolean strays(String name, JsonObject schemaSpec) {
    return mandatory(name) && !meansTheSame(schemaSpec, fixedSpec(flowSchemas(), name));
  }

  /** As {@link #strays}, of a priority level; what exempt requests get may be changed. */
  static boolean levelStrays(String name, JsonObject levelSpec) {
    JsonObject compared = levelSpec.deepCopy();
    JsonObject fixed = fixedSpec(priorityLevels(), name);
    if (name.equals(EXEMPT)) {
      compared.remove("exempt");
      fixed.remove("exempt");
    }
    return mandatory(name) && !meansTheSame(compared, fixed);
  }

  private static boolean mandatory(String name) {
    return name.equals(EXEMPT) || name.equals(CATCH_ALL);
  }

  private static JsonObject fixedSpec(List<JsonObject> objects, String name) {
    return objects.stream()
        .filter(object -> object.objectOrEmpty("metadata").string("name").equals(name))
        .findFirst()
        .map(object -> object.objectOrEmpty("spec"))
        .orElseGet(JsonObject::new);
  }

  private static boolean meansTheSame(JsonObject one, JsonObject other) {
    return Objects.equals(withoutEmpty(one), withoutEmpty(other));
  }

  /** Without the members that say as much as their absence. */
  private static @Nullable Object withoutEmpty(@Nullable Object value) {
    if (value instanceof List<?> elements) {
      return elements.stream().map(EveryCluster::withoutEmpty).toList();
    }
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    JsonObject kept = new JsonObject();
    for (Map.Entry<String, @Nullable Object> entry : object.entrySet()) {
      Object member = entry.getValue();
      boolean empty =
          member == null
              || member instanceof List<?> elements && elements.isEmpty()
              || Boolean.FALSE.equals(member);
      if (!empty) {
        kept.put(entry.getKey(), withoutEmpty(member));
      }
    }
    return kept;
  }

  private static JsonObject priorityLevel(String name, JsonObject spec) {
    return object("PriorityLevelConfiguration", name, spec);
  }

  private static JsonObject object(String kind, String name, JsonObject spec) {
    return JsonObject.of(
        "kind",
        kind,
        "apiVersion",
        "flowcontrol.apiserver.k8s.io/v1",
        "metadata",
        JsonObject.of("name", name, "annotations", JsonObject.of(AUTO_UPDATE, "true")),
        "spec",
        spec);
  }

  private static JsonObject exempt() {
    return JsonObject.of(
        "type",
        "Exempt",
        "exempt",
        JsonObject.of("nominalConcurrencyShares", 0L, "lendablePercent", 0L));
  }

  private static JsonObject limited(long shares, long lendable, JsonObject response) {
    return JsonObject.of(
        "type",
        "Limited",
        "limited",
        JsonObject.of(
            "nominalConcurrencyShares",
            shares,
            "limitResponse",
            response,
            "lendablePercent",
            lendable));
  }

  private static JsonObject queue(long queues, long handSize) {
    return JsonObject.of(
        "type",
        "Queue",
        "queuing",
        JsonObject.of("queues", queues, "handSize", handSize, "queueLengthLimit", 50L));
  }

  private static JsonObject flowSchema(
      String name, long precedence, String level, @Nullable String distinguisher, JsonObject rule) {
    JsonObject spec =
        JsonObject.of(
            "priorityLevelConfiguration",
            JsonObject.of("name", level),
            "matchingPrecedence",
            precedence);
    if (distinguisher != null) {
      spec.put("distinguisherMethod", JsonObject.of("type", distinguisher));
    }
    spec.put("rules", list(rule));
    return object("FlowSchema", name, spec);
  }

  /** Everything that the subjects ask for. */
  private static JsonObject all(Object subjects) {
    return JsonObject.of(
        "subjects",
        subjects instanceof List<?> ? subjects : list(subjects),
        "resourceRules",
        list(resources(list("*"), "*", list("*"), true)),
        "nonResourceRules",
        list(JsonObject.of("verbs", list("*"), "nonResourceURLs", list("*"))));
  }

  private static JsonObject leases(Object... verbs) {
    return resources(list(verbs), "coordination.k8s.io", list("leases"), false);
  }

  private static JsonObject resources(
      List<Object> verbs, String group, List<Object> resources, boolean clusterScope) {
    JsonObject rule =
        JsonObject.of("verbs", verbs, "apiGroups", list(group), "resources", resources);
    if (clusterScope) {
      rule.put("clusterScope", true);
    }
    rule.put("namespaces", list("*"));
    return rule;
  }

  private static List<Object> everybody() {
    return list(group("system:unauthenticated"), group("system:authenticated"));
  }

  private static JsonObject group(String name) {
    return JsonObject.of("kind", "Group", "group", JsonObject.of("name", name));
  }

  private static JsonObject user(String name) {
    return JsonObject.of("kind", "User", "user", JsonObject.of("name", name));
  }

  private static JsonObject kubeSystemAccounts() {
    return JsonObject.of(
        "kind",
        "ServiceAccount",
        "serviceAccount",
        JsonObject.of("namespace", "kube-system", "name", "*"));
  }

  private static List<Object> list(Object... elements) {
    return new ArrayList<>(List.of(elements));
  }
}
