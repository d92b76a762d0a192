package dev.javernetes.apiserver.customresources.definition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a schema is structural: types stand outside of {@code allOf anyOf oneOf not}, and what is
 * said inside of those is said of fields that stand outside too.
 */
public final class StructuralRules {
  private static final List<String> UNSUPPORTED =
      List.of("patternProperties", "dependencies", "additionalItems", "definitions");
  private static final List<String> JUNCTORS = List.of("anyOf", "allOf", "oneOf");

  private enum Level {
    ROOT,
    ITEM,
    FIELD
  }

  private final ErrorList errors = new ErrorList();

  private StructuralRules() {}

  /** What keeps the schema from being structural, in upstream's order: by text. */
  public static ErrorList check(JsonObject schema, FieldPath path) {
    StructuralRules rules = new StructuralRules();
    rules.schema(schema, Level.ROOT, path);
    rules.complete(schema, schema, path, path);
    List<FieldError> sorted = new ArrayList<>(rules.errors.asList());
    sorted.sort(Comparator.comparing(FieldError::toString));
    ErrorList result = new ErrorList();
    sorted.forEach(result::add);
    return result;
  }

  /** Why a schema cannot even be read as a structural one; {@code null} if it can. */
  public static @Nullable String unreadable(JsonObject schema) {
    if (!schema.string("id").isEmpty()) {
      return "OpenAPIV3Schema 'id' is not supported";
    }
    if (!schema.string("$schema").isEmpty()) {
      return "OpenAPIV3Schema 'schema' is not supported";
    }
    if (!schema.string("$ref").isEmpty()) {
      return "OpenAPIV3Schema '$ref' is not supported";
    }
    for (String name : UNSUPPORTED) {
      if (schema.has(name)
          && (name.equals("additionalItems") || !schema.objectOrEmpty(name).isEmpty())) {
        return "OpenAPIV3Schema '" + name + "' is not supported";
      }
    }
    List<JsonObject> first = new ArrayList<>();
    if (schema.object("not") instanceof JsonObject not) {
      first.add(not);
    }
    for (String name : List.of("allOf", "anyOf", "oneOf")) {
      first.addAll(schema.objects(name));
    }
    String problem = firstUnreadable(first);
    if (problem != null) {
      return problem;
    }
    if (Boolean.FALSE.equals(schema.boolOrNull("x-kubernetes-preserve-unknown-fields"))) {
      return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
    }
    if (schema.array("items") instanceof List<?> items && !items.isEmpty()) {
      return "OpenAPIV3Schema 'items' must be a schema, but is an array";
    }
    List<JsonObject> rest = new ArrayList<>();
    if (schema.object("items") instanceof JsonObject items) {
      rest.add(items);
    }
    schema
        .objectOrEmpty("properties")
        .values()
        .forEach(value -> {
          if (value instanceof JsonObject property) {
            rest.add(property);
          }
        });
    if (schema.object("additionalProperties") instanceof JsonObject values) {
      rest.add(values);
    }
    return firstUnreadable(rest);
  }

