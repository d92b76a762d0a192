package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;

/** What a rule says about itself, apart from its expressions. */
public final class RuleAttributes {
  private static final List<String> REASONS =
      List.of(
          "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

  private RuleAttributes() {}

  /** Checks the rules of this part of a schema, not of the parts in it. */
  public static void validate(JsonObject schema, FieldPath path, ErrorList errors) {
    List<Rule> rules = Rule.of(schema);
    for (int i = 0; i < rules.size(); i++) {
      validate(rules.get(i), schema, path.child(Rule.KEYWORD).index(i), errors);
    }
  }

  private static void validate(Rule rule, JsonObject schema, FieldPath path, ErrorList errors) {
    String message = rule.message().strip();
    if (rule.rule().isBlank()) {
      errors.required(path.child("rule"), "rule is not specified");
    } else if (!rule.message().isEmpty() && message.isEmpty()) {
      errors.invalid(path.child("message"), rule.message(), "must be non-empty if specified");
    } else if (hasNewline(message)) {
      errors.invalid(path.child("message"), rule.message(), "must not contain line breaks");
    } else if (hasNewline(rule.rule().strip()) && message.isEmpty()) {
      errors.required(
          path.child("message"), "message must be specified if rule contains line breaks");
    }
    if (!rule.messageExpression().isEmpty() && rule.messageExpression().isBlank()) {
      errors.required(
          path.child("messageExpression"), "messageExpression must be non-empty if specified");
    }
    if (rule.reason() instanceof String reason && !REASONS.contains(reason)) {
      errors.notSupported(path.child("reason"), reason, REASONS);
    }
    String fieldPath = rule.fieldPath();
    if (!fieldPath.isEmpty() && fieldPath.isBlank()) {
      errors.invalid(path.child("fieldPath"), fieldPath, "must be non-empty if specified");
    }
    if (hasNewline(fieldPath)) {
      errors.invalid(path.child("fieldPath"), fieldPath, "must not contain line breaks");
    }
    if (!fieldPath.isEmpty() && RuleFieldPath.parse(fieldPath, schema) == null) {
      errors.invalid(path.child("fieldPath"), fieldPath, "must be a valid path");
    }
  }

  private static boolean hasNewline(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }
}
