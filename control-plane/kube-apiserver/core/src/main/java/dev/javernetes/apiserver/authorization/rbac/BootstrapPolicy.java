package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.api.machinery.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * The roles and bindings that every cluster has, read from {@code bootstrap-policy.txt}, whose head
 * explains its few words. {@code clusterroles()} and the others are objects ready to be written.
 */
public final class BootstrapPolicy {
  private static final String API_VERSION = RbacIndex.GROUP + "/v1";
  private static final List<String> READ = List.of("get", "list", "watch");
  private static final List<String> WRITE =
      List.of("create", "delete", "deletecollection", "patch", "update");

  private final List<JsonObject> clusterRoles = new ArrayList<>();
  private final List<JsonObject> clusterRoleBindings = new ArrayList<>();
  private final List<JsonObject> roles = new ArrayList<>();
  private final List<JsonObject> roleBindings = new ArrayList<>();

  private BootstrapPolicy() {}

  public static BootstrapPolicy load() {
    try (InputStream stream = BootstrapPolicy.class.getResourceAsStream("bootstrap-policy.txt")) {
      if (stream == null) {
        throw new IllegalStateException("bootstrap-policy.txt is not in the program");
      }
      return parse(
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
              .lines()
              .toList());
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  static BootstrapPolicy parse(List<String> lines) {
    BootstrapPolicy policy = new BootstrapPolicy();
    JsonObject role = new JsonObject();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.strip().split(" ");
      if (line.startsWith(" ")) {
        addRule(role, words);
        continue;
      }
      switch (words[0]) {
        case "controller" -> role = policy.controller(words[1]);
        case "clusterrole" -> {
          role = object("ClusterRole", "", words[1]);
          JsonObject labels = role.ensureObject("metadata").ensureObject("labels");
          for (String label : Arrays.asList(words).subList(2, words.length)) {
            int equals = label.indexOf('=');
            labels.put(label.substring(0, equals), label.substring(equals + 1));
          }
          policy.clusterRoles.add(role);
        }
        case "role" -> {
          role = object("Role", words[1], words[2]);
          policy.roles.add(role);
        }
        case "clusterrolebinding" ->
            policy.clusterRoleBindings.add(
                binding("ClusterRoleBinding", "", words[1], "ClusterRole", words[2], words, 3));
        case "rolebinding" ->
            policy.roleBindings.add(
                binding("RoleBinding", words[1], words[2], "Role", words[3], words, 4));
        default -> throw new IllegalStateException("bootstrap-policy.txt: " + line);
      }
    }
    return policy;
  }

  public List<JsonObject> clusterRoles() {
    return clusterRoles;
  }

  public List<JsonObject> clusterRoleBindings() {
    return clusterRoleBindings;
  }

  public List<JsonObject> roles() {
    return roles;
  }

  public List<JsonObject> roleBindings() {
    return roleBindings;
  }

  private JsonObject controller(String name) {
    JsonObject role = object("ClusterRole", "", "system:controller:" + name);
    clusterRoles.add(role);
    String[] words = {"account:kube-system/" + name};
    clusterRoleBindings.add(
        binding(
            "ClusterRoleBinding",
            "",
            "system:controller:" + name,
            "ClusterRole",
            "system:controller:" + name,
            words,
            0));
    return role;
  }

  private static void addRule(JsonObject role, String[] words) {
    if (words[0].equals("aggregate")) {
      int equals = words[1].indexOf('=');
      JsonObject labels =
          JsonObject.of(words[1].substring(0, equals), words[1].substring(equals + 1));
      role.ensureObject("aggregationRule")
          .ensureArray("clusterRoleSelectors")
          .add(JsonObject.of("matchLabels", labels));
      return;
    }
    PolicyRule rule;
    if (words[0].equals("events")) {
      rule =
          new PolicyRule(
              List.of("create", "patch", "update"),
              List.of("", "events.k8s.io"),
              List.of("events"),
              List.of(),
              List.of());
    } else if (words[1].equals("url")) {
      rule = new PolicyRule(verbs(words[0]), List.of(), List.of(), List.of(), list(words[2]));
    } else {
      rule =
          new PolicyRule(
              verbs(words[0]),
              list(words[1]).stream().map(group -> group.equals("core") ? "" : group).toList(),
              list(words[2]),
              words.length > 3 ? list(words[3]) : List.of(),
              List.of());
    }
    role.ensureArray("rules").add(rule.toJson());
  }

  /** Sorted, as upstream states them. */
  private static List<String> verbs(String word) {
    TreeSet<String> verbs = new TreeSet<>();
    for (String verb : word.split(",")) {
      switch (verb) {
        case "read" -> verbs.addAll(READ);
        case "write" -> verbs.addAll(WRITE);
        default -> verbs.add(verb);
      }
    }
    return List.copyOf(verbs);
  }

  private static List<String> list(String word) {
    return List.of(word.split(","));
  }

  private static JsonObject binding(
      String kind,
      String namespace,
      String name,
      String roleKind,
      String role,
      String[] words,
      int firstSubject) {
    JsonObject binding = object(kind, namespace, name);
    binding.put(
        "roleRef", JsonObject.of("apiGroup", RbacIndex.GROUP, "kind", roleKind, "name", role));
    for (String subject : Arrays.asList(words).subList(firstSubject, words.length)) {
      binding.ensureArray("subjects").add(subject(subject));
    }
    return binding;
  }

  private static JsonObject subject(String word) {
    int colon = word.indexOf(':');
    String rest = word.substring(colon + 1);
    return switch (word.substring(0, colon)) {
      case "user" -> JsonObject.of("kind", "User", "apiGroup", RbacIndex.GROUP, "name", rest);
      case "group" -> JsonObject.of("kind", "Group", "apiGroup", RbacIndex.GROUP, "name", rest);
      case "account" -> {
        int slash = rest.indexOf('/');
        yield JsonObject.of(
            "kind",
            "ServiceAccount",
            "name",
            rest.substring(slash + 1),
            "namespace",
            rest.substring(0, slash));
      }
      default -> throw new IllegalStateException("bootstrap-policy.txt: " + word);
    };
  }

  private static JsonObject object(String kind, String namespace, String name) {
    JsonObject metadata = JsonObject.of("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.put("labels", JsonObject.of("kubernetes.io/bootstrapping", "rbac-defaults"));
    metadata.put(
        "annotations", JsonObject.of("rbac.authorization.kubernetes.io/autoupdate", "true"));
    return JsonObject.of("apiVersion", API_VERSION, "kind", kind, "metadata", metadata);
  }
}
