package dev.javernetes.apiserver.strategy.flowcontrol;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.StatusOnly;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** FlowSchema. */
final class FlowSchemaStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final long DEFAULT_PRECEDENCE = 1000;
  private static final long MAX_PRECEDENCE = 10_000;
  private static final List<String> VERBS =
      List.of(
          "create",
          "delete",
          "deletecollection",
          "get",
          "list",
          "patch",
          "proxy",
          "update",
          "watch");
  private static final Strategy STATUS =
      StatusOnly.of(
          (object, old, errors) -> FlowcontrolStrategies.validateConditions(object, errors));

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE);
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void applyDefaults(JsonObject schema) {
    FieldRules.defaultTo(schema.ensureObject("spec"), "matchingPrecedence", DEFAULT_PRECEDENCE);
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject schema) {
    schema.remove("status");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject schema, JsonObject old) {
    StatusOnly.restore(schema, "status", old.get("status"));
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? STATUS : null;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject schema, ErrorList errors) {
    JsonObject spec = schema.objectOrEmpty("spec");
    long precedence = spec.integer("matchingPrecedence");
    FieldPath precedencePath = SPEC.child("matchingPrecedence");
    if (precedence <= 0) {
      errors.invalid(precedencePath, precedence, "must be a positive value");
    }
    if (precedence > MAX_PRECEDENCE) {
      errors.invalid(precedencePath, precedence, "must not be greater than " + MAX_PRECEDENCE);
    }
    String name = schema.objectOrEmpty("metadata").string("name");
    if (precedence == 1 && !name.equals("exempt")) {
      errors.invalid(
          precedencePath,
          precedence,
          "only the schema named 'exempt' may have matchingPrecedence 1");
    }
    JsonObject distinguisher = spec.object("distinguisherMethod");
    if (distinguisher != null
        && !List.of("ByNamespace", "ByUser").contains(distinguisher.string("type"))) {
      errors.notSupported(
          SPEC.child("distinguisherMethod", "type"),
          InternalForm.of("flowcontrol.FlowDistinguisherMethod", distinguisher),
          List.of("ByNamespace", "ByUser"));
    }
    String level = spec.objectOrEmpty("priorityLevelConfiguration").string("name");
    FieldPath levelPath = SPEC.child("priorityLevelConfiguration", "name");
    if (level.isEmpty()) {
      errors.required(levelPath, "must reference a priority level");
    } else {
      FieldRules.dnsSubdomain(level, levelPath, errors);
    }
    List<JsonObject> rules = spec.objects("rules");
    for (int i = 0; i < rules.size(); i++) {
      validateRule(rules.get(i), SPEC.child("rules").index(i), errors);
    }
    if (EveryCluster.strays(name, spec)) {
      errors.invalid(
          SPEC,
          InternalForm.of("flowcontrol.FlowSchemaSpec", spec),
          "spec of '%s' must equal the fixed value".formatted(name));
    }
    FlowcontrolStrategies.validateConditions(schema, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject schema, JsonObject old, ErrorList errors) {
    validateCreate(context, schema, errors);
  }

  private static void validateRule(JsonObject rule, FieldPath path, ErrorList errors) {
    List<JsonObject> subjects = rule.objects("subjects");
    if (subjects.isEmpty()) {
      errors.required(path.child("subjects"), "subjects must contain at least one value");
    }
    for (int i = 0; i < subjects.size(); i++) {
      validateSubject(subjects.get(i), path.child("subjects").index(i), errors);
    }
    List<JsonObject> resources = rule.objects("resourceRules");
    List<JsonObject> urls = rule.objects("nonResourceRules");
    if (resources.isEmpty() && urls.isEmpty()) {
      errors.required(
          path, "at least one of resourceRules and nonResourceRules has to be non-empty");
    }
    for (int i = 0; i < resources.size(); i++) {
      validateResourceRule(resources.get(i), path.child("resourceRules").index(i), errors);
    }
    for (int i = 0; i < urls.size(); i++) {
      FieldPath here = path.child("nonResourceRules").index(i);
      validateVerbs(urls.get(i), here, errors);
      validateUrls(urls.get(i), here.child("nonResourceURLs"), errors);
    }
  }

  private static void validateSubject(JsonObject subject, FieldPath path, ErrorList errors) {
    String kind = subject.string("kind");
    List<String> kinds = List.of("Group", "ServiceAccount", "User");
    if (!kinds.contains(kind)) {
      errors.notSupported(path.child("kind"), kind, kinds);
      return;
    }
    String own = member(kind);
    JsonObject given = subject.object(own);
    if (given == null) {
      errors.required(
          path.child(own), "%s is required when subject kind is '%s'".formatted(own, kind));
    } else {
      validateGiven(kind, given, path.child(own), errors);
    }
    for (String other : List.of("ServiceAccount", "User", "Group")) {
      if (!other.equals(kind) && subject.has(member(other))) {
        errors.forbidden(
            path.child(member(other)),
            "%s is forbidden when subject kind is not '%s'".formatted(member(other), other));
      }
    }
  }

  private static String member(String kind) {
    return switch (kind) {
      case "ServiceAccount" -> "serviceAccount";
      case "User" -> "user";
      default -> "group";
    };
  }

  private static void validateGiven(
      String kind, JsonObject given, FieldPath path, ErrorList errors) {
    String name = given.string("name");
    if (name.isEmpty()) {
      errors.required(path.child("name"), "");
    } else if (kind.equals("ServiceAccount") && !name.equals("*")) {
      FieldRules.dnsSubdomain(name, path.child("name"), errors);
    }
    if (kind.equals("ServiceAccount")) {
      String namespace = given.string("namespace");
      if (namespace.isEmpty()) {
        errors.required(path.child("namespace"), "must specify namespace for service account");
      } else {
        FieldRules.dnsLabel(namespace, path.child("namespace"), errors);
      }
    }
  }

  private static void validateVerbs(JsonObject rule, FieldPath path, ErrorList errors) {
    List<String> verbs = rule.strings("verbs");
    if (verbs.isEmpty()) {
      errors.required(path.child("verbs"), "verbs must contain at least one value");
    } else if (verbs.contains("*")) {
      if (verbs.size() > 1) {
        errors.invalid(
            path.child("verbs"),
            rule.get("verbs"),
            "if '*' is present, must not specify other verbs");
      }
    } else if (!VERBS.containsAll(verbs)) {
      errors.notSupported(path.child("verbs"), rule.get("verbs"), VERBS);
    }
  }

  private static void validateUrls(JsonObject rule, FieldPath path, ErrorList errors) {
    List<String> urls = rule.strings("nonResourceURLs");
    if (urls.isEmpty()) {
      errors.required(path, "nonResourceURLs must contain at least one value");
      return;
    }
    if (urls.contains("*")) {
      if (urls.size() > 1) {
        errors.invalid(
            path,
            rule.get("nonResourceURLs"),
            "if '*' is present, must not specify other non-resource URLs");
      }
      return;
    }
    for (int i = 0; i < urls.size(); i++) {
      String problem = urlProblem(urls.get(i));
      if (!problem.isEmpty()) {
        errors.invalid(path.index(i), urls.get(i), problem);
      }
    }
  }

  private static String urlProblem(String url) {
    if (url.isEmpty()) {
      return "must not be empty";
    }
    if (url.equals("/")) {
      return "";
    }
    if (!url.startsWith("/")) {
      return "must start with slash";
    }
    if (url.indexOf(' ') >= 0) {
      return "must not contain white-space";
    }
    if (url.contains("//")) {
      return "must not contain double slash";
    }
    long stars = url.chars().filter(c -> c == '*').count();
    return stars > 1 || stars == 1 && !url.endsWith("/*")
        ? "wildcard can only do suffix matching"
        : "";
  }

  private static void validateResourceRule(JsonObject rule, FieldPath path, ErrorList errors) {
    validateVerbs(rule, path, errors);
    allOrListed(
        rule,
        "apiGroups",
        "resource rules must supply at least one api group",
        "if '*' is present, must not specify other api groups",
        path,
        errors);
    allOrListed(
        rule,
        "resources",
        "resource rules must supply at least one resource",
        "if '*' is present, must not specify other resources",
        path,
        errors);
    List<String> namespaces = rule.strings("namespaces");
    FieldPath namespacesPath = path.child("namespaces");
    if (namespaces.isEmpty() && !rule.bool("clusterScope")) {
      errors.required(
          namespacesPath,
          "resource rules that are not cluster scoped must supply at least one namespace");
    } else if (namespaces.contains("*")) {
      if (namespaces.size() > 1) {
        errors.invalid(
            namespacesPath,
            rule.get("namespaces"),
            "if '*' is present, must not specify other namespaces");
      }
    } else {
      for (int i = 0; i < namespaces.size(); i++) {
        for (String problem : NameFormats.dnsLabel(namespaces.get(i))) {
          errors.invalid(
              namespacesPath.index(i),
              namespaces.get(i),
              "each member of this list must be '*' or a DNS-1123 label; " + problem);
        }
      }
    }
  }

  private static void allOrListed(
      JsonObject rule,
      String list,
      String missing,
      String mixed,
      FieldPath path,
      ErrorList errors) {
    List<String> values = rule.strings(list);
    if (values.isEmpty()) {
      errors.required(path.child(list), missing);
    } else if (values.size() > 1 && values.contains("*")) {
      errors.invalid(path.child(list), rule.get(list), mixed);
    }
  }
}
