package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Conditions in CEL under which a webhook or policy concerns a request at all. */
final class MatchConditionRules {
  private static final int LIMIT = 64;

  private MatchConditionRules() {}

  static void validate(
      List<JsonObject> conditions,
      FieldPath path,
      ExpressionCheck.Checked check,
      ErrorList errors) {
    if (conditions.size() > LIMIT) {
      errors.tooMany(path, conditions.size(), LIMIT);
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < conditions.size(); i++) {
      FieldPath here = path.index(i);
      String expression = conditions.get(i).string("expression").strip();
      if (expression.isEmpty()) {
        errors.required(here.child("expression"), "");
      } else {
        String problem = check.problem(expression, ExpressionCheck.Yields.MATCH);
        if (!problem.isEmpty()) {
          errors.invalid(here.child("expression"), expression, problem);
        }
      }
      String name = conditions.get(i).string("name");
      if (name.isEmpty()) {
        errors.required(here.child("name"), "");
      } else {
        FieldRules.qualifiedName(name, here.child("name"), errors);
        if (!names.add(name)) {
          errors.duplicate(here.child("name"), name);
        }
      }
    }
  }
}
