package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.Formats;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Looks through a schema ({@code JSONSchemaProps}) and all that is nested in it. */
public final class Schemas {
  private static final List<String> NAMED =
      List.of("properties", "patternProperties", "definitions", "dependencies");
  private static final List<String> LISTED = List.of("allOf", "anyOf", "oneOf");
  private static final List<String> SINGLE =
      List.of("not", "additionalProperties", "additionalItems");

  private Schemas() {}

  /** Whether {@code wanted} holds of the schema or of any within it. */
  static boolean any(JsonObject schema, Predicate<JsonObject> wanted) {
    return wanted.test(schema) || nested(schema).stream().anyMatch(inner -> any(inner, wanted));
  }

  private static List<JsonObject> nested(JsonObject schema) {
    List<JsonObject> nested = new ArrayList<>();
    if (schema.object("items") instanceof JsonObject items) {
      nested.add(items);
    } else {
      nested.addAll(schema.objects("items"));
    }
    LISTED.forEach(name -> nested.addAll(schema.objects(name)));
    for (String name : SINGLE) {
      if (schema.object(name) instanceof JsonObject inner) {
        nested.add(inner);
      }
    }
    for (String name : NAMED) {
      schema
          .objectOrEmpty(name)
          .values()
          .forEach(value -> {
            if (value instanceof JsonObject inner) {
              nested.add(inner);
            }
          });
    }
    return nested;
  }

  /** The formats of a definition that mean nothing, as often as they occur. */
  public static List<String> unknownFormats(JsonObject definition) {
    List<String> unknown = new ArrayList<>();
    for (JsonObject schema : InternalSpec.of(definition.objectOrEmpty("spec")).schemas()) {
      any(
          schema,
          one -> {
            String format = one.string("format");
            Schema.Type type = StructuralSchemas.parse(one).type();
            if (!format.isEmpty() && !Formats.isKnown(type, format)) {
              unknown.add(format);
            }
            return false;
          });
    }
    return unknown;
  }

  static boolean hasDefault(JsonObject schema) {
    return any(schema, one -> one.has("default"));
  }

  static boolean hasExtension(JsonObject schema) {
    return any(
        schema,
        one ->
            one.bool("x-kubernetes-embedded-resource")
                || one.has("x-kubernetes-preserve-unknown-fields")
                || one.bool("x-kubernetes-int-or-string")
                || !one.strings("x-kubernetes-list-map-keys").isEmpty()
                || one.has("x-kubernetes-list-type")
                || !one.objects("x-kubernetes-validations").isEmpty());
  }
}
