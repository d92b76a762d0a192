package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.TreeMap;

/** Whether the defaults of a schema keep the rules that stand at them and below. */
public final class RuleDefaults {
  private RuleDefaults() {}

  /** For a structural schema whose defaults are valid otherwise. */
  public static void validate(JsonObject schema, FieldPath path, ErrorList errors) {
    part(schema, path, true, errors);
  }

  private static void part(JsonObject schema, FieldPath path, boolean root, ErrorList errors) {
    Object value = schema.get("default");
    ObjectRules rules =
        value == null
            ? null
            : ObjectRules.of(schema, root || schema.bool("x-kubernetes-embedded-resource"));
    if (value != null && rules != null) {
      rules.validateDefault(value, path.child("default"), errors);
    }
    // not below additionalProperties: defaults are forbidden there
    if (schema.object("items") instanceof JsonObject items) {
      part(items, path.child("items"), false, errors);
    }
    new TreeMap<>(schema.objectOrEmpty("properties"))
        .forEach((name, property) -> {
          if (property instanceof JsonObject inner) {
            part(inner, path.child("properties").key(name), false, errors);
          }
        });
  }
}
