package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings the stored roles and bindings up to {@link BootstrapPolicy} at every start: what is
 * missing is made, rules and subjects that are missing are added, nothing that an administrator
 * added is taken away. An object whose annotation {@code
 * rbac.authorization.kubernetes.io/autoupdate} is {@code "false"} is left alone. A namespace that a
 * role needs is made first.
 */
public final class BootstrapReconciler {
  private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";
  private static final GroupVersionResource NAMESPACES =
      new GroupVersionResource("", "v1", "namespaces");

  private final ObjectReader reader;
  private final ObjectWriter writer;

  public BootstrapReconciler(ObjectReader reader, ObjectWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /**
   * A step for each object, in any order or all at once; safe to run again, and by several API
   * servers at the same time.
   */
  public List<Runnable> steps(BootstrapPolicy policy) {
    List<Runnable> steps = new ArrayList<>();
    policy.clusterRoles().forEach(role -> steps.add(() -> bring("clusterroles", role)));
    policy
        .clusterRoleBindings()
        .forEach(binding -> steps.add(() -> bring("clusterrolebindings", binding)));
    policy.roles().forEach(role -> steps.add(() -> bring("roles", role)));
    policy.roleBindings().forEach(binding -> steps.add(() -> bring("rolebindings", binding)));
    return steps;
  }

  private void bring(String resource, JsonObject wanted) {
    GroupVersionResource where = new GroupVersionResource(RbacIndex.GROUP, "v1", resource);
    JsonObject metadata = wanted.objectOrEmpty("metadata");
    String namespace = metadata.string("namespace");
    String name = metadata.string("name");
    for (int attempt = 0; attempt < 3; attempt++) {
      JsonObject stored = reader.get(where.groupResource(), namespace, name);
      try {
        if (stored == null) {
          ensureNamespace(namespace);
          writer.create(where, namespace, wanted.deepCopy());
          return;
        }
        JsonObject changed = reconciled(stored, wanted);
        if (changed == null) {
          return;
        }
        if (!Objects.equals(stored.get("roleRef"), changed.get("roleRef"))) {
          writer.delete(where, namespace, name, stored.objectOrEmpty("metadata").string("uid"));
          writer.create(where, namespace, wanted.deepCopy());
        } else {
          writer.update(where, namespace, changed, "");
        }
        return;
      } catch (ApiException raced) {
        // another API server starts at the same time: look again at what it wrote
        if (!raced.is(StatusReason.ALREADY_EXISTS)
            && !raced.is(StatusReason.CONFLICT)
            && !raced.is(StatusReason.NOT_FOUND)) {
          throw raced;
        }
      }
    }
  }

  private void ensureNamespace(String namespace) {
    if (namespace.isEmpty() || reader.get(NAMESPACES.groupResource(), "", namespace) != null) {
      return;
    }
    try {
      writer.create(
          NAMESPACES,
          "",
          JsonObject.of(
              "apiVersion",
              "v1",
              "kind",
              "Namespace",
              "metadata",
              JsonObject.of("name", namespace)));
    } catch (ApiException exists) {
      if (!exists.is(StatusReason.ALREADY_EXISTS)) {
        throw exists;
      }
    }
  }

  /** The stored object with what it lacks; {@code null} if it lacks nothing. Pure. */
  static @Nullable JsonObject reconciled(JsonObject stored, JsonObject wanted) {
    if ("false"
        .equals(
            stored.objectOrEmpty("metadata").objectOrEmpty("annotations").string(AUTO_UPDATE))) {
      return null;
    }
    JsonObject result = stored.deepCopy();
    boolean changed = false;
    for (String map : List.of("labels", "annotations")) {
      JsonObject target = result.ensureObject("metadata").ensureObject(map);
      Map<String, String> missing = wanted.objectOrEmpty("metadata").stringMap(map);
      for (Map.Entry<String, String> entry : missing.entrySet()) {
        if (!entry.getValue().equals(target.put(entry.getKey(), entry.getValue()))) {
          changed = true;
        }
      }
    }
    if (wanted.has("aggregationRule")) {
      changed |=
          addMissing(
              result.ensureObject("aggregationRule"),
              wanted.objectOrEmpty("aggregationRule"),
              "clusterRoleSelectors");
    } else if (wanted.has("rules")) {
      List<PolicyRule> lacking =
          PolicyRule.uncovered(PolicyRule.rulesOf(result), PolicyRule.rulesOf(wanted));
      for (PolicyRule rule : lacking) {
        result.ensureArray("rules").add(rule.toJson());
        changed = true;
      }
    }
    if (wanted.has("roleRef")) {
      if (!Objects.equals(stored.get("roleRef"), wanted.get("roleRef"))) {
        result.put("roleRef", wanted.get("roleRef"));
        changed = true;
      }
      changed |= addMissing(result, wanted, "subjects");
    }
    return changed ? result : null;
  }

  private static boolean addMissing(JsonObject target, JsonObject wanted, String list) {
    List<JsonObject> present = target.objects(list);
    List<JsonObject> missing = new ArrayList<>(wanted.objects(list));
    missing.removeAll(present);
    if (missing.isEmpty()) {
      return false;
    }
    target.ensureArray(list).addAll(missing);
    return true;
  }
}
