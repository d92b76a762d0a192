package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules about which operations on which resources a webhook or policy concerns. */
final class RuleRules {
  private static final List<String> OPERATIONS =
      List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
  private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");

  private RuleRules() {}

  static void applyDefaults(List<JsonObject> rules) {
    rules.forEach(rule -> FieldRules.defaultIfAbsent(rule, "scope", "*"));
  }

  static void validate(JsonObject rule, FieldPath path, ErrorList errors) {
    List<String> operations = rule.strings("operations");
    FieldPath operationsPath = path.child("operations");
    if (operations.isEmpty()) {
      errors.required(operationsPath, "");
    }
    if (operations.size() > 1 && operations.contains("*")) {
      errors.invalid(
          operationsPath,
          rule.get("operations"),
          "if '*' is present, must not specify other operations");
    }
    for (int i = 0; i < operations.size(); i++) {
      if (!OPERATIONS.contains(operations.get(i))) {
        errors.notSupported(operationsPath.index(i), operations.get(i), OPERATIONS);
      }
    }
    listed(rule, "apiGroups", "API groups", path, errors);
    listed(rule, "apiVersions", "API versions", path, errors);
    List<String> versions = rule.strings("apiVersions");
    for (int i = 0; i < versions.size(); i++) {
      if (versions.get(i).isEmpty()) {
        errors.required(path.child("apiVersions").index(i), "");
      }
    }
    validateResources(rule, path.child("resources"), errors);
    String scope = rule.stringOrNull("scope");
    if (scope != null && !SCOPES.contains(scope)) {
      errors.notSupported(path.child("scope"), scope, SCOPES);
    }
  }

  /** With resourceNames, as policies have them. */
  static void validateNamed(JsonObject rule, FieldPath path, ErrorList errors) {
    List<String> names = rule.strings("resourceNames");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      FieldPath here = path.child("resourceNames").index(i);
      FieldRules.invalid(NameFormats.pathSegment(names.get(i)), here, names.get(i), errors);
      if (!seen.add(names.get(i))) {
        errors.duplicate(here, names.get(i));
      }
    }
    validate(rule, path, errors);
  }

  private static void listed(
      JsonObject rule, String list, String words, FieldPath path, ErrorList errors) {
    List<String> values = rule.strings(list);
    if (values.isEmpty()) {
      errors.required(path.child(list), "");
    }
    if (values.size() > 1 && values.contains("*")) {
      errors.invalid(
          path.child(list), rule.get(list), "if '*' is present, must not specify other " + words);
    }
  }

  private static void validateResources(JsonObject rule, FieldPath path, ErrorList errors) {
    List<String> resources = rule.strings("resources");
    if (resources.isEmpty()) {
      errors.required(path, "");
    }
    Set<String> allSubresourcesOf = new HashSet<>();
    Set<String> subresourceOfAll = new HashSet<>();
    boolean plain = false;
    for (int i = 0; i < resources.size(); i++) {
      String resource = resources.get(i);
      if (resource.isEmpty()) {
        errors.required(path.index(i), "");
        continue;
      }
      int slash = resource.indexOf('/');
      if (slash < 0) {
        plain = !resource.equals("*");
        continue;
      }
      String name = resource.substring(0, slash);
      String sub = resource.substring(slash + 1);
      if (allSubresourcesOf.contains(name)) {
        errors.invalid(
            path.index(i),
            resource,
            "if '%s/*' is present, must not specify %s".formatted(name, resource));
      }
      if (subresourceOfAll.contains(sub)) {
        errors.invalid(
            path.index(i),
            resource,
            "if '*/%s' is present, must not specify %s".formatted(sub, resource));
      }
      if (sub.equals("*")) {
        allSubresourcesOf.add(name);
      }
      if (name.equals("*")) {
        subresourceOfAll.add(sub);
      }
    }
    if (resources.size() > 1 && resources.contains("*/*")) {
      errors.invalid(
          path, rule.get("resources"), "if '*/*' is present, must not specify other resources");
    }
    if (resources.contains("*") && plain) {
      errors.invalid(
          path,
          rule.get("resources"),
          "if '*' is present, must not specify other resources without subresources");
    }
  }
}
