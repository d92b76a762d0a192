package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.ResourceNames;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Resource quotas. */
public final class ResourceQuotaStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final Set<String> POD_SCOPES =
      Set.of(
          "Terminating",
          "NotTerminating",
          "NotBestEffort",
          "PriorityClass",
          "CrossNamespacePodAffinity");
  private static final Set<String> POD_RESOURCES =
      Set.of(
          "pods",
          "cpu",
          "memory",
          "limits.cpu",
          "limits.memory",
          "requests.cpu",
          "requests.memory");
  private static final Set<String> FLAG_SCOPES =
      Set.of(
          "BestEffort",
          "NotBestEffort",
          "Terminating",
          "NotTerminating",
          "CrossNamespacePodAffinity");

  @Override
  public void applyDefaults(JsonObject quota) {
    PodDefaults.roundUp(quota.ensureObject("spec"), "hard");
    if (quota.object("status") instanceof JsonObject status) {
      PodDefaults.roundUp(status, "hard");
      PodDefaults.roundUp(status, "used");
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject quota) {
    quota.put("status", new JsonObject());
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject quota, JsonObject old) {
    CoreTrees.keepStatus(quota, old);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject quota, ErrorList errors) {
    check(quota.objectOrEmpty("spec"), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject quota, JsonObject old, ErrorList errors) {
    JsonObject spec = quota.objectOrEmpty("spec");
    check(spec, errors);
    Set<String> now = new HashSet<>(spec.strings("scopes"));
    if (!now.equals(new HashSet<>(old.objectOrEmpty("spec").strings("scopes")))) {
      errors.invalid(SPEC.child("scopes"), spec.get("scopes"), FieldRules.IMMUTABLE);
    }
  }

  private static void amounts(JsonObject amounts, FieldPath path, ErrorList errors) {
    amounts.forEach((name, value) -> {
      ResourceNames.checkForQuota(name, path.key(name), errors);
      ResourceNames.checkValue(name, FieldRules.quantity(value), path.key(name), errors);
    });
  }

  private static void check(JsonObject spec, ErrorList errors) {
    JsonObject hard = spec.objectOrEmpty("hard");
    amounts(hard, SPEC.child("hard"), errors);
    List<String> scopes = spec.strings("scopes");
    FieldPath path = SPEC.child("scopes");
    for (String scope : scopes) {
      if (!isKnown(scope)) {
        errors.invalid(path, spec.get("scopes"), "unsupported scope");
      }
      for (String name : new TreeMap<>(hard).keySet()) {
        if (ResourceNames.isStandardForQuota(name) && !applies(scope, name)) {
          errors.invalid(path, spec.get("scopes"), "unsupported scope applied to resource");
        }
      }
    }
    conflicts(scopes, path, spec, errors);
    if (spec.object("scopeSelector") instanceof JsonObject selector) {
      selector(selector, hard, spec, errors);
    }
  }

  private static void conflicts(
      List<String> scopes, FieldPath path, JsonObject spec, ErrorList errors) {
    if (scopes.contains("BestEffort") && scopes.contains("NotBestEffort")) {
      errors.invalid(path, spec.get("scopes"), "conflicting scopes");
    }
    if (scopes.contains("Terminating") && scopes.contains("NotTerminating")) {
      errors.invalid(path, spec.get("scopes"), "conflicting scopes");
    }
  }

  private static void selector(
      JsonObject selector, JsonObject hard, JsonObject spec, ErrorList errors) {
    FieldPath path = SPEC.child("scopeSelector", "matchExpressions");
    List<JsonObject> expressions = selector.objects("matchExpressions");
    for (JsonObject expression : expressions) {
      String scope = expression.string("scopeName");
      String operator = expression.string("operator");
      if (!isKnown(scope)) {
        errors.invalid(path.child("scopeName"), scope, "unsupported scope");
      }
      for (String name : new TreeMap<>(hard).keySet()) {
        if (ResourceNames.isStandardForQuota(name) && !applies(scope, name)) {
          errors.invalid(
              path,
              InternalForm.of("core.ScopeSelector", selector),
              "unsupported scope applied to resource");
        }
      }
      if (FLAG_SCOPES.contains(scope) && !operator.equals("Exists")) {
        errors.invalid(
            path.child("operator"),
            operator,
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating,"
                + " ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or"
                + " ResourceQuotaScopeCrossNamespacePodAffinity");
      }
      switch (operator) {
        case "In", "NotIn" -> {
          if (expression.strings("values").isEmpty()) {
            errors.required(
                path.child("values"),
                "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
          }
        }
        case "Exists", "DoesNotExist" -> {
          if (!expression.strings("values").isEmpty()) {
            errors.invalid(
                path.child("values"),
                expression.get("values"),
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
          }
        }
        default ->
            errors.invalid(path.child("operator"), operator, "not a valid selector operator");
      }
    }
    conflicts(
        expressions.stream().map(each -> each.string("scopeName")).toList(), path, spec, errors);
  }

  private static boolean isKnown(String scope) {
    return POD_SCOPES.contains(scope)
        || scope.equals("BestEffort")
        || scope.equals("VolumeAttributesClass");
  }

  private static boolean applies(String scope, String resource) {
    if (POD_SCOPES.contains(scope)) {
      return POD_RESOURCES.contains(resource);
    }
    return switch (scope) {
      case "BestEffort" -> resource.equals("pods");
      case "VolumeAttributesClass" ->
          resource.equals("persistentvolumeclaims") || resource.equals("requests.storage");
      default -> true;
    };
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject quota) {
    JsonObject hard = quota.objectOrEmpty("spec").objectOrEmpty("hard");
    List<String> warnings = new ArrayList<>();
    for (String name : List.of("cpu", "memory", "storage", "ephemeral-storage")) {
      String request = "requests." + name;
      if (!hard.has(request) && (name.equals("cpu") || name.equals("memory"))) {
        request = name;
      }
      String limit = "limits." + name;
      if (hard.has(request)
          && hard.has(limit)
          && FieldRules.quantity(hard.get(request)).compareTo(FieldRules.quantity(hard.get(limit)))
              > 0) {
        warnings.add(
            "ResourceQuota %s (%s) should be less than %s (%s)"
                .formatted(request, hard.string(request), limit, hard.string(limit)));
      }
    }
    return warnings;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(
            this::applyDefaults,
            List.of(),
            (quota, old, errors) -> {
              JsonObject status = quota.objectOrEmpty("status");
              amounts(status.objectOrEmpty("hard"), FieldPath.of("status", "hard"), errors);
              amounts(status.objectOrEmpty("used"), FieldPath.of("status", "used"), errors);
            })
        : null;
  }
}
