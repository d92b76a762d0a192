package dev.javernetes.apiserver.strategy.autoscaling;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an autoscaler must be, apart from its metrics. */
final class AutoscalerRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final long LONGEST_WINDOW = 3600;
  private static final long LONGEST_PERIOD = 1800;

  private AutoscalerRules() {}

  static void check(JsonObject spec, @Nullable JsonObject old, ErrorList errors) {
    Long min = spec.integerOrNull("minReplicas");
    long max = spec.integer("maxReplicas");
    boolean hadZero = old != null && old.has("minReplicas") && old.integer("minReplicas") == 0;
    long least = hadZero ? 0 : 1;
    if (min != null && min < least) {
      errors.invalid(SPEC.child("minReplicas"), min, "must be greater than or equal to " + least);
    }
    if (max == 0) {
      errors.required(SPEC.child("maxReplicas"), "must be set and greater than 0");
    } else if (max < 0) {
      errors.invalid(SPEC.child("maxReplicas"), max, "must be greater than or equal to 1");
    }
    if (min != null && max < min) {
      errors.invalid(
          SPEC.child("maxReplicas"), max, "must be greater than or equal to `minReplicas`");
    }
    JsonObject target = spec.objectOrEmpty("scaleTargetRef");
    JsonObject before = old == null ? new JsonObject() : old.objectOrEmpty("scaleTargetRef");
    boolean sameKind =
        old != null
            && target.string("apiVersion").equals(before.string("apiVersion"))
            && target.string("kind").equals(before.string("kind"));
    boolean mayBeCore = target.string("kind").equals("ReplicationController");
    reference(target, !sameKind, mayBeCore, SPEC.child("scaleTargetRef"), errors);
    MetricRules.check(spec, old, SPEC.child("metrics"), errors);
    JsonObject behavior = spec.objectOrEmpty("behavior");
    scaling(behavior.object("scaleUp"), SPEC.child("behavior", "scaleUp"), errors);
    scaling(behavior.object("scaleDown"), SPEC.child("behavior", "scaleDown"), errors);
  }

  static void reference(
      JsonObject reference,
      boolean checkVersion,
      boolean mayBeCore,
      FieldPath path,
      ErrorList errors) {
    for (String field : List.of("kind", "name")) {
      String value = reference.string(field);
      if (value.isEmpty()) {
        errors.required(path.child(field), "");
      } else {
        FieldRules.invalid(NameFormats.pathSegment(value), path.child(field), value, errors);
      }
    }
    String version = reference.string("apiVersion");
    String problem = checkVersion ? versionProblem(version, mayBeCore) : null;
    if (problem != null) {
      errors.invalid(path.child("apiVersion"), version, problem);
    }
  }

  static @Nullable String versionProblem(String version, boolean mayBeCore) {
    long slashes = version.chars().filter(c -> c == '/').count();
    if (slashes > 1) {
      return "unexpected GroupVersion string: " + version;
    }
    boolean core = slashes == 0 || version.startsWith("/");
    return core && !mayBeCore ? "apiVersion must specify API group" : null;
  }

  private static void scaling(@Nullable JsonObject rules, FieldPath path, ErrorList errors) {
    if (rules == null) {
      return;
    }
    long window = rules.integer("stabilizationWindowSeconds");
    if (window < 0) {
      errors.invalid(
          path.child("stabilizationWindowSeconds"),
          window,
          "must be greater than or equal to zero");
    } else if (window > LONGEST_WINDOW) {
      errors.invalid(
          path.child("stabilizationWindowSeconds"),
          window,
          "must be less than or equal to " + LONGEST_WINDOW);
    }
    String select = rules.stringOrNull("selectPolicy");
    if (select != null) {
      FieldRules.supported(
          select, List.of("Disabled", "Max", "Min"), path.child("selectPolicy"), errors);
    }
    List<JsonObject> policies = rules.objects("policies");
    if (policies.isEmpty()) {
      errors.required(path.child("policies"), "must specify at least one Policy");
    }
    for (int i = 0; i < policies.size(); i++) {
      policy(policies.get(i), path.child("policies").index(i), errors);
    }
    Object tolerance = rules.get("tolerance");
    if (tolerance != null && FieldRules.quantity(tolerance).amount().signum() < 0) {
      errors.invalid(path.child("tolerance"), tolerance, FieldRules.NOT_NEGATIVE);
    }
  }

  private static void policy(JsonObject policy, FieldPath path, ErrorList errors) {
    FieldRules.supported(
        policy.string("type"), List.of("Percent", "Pods"), path.child("type"), errors);
    FieldRules.positive(policy.integer("value"), path.child("value"), errors);
    long period = policy.integer("periodSeconds");
    FieldRules.positive(period, path.child("periodSeconds"), errors);
    if (period > LONGEST_PERIOD) {
      errors.invalid(
          path.child("periodSeconds"), period, "must be less than or equal to " + LONGEST_PERIOD);
    }
  }
}
