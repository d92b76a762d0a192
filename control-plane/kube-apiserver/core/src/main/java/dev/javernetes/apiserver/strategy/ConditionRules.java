package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code meta/v1} conditions, as newer kinds have them in their status. */
public final class ConditionRules {
  private static final String REASON_FORMAT = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
  private static final Pattern REASON = Pattern.compile(REASON_FORMAT);
  private static final int REASON_LIMIT = 1 << 10;
  private static final int MESSAGE_LIMIT = 32 << 10;

  private ConditionRules() {}

  public static void check(List<JsonObject> conditions, FieldPath path, ErrorList errors) {
    Set<String> types = new HashSet<>();
    for (int i = 0; i < conditions.size(); i++) {
      String type = conditions.get(i).string("type");
      if (!types.add(type)) {
        errors.duplicate(path.index(i).child("type"), type);
      }
      checkOne(conditions.get(i), path.index(i), errors);
    }
  }

  private static void checkOne(JsonObject condition, FieldPath path, ErrorList errors) {
    FieldRules.qualifiedName(condition.string("type"), path.child("type"), errors);
    FieldRules.supported(
        condition.string("status"),
        List.of("False", "True", "Unknown"),
        path.child("status"),
        errors);
    long generation = condition.integer("observedGeneration");
    if (generation < 0) {
      errors.invalid(
          path.child("observedGeneration"), generation, "must be greater than or equal to zero");
    }
    if (!condition.has("lastTransitionTime")) {
      errors.required(path.child("lastTransitionTime"), "");
    }
    reason(condition.string("reason"), path.child("reason"), errors);
    if (bytes(condition.string("message")) > MESSAGE_LIMIT) {
      errors.tooLong(path.child("message"), MESSAGE_LIMIT);
    }
  }

  private static void reason(String reason, FieldPath path, ErrorList errors) {
    if (reason.isEmpty()) {
      errors.required(path, "");
      return;
    }
    if (!REASON.matcher(reason).matches()) {
      errors.invalid(
          path,
          reason,
          NameFormats.regexError(
              "a condition reason must start with alphabetic character, optionally followed by a"
                  + " string of alphanumeric characters or '_,:', and must end with an alphanumeric"
                  + " character or '_'",
              REASON_FORMAT,
              "my_name",
              "MY_NAME",
              "MyName",
              "ReasonA,ReasonB",
              "ReasonA:ReasonB"));
    }
    if (bytes(reason) > REASON_LIMIT) {
      errors.tooLong(path, REASON_LIMIT);
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
