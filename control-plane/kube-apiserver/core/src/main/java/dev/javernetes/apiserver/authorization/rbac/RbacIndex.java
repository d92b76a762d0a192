package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Roles by name and bindings by whom they bind, kept up to date from the watch cache, so that a
 * decision looks at nothing but the user's own bindings.
 *
 * <p>RoleBinding {@code dev/readers} of ClusterRole {@code view} to group {@code qa} stands under
 * {@code ("dev", "g:qa")}; ClusterRoleBindings stand under namespace {@code ""}. A user {@code
 * jane} of groups {@code qa} and {@code system:authenticated} asks three keys in {@code ""} and
 * three in the request's namespace.
 */
final class RbacIndex implements AutoCloseable {
  static final String GROUP = "rbac.authorization.k8s.io";
  private static final String ACCOUNT_PREFIX = "system:serviceaccount:";

  /** One subject of one binding. */
  record Grant(
      String bindingName, String bindingNamespace, RoleReference role, String subjectText) {
    /** As the reason of an allowed request shows it. */
    String description() {
      String binding =
          bindingNamespace.isEmpty()
              ? "ClusterRoleBinding " + GoQuote.quote(bindingName)
              : "RoleBinding " + GoQuote.quote(bindingName + "/" + bindingNamespace);
      return "%s of %s %s to %s"
          .formatted(binding, role.kind(), GoQuote.quote(role.name()), subjectText);
    }
  }

  private record Key(String namespace, String subject) {}

  private record Placed(Key key, Grant grant) {}

  private final Map<String, List<PolicyRule>> clusterRoles = new ConcurrentHashMap<>();
  private final Map<Key, List<PolicyRule>> roles = new ConcurrentHashMap<>();
  private final Map<Key, List<Grant>> grants = new ConcurrentHashMap<>();
  private final Map<Key, List<Placed>> placedByBinding = new ConcurrentHashMap<>();
  private final List<AutoCloseable> watches = new ArrayList<>();

  private RbacIndex() {}

  /** Returns once everything that is stored has been read. */
  static RbacIndex over(ObjectReader reader) {
    RbacIndex index = new RbacIndex();
    index.watch(reader, "clusterroles", index::putClusterRole, index::removeClusterRole);
    index.watch(reader, "roles", index::putRole, index::removeRole);
    index.watch(reader, "clusterrolebindings", index::putBinding, index::removeBinding);
    index.watch(reader, "rolebindings", index::putBinding, index::removeBinding);
    return index;
  }

  /** The rules of a role; {@code null} if there is no such role. */
  @Nullable List<PolicyRule> rules(RoleReference role, String namespace) {
    return role.isClusterRole()
        ? clusterRoles.get(role.name())
        : roles.get(new Key(namespace, role.name()));
  }

  /** What binds the user cluster-wide, then what binds him in the namespace, by binding name. */
  List<Grant> grants(UserInfo user, String namespace) {
    List<Grant> found = new ArrayList<>();
    collect(user, "", found);
    if (!namespace.isEmpty()) {
      collect(user, namespace, found);
    }
    return found;
  }

  private void collect(UserInfo user, String namespace, List<Grant> found) {
    int start = found.size();
    add(found, new Key(namespace, "u:" + user.name()));
    for (String group : user.groups()) {
      add(found, new Key(namespace, "g:" + group));
    }
    if (found.size() - start > 1) {
      found.subList(start, found.size()).sort(Comparator.comparing(Grant::bindingName));
    }
  }

  private void add(List<Grant> found, Key key) {
    List<Grant> here = grants.get(key);
    if (here != null) {
      found.addAll(here);
    }
  }

  void putClusterRole(JsonObject role) {
    clusterRoles.put(name(role), PolicyRule.rulesOf(role));
  }

  private void removeClusterRole(JsonObject role) {
    clusterRoles.remove(name(role));
  }

  void putRole(JsonObject role) {
    roles.put(new Key(namespace(role), name(role)), PolicyRule.rulesOf(role));
  }

  private void removeRole(JsonObject role) {
    roles.remove(new Key(namespace(role), name(role)));
  }

  /** New grants are added before old ones go, so that no reader sees a gap. */
  void putBinding(JsonObject binding) {
    List<Placed> placed = placements(binding);
    for (Placed one : placed) {
      grants.merge(one.key, List.of(one.grant), RbacIndex::joined);
    }
    List<Placed> before = placedByBinding.put(new Key(namespace(binding), name(binding)), placed);
    if (before != null) {
      before.forEach(this::remove);
    }
  }

  private void removeBinding(JsonObject binding) {
    List<Placed> before = placedByBinding.remove(new Key(namespace(binding), name(binding)));
    if (before != null) {
      before.forEach(this::remove);
    }
  }

  private void remove(Placed placed) {
    grants.computeIfPresent(
        placed.key,
        (key, list) -> {
          List<Grant> rest = new ArrayList<>(list);
          rest.removeIf(grant -> grant == placed.grant); // by identity: its successor may be equal
          return rest.isEmpty() ? null : List.copyOf(rest);
        });
  }

  private static List<Placed> placements(JsonObject binding) {
    String namespace = namespace(binding);
    List<Placed> placed = new ArrayList<>();
    for (JsonObject subject : binding.objects("subjects")) {
      String kind = subject.string("kind");
      String name = subject.string("name");
      String subjectNamespace =
          subject.string("namespace").isEmpty() ? namespace : subject.string("namespace");
      String key =
          switch (kind) {
            case "User" -> "u:" + name;
            case "Group" -> "g:" + name;
            case "ServiceAccount" ->
                subjectNamespace.isEmpty()
                    ? ""
                    : "u:" + ACCOUNT_PREFIX + subjectNamespace + ":" + name;
            default -> "";
          };
      if (key.isEmpty()) {
        continue; // binds nobody, as upstream
      }
      String text = kind.equals("ServiceAccount") ? name + "/" + subjectNamespace : name;
      placed.add(
          new Placed(
              new Key(namespace, key),
              new Grant(
                  name(binding),
                  namespace,
                  RoleReference.of(binding),
                  kind + " " + GoQuote.quote(text))));
    }
    return placed;
  }

  private static List<Grant> joined(List<Grant> before, List<Grant> added) {
    List<Grant> all = new ArrayList<>(before);
    all.addAll(added);
    return List.copyOf(all);
  }

  private void watch(
      ObjectReader reader,
      String resource,
      java.util.function.Consumer<JsonObject> changed,
      java.util.function.Consumer<JsonObject> deleted) {
    watches.add(
        reader.watch(
            new GroupResource(GROUP, resource),
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject object) {
                changed.accept(object);
              }

              @Override
              public void deleted(JsonObject lastState) {
                deleted.accept(lastState);
              }
            }));
  }

  private static String name(JsonObject object) {
    return object.objectOrEmpty("metadata").string("name");
  }

  private static String namespace(JsonObject object) {
    return object.objectOrEmpty("metadata").string("namespace");
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable watch : watches) {
      watch.close();
    }
  }
}
