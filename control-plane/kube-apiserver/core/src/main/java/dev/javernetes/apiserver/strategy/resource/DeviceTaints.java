package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;

/** What is wrong with a device, and who puts up with it (KEP-5055). */
final class DeviceTaints {
  private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");

  private DeviceTaints() {}

  static void taint(JsonObject taint, FieldPath path, ErrorList errors) {
    FieldRules.qualifiedName(taint.string("key"), path.child("key"), errors);
    value(taint.string("value"), path.child("value"), errors);
    FieldRules.oneOf(taint.string("effect"), EFFECTS, path.child("effect"), errors);
  }

  static void tolerationDefaults(JsonObject toleration) {
    FieldRules.defaultTo(toleration, "operator", "Equal");
  }

  static void toleration(JsonObject toleration, FieldPath path, ErrorList errors) {
    String key = toleration.string("key");
    if (!key.isEmpty()) {
      FieldRules.qualifiedName(key, path.child("key"), errors);
    }
    String operator = toleration.string("operator");
    String value = toleration.string("value");
    switch (operator) {
      case "Exists" -> {
        if (!value.isEmpty()) {
          errors.invalid(path.child("value"), value, "must be empty for operator `Exists`");
        }
      }
      case "Equal" -> value(value, path.child("value"), errors);
      default ->
          FieldRules.oneOf(operator, List.of("Equal", "Exists"), path.child("operator"), errors);
    }
    String effect = toleration.string("effect");
    if (!effect.isEmpty()) {
      FieldRules.supported(effect, EFFECTS, path.child("effect"), errors);
    }
  }

  private static void value(String value, FieldPath path, ErrorList errors) {
    FieldRules.invalid(NameFormats.labelValue(value), path, value, errors);
  }
}
