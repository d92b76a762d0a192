package dev.javernetes.apiserver.strategy.batch;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A job's policies on failed pods and on success. */
final class JobPolicyRules {
  private static final int RULES = 20;
  private static final int EXIT_CODES = 255;
  private static final int CONDITIONS = 20;
  private static final int INDEXES_LENGTH = 64 * 1024;

  private JobPolicyRules() {}

  static void failure(JsonObject spec, FieldPath path, ErrorList errors) {
    List<JsonObject> rules = spec.objectOrEmpty("podFailurePolicy").objects("rules");
    if (rules.size() > RULES) {
      errors.tooMany(path.child("rules"), rules.size(), RULES);
    }
    JsonObject pod = spec.objectOrEmpty("template").objectOrEmpty("spec");
    Set<String> containers = new HashSet<>();
    pod.objects("containers").forEach(each -> containers.add(each.string("name")));
    pod.objects("initContainers").forEach(each -> containers.add(each.string("name")));
    for (int i = 0; i < rules.size(); i++) {
      failureRule(spec, rules.get(i), path.child("rules").index(i), containers, errors);
    }
  }

  private static void failureRule(
      JsonObject spec, JsonObject rule, FieldPath path, Set<String> containers, ErrorList errors) {
    String action = rule.string("action");
    List<String> actions = List.of("Count", "FailIndex", "FailJob", "Ignore");
    if (action.equals("FailIndex") && !spec.has("backoffLimitPerIndex")) {
      errors.invalid(path.child("action"), action, "requires the backoffLimitPerIndex to be set");
    }
    choice(action, actions, path.child("action"), errors);
    JsonObject codes = rule.object("onExitCodes");
    List<JsonObject> conditions = rule.objects("onPodConditions");
    if (codes != null) {
      exitCodes(codes, path.child("onExitCodes"), containers, errors);
    }
    if (!conditions.isEmpty()) {
      conditions(conditions, path.child("onPodConditions"), errors);
    }
    if (codes != null && !conditions.isEmpty()) {
      errors.invalidOmitted(
          path, "specifying both OnExitCodes and OnPodConditions is not supported");
    }
    if (codes == null && conditions.isEmpty()) {
      errors.invalidOmitted(path, "specifying one of OnExitCodes and OnPodConditions is required");
    }
  }

  private static void choice(String value, List<String> values, FieldPath path, ErrorList errors) {
    if (value.isEmpty()) {
      errors.required(path, "valid values: [\"" + String.join("\" \"", values) + "\"]");
    } else {
      FieldRules.supported(value, values, path, errors);
    }
  }

  private static void conditions(List<JsonObject> conditions, FieldPath path, ErrorList errors) {
    if (conditions.size() > CONDITIONS) {
      errors.tooMany(path, conditions.size(), CONDITIONS);
    }
    for (int i = 0; i < conditions.size(); i++) {
      FieldPath at = path.index(i);
      FieldRules.qualifiedName(conditions.get(i).string("type"), at.child("type"), errors);
      choice(
          conditions.get(i).string("status"),
          List.of("False", "True", "Unknown"),
          at.child("status"),
          errors);
    }
  }

  private static void exitCodes(
      JsonObject codes, FieldPath path, Set<String> containers, ErrorList errors) {
    String operator = codes.string("operator");
    choice(operator, List.of("In", "NotIn"), path.child("operator"), errors);
    String container = codes.stringOrNull("containerName");
    if (container != null && !containers.contains(container)) {
      errors.invalid(
          path.child("containerName"),
          container,
          "must be one of the container or initContainer names in the pod template");
    }
    List<Object> values =
        codes.array("values") == null ? List.of() : List.copyOf(codes.ensureArray("values"));
    FieldPath at = path.child("values");
    if (values.isEmpty()) {
      errors.invalid(at, codes.array("values"), "at least one value is required");
    } else if (values.size() > EXIT_CODES) {
      errors.tooMany(at, values.size(), EXIT_CODES);
    }
    Set<Object> seen = new HashSet<>();
    boolean ordered = true;
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (operator.equals("In") && value.equals(0L)) {
        errors.invalid(at.index(i), value, "must not be 0 for the In operator");
      }
      if (!seen.add(value)) {
        errors.duplicate(at.index(i), value);
      }
      ordered &= i == 0 || ((Number) values.get(i - 1)).longValue() <= ((Number) value).longValue();
    }
    if (!ordered) {
      errors.invalid(at, values, "must be ordered");
    }
  }

  static void success(JsonObject spec, JsonObject policy, FieldPath path, ErrorList errors) {
    List<JsonObject> rules = policy.objects("rules");
    FieldPath at = path.child("rules");
    if (rules.isEmpty()) {
      errors.required(
          at, "at least one rules must be specified when the successPolicy is specified");
    } else if (rules.size() > RULES) {
      errors.tooMany(at, rules.size(), RULES);
    }
    for (int i = 0; i < rules.size(); i++) {
      successRule(spec.integer("completions"), rules.get(i), at.index(i), errors);
    }
  }

  private static void successRule(
      long completions, JsonObject rule, FieldPath path, ErrorList errors) {
    String indexes = rule.stringOrNull("succeededIndexes");
    Long count = rule.integerOrNull("succeededCount");
    if (indexes == null && count == null) {
      errors.required(path, "at least one of succeededCount or succeededIndexes must be specified");
    }
    long total = 0;
    if (indexes != null) {
      FieldPath at = path.child("succeededIndexes");
      if (indexes.length() > INDEXES_LENGTH) {
        errors.tooLong(at, INDEXES_LENGTH);
      }
      try {
        total = CompletionIndexes.size(CompletionIndexes.parse(indexes, completions));
      } catch (CompletionIndexes.Problem problem) {
        errors.invalid(at, indexes, "error parsing succeededIndexes: " + problem.getMessage());
      }
    }
    if (count != null) {
      FieldPath at = path.child("succeededCount");
      FieldRules.notNegative(count, at, errors);
      String atMost = "must be less than or equal to ";
      if (count > completions) {
        errors.invalid(at, count, atMost + completions + " (the number of specified completions)");
      }
      if (indexes != null && count > total) {
        errors.invalid(
            at,
            count,
            atMost + total + " (the number of indexes in the specified succeededIndexes field)");
      }
    }
  }
}