  private static @Nullable String firstUnreadable(List<JsonObject> schemas) {
    for (JsonObject schema : schemas) {
      String problem = unreadable(schema);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private void schema(JsonObject s, Level level, FieldPath path) {
    String type = s.string("type");
    JsonObject items = s.object("items");
    if (type.equals("array") && items == null) {
      errors.required(path.child("items"), "must be specified");
    }
    if (items != null) {
      schema(items, Level.ITEM, path.child("items"));
    }
    JsonObject properties = s.objectOrEmpty("properties");
    properties.forEach((name, value) -> {
      if (value instanceof JsonObject property) {
        schema(property, Level.FIELD, path.child("properties").key(name));
      }
    });
    if (s.has("additionalProperties")) {
      FieldPath at = path.child("additionalProperties");
      if (level == Level.ROOT) {
        errors.forbidden(at, "must not be used at the root");
      }
      if (s.object("additionalProperties") instanceof JsonObject values) {
        schema(values, Level.FIELD, at);
      }
    }
    extensions(s, path);
    boolean intOrString = isIntOrString(s.objects("anyOf"));
    List<JsonObject> allOf = s.objects("allOf");
    boolean firstOfAll = !allOf.isEmpty() && isIntOrString(allOf.getFirst().objects("anyOf"));
    valueRules(s, intOrString, firstOfAll, path);
    typeRules(s, type, level, path);
    boolean resource = level == Level.ROOT || s.bool("x-kubernetes-embedded-resource");
    if (resource) {
      for (String name : List.of("kind", "apiVersion")) {
        JsonObject property = properties.object(name);
        if (property != null && !property.string("type").equals("string")) {
          errors.invalid(
              path.child("properties").key(name).child("type"),
              property.string("type"),
              "must be string");
        }
      }
    }
    if (properties.object("metadata") instanceof JsonObject metadata) {
      metadata(metadata, resource, level, path.child("properties").key("metadata"));
    }
    if (s.bool("x-kubernetes-embedded-resource")
        && !s.bool("x-kubernetes-preserve-unknown-fields")
        && properties.isEmpty()) {
      errors.required(
          path.child("properties"),
          "must not be empty if x-kubernetes-embedded-resource is true without"
              + " x-kubernetes-preserve-unknown-fields");
    }
  }

  private void typeRules(JsonObject s, String type, Level level, FieldPath path) {
    boolean embedded = s.bool("x-kubernetes-embedded-resource");
    FieldPath at = path.child("type");
    if (embedded && !type.equals("object")) {
      String must = "must be object if x-kubernetes-embedded-resource is true";
      if (type.isEmpty()) {
        errors.required(at, must);
      } else {
        errors.invalid(at, type, must);
      }
    } else if (type.isEmpty()
        && !s.bool("x-kubernetes-int-or-string")
        && !s.bool("x-kubernetes-preserve-unknown-fields")) {
      errors.required(
          at,
          switch (level) {
            case ROOT -> "must not be empty at the root";
            case ITEM -> "must not be empty for specified array items";
            case FIELD -> "must not be empty for specified object fields";
          });
    }
    if (embedded && s.has("additionalProperties")) {
      errors.forbidden(
          path.child("additionalProperties"),
          "must not be used if x-kubernetes-embedded-resource is set");
    }
    if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
      errors.invalid(at, type, "must be object at the root");
    }
  }

  private void metadata(JsonObject metadata, boolean resource, Level level, FieldPath path) {
    String type = metadata.string("type");
    if (resource && !type.equals("object")) {
      errors.invalid(path.child("type"), type, "must be object");
    }
    if (level != Level.ROOT) {
      return;
    }
    JsonObject rest = new JsonObject(metadata);
    rest.remove("type");
    rest.remove("default");
    JsonObject properties = metadata.objectOrEmpty("properties");
    if (List.of("name", "generateName").containsAll(properties.keySet())) {
      rest.remove("properties");
    }
    rest.values().removeIf(StructuralRules::isZero);
    if (!rest.isEmpty()) {
      errors.forbidden(
          path,
          "must not specify anything other than name and generateName, but metadata is implicitly"
              + " specified");
    }
  }

  private static boolean isZero(@Nullable Object value) {
    return value == null
        || value.equals("")
        || value.equals(false)
        || value instanceof List<?> list && list.isEmpty();
  }

  private void extensions(JsonObject s, FieldPath path) {
    if (!s.bool("x-kubernetes-int-or-string")) {
      return;
    }
    for (String name :
        List.of("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")) {
      if (s.bool(name)) {
        errors.invalid(
            path.child(name), true, "must be false if x-kubernetes-int-or-string is true");
      }
    }
  }

  /**
   * {@code anyOf: [{type: integer}, {type: string}]}: the one place where types may stand inside.
   */
  private static boolean isIntOrString(List<JsonObject> anyOf) {
    return anyOf.equals(List.of(JsonObject.of("type", "integer"), JsonObject.of("type", "string")));
  }

  private void valueRules(
      JsonObject s, boolean skipAnyOf, boolean skipInFirstOfAll, FieldPath path) {
    for (String junctor : JUNCTORS) {
      if (junctor.equals("anyOf") && skipAnyOf) {
        continue;
      }
      List<JsonObject> schemas = s.objects(junctor);
      for (int i = 0; i < schemas.size(); i++) {
        boolean skip = junctor.equals("allOf") && skipInFirstOfAll && i == 0;
        nested(schemas.get(i), skip, path.child(junctor).index(i));
      }
    }
    if (s.object("not") instanceof JsonObject not) {
      nested(not, false, path.child("not"));
    }
    String pattern = s.string("pattern");
    if (!pattern.isEmpty()) {
      try {
        Pattern.compile(pattern);
      } catch (PatternSyntaxException unreadable) {
        errors.invalid(
            path.child("pattern"),
            pattern,
            "must be a valid regular expression, but isn't: " + unreadable.getMessage());
      }
    }
  }

  private void nested(JsonObject v, boolean skipAnyOf, FieldPath path) {
    valueRules(v, skipAnyOf, false, path);
    if (v.object("items") instanceof JsonObject items) {
      nested(items, false, path.child("items"));
    }
    JsonObject properties = v.objectOrEmpty("properties");
    properties.forEach((name, value) -> {
      if (value instanceof JsonObject property) {
        nested(property, false, path.child("properties").key(name));
      }
    });
    empty(v, "type", !v.string("type").isEmpty(), path);
    if (v.object("additionalProperties") != null || v.bool("additionalProperties")) {
      errors.forbidden(path.child("additionalProperties"), "must be undefined to be structural");
    }
    if (v.has("default")) {
      errors.forbidden(path.child("default"), "must be undefined to be structural");
    }
    empty(v, "title", !v.string("title").isEmpty(), path);
    empty(v, "description", !v.string("description").isEmpty(), path);
    for (String name :
        List.of(
            "nullable",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource",
            "x-kubernetes-int-or-string")) {
      if (v.bool(name)) {
        errors.forbidden(path.child(name), "must be false to be structural");
      }
    }
    String keys = "x-kubernetes-list-map-keys";
    empty(v, keys, !v.strings(keys).isEmpty(), path);
    for (String name : List.of("x-kubernetes-list-type", "x-kubernetes-map-type")) {
      if (v.has(name)) {
        errors.forbidden(path.child(name), "must be undefined to be structural");
      }
    }
    String rules = "x-kubernetes-validations";
    empty(v, rules, !v.objects(rules).isEmpty(), path);
    if (properties.has("metadata")) {
      errors.forbidden(
          path.child("properties").key("metadata"), "must not be specified in a nested context");
    }
  }

  private void empty(JsonObject v, String name, boolean given, FieldPath path) {
    if (given) {
      errors.forbidden(path.child(name), "must be empty to be structural");
    }
  }

  /** What the junctors of {@code v} speak of must be part of {@code s}. */
  private void complete(JsonObject v, JsonObject s, FieldPath sPath, FieldPath vPath) {
    if (v.object("not") instanceof JsonObject not) {
      completeNested(not, s, sPath, vPath.child("not"));
    }
    for (String junctor : JUNCTORS) {
      List<JsonObject> schemas = v.objects(junctor);
      for (int i = 0; i < schemas.size(); i++) {
        completeNested(schemas.get(i), s, sPath, vPath.child(junctor).index(i));
      }
    }
  }

  private void completeNested(
      JsonObject v, @Nullable JsonObject s, FieldPath sPath, FieldPath vPath) {
    if (s == null) {
      errors.required(sPath, "because it is defined in " + vPath);
      return;
    }
    complete(v, s, sPath, vPath);
    if (v.object("items") instanceof JsonObject items) {
      completeNested(items, s.object("items"), sPath.child("items"), vPath.child("items"));
    }
    JsonObject known = s.objectOrEmpty("properties");
    v.objectOrEmpty("properties")
        .forEach((name, value) -> {
          if (value instanceof JsonObject property) {
            completeNested(
                property,
                known.object(name),
                sPath.child("properties").key(name),
                vPath.child("properties").key(name));
          }
        });
  }
}
