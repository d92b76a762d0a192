package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of {@code x-kubernetes-validations}. */
record Rule(
    String rule,
    String message,
    String messageExpression,
    @Nullable String reason,
    String fieldPath,
    @Nullable Boolean optionalOldSelf) {
  static final String KEYWORD = "x-kubernetes-validations";

  static List<Rule> of(JsonObject schema) {
    return schema.objects(KEYWORD).stream()
        .map(rule ->
            new Rule(
                rule.string("rule"),
                rule.string("message"),
                rule.string("messageExpression"),
                rule.stringOrNull("reason"),
                rule.string("fieldPath"),
                rule.boolOrNull("optionalOldSelf")))
        .toList();
  }

  boolean oldSelfIsOptional() {
    return Boolean.TRUE.equals(optionalOldSelf);
  }

  /** What errors call the rule: its message, else its text. */
  String shown() {
    return message.isEmpty() ? rule.strip() : message.strip();
  }

  String failureMessage() {
    return message.isEmpty() ? "failed rule: " + rule.strip() : message.strip();
  }

  /** As Go prints its struct, which error messages show. */
  JsonObject goForm() {
    return JsonObject.of(
        "Rule", rule,
        "Message", message,
        "MessageExpression", messageExpression,
        "Reason", reason,
        "FieldPath", fieldPath,
        "OptionalOldSelf", optionalOldSelf);
  }
}
