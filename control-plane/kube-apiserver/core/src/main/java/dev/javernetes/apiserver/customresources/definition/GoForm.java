package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Versions and schemas as upstream shows them in errors: its internal types, every field by its
 * name in Go, set or not.
 */
final class GoForm {
  private static final List<String> POINTERS = List.of("maximum", "minimum", "multipleOf");

  private GoForm() {}

  static List<Object> versions(List<JsonObject> versions) {
    List<Object> shown = new ArrayList<>();
    versions.forEach(version -> shown.add(version(version)));
    return shown;
  }

  private static JsonObject version(JsonObject version) {
    JsonObject schema = version.object("schema");
    return JsonObject.of(
        "Name", version.string("name"),
        "Served", version.bool("served"),
        "Storage", version.bool("storage"),
        "Deprecated", version.bool("deprecated"),
        "DeprecationWarning", version.get("deprecationWarning"),
        "Schema",
            schema == null
                ? null
                : JsonObject.of("OpenAPIV3Schema", schema(schema.object("openAPIV3Schema"))),
        "Subresources", subresources(version.object("subresources")),
        "AdditionalPrinterColumns", columns(version.objects("additionalPrinterColumns")),
        "SelectableFields", fields(version.objects("selectableFields")));
  }

  private static @Nullable JsonObject subresources(@Nullable JsonObject subresources) {
    if (subresources == null) {
      return null;
    }
    JsonObject scale = subresources.object("scale");
    return JsonObject.of(
        "Status",
        subresources.get("status"),
        "Scale",
        scale == null
            ? null
            : JsonObject.of(
                "SpecReplicasPath", scale.string("specReplicasPath"),
                "StatusReplicasPath", scale.string("statusReplicasPath"),
                "LabelSelectorPath", scale.get("labelSelectorPath")));
  }

  private static @Nullable List<Object> columns(List<JsonObject> columns) {
    if (columns.isEmpty()) {
      return null;
    }
    List<Object> shown = new ArrayList<>();
    for (JsonObject column : columns) {
      shown.add(
          JsonObject.of(
              "Name", column.string("name"),
              "Type", column.string("type"),
              "Format", column.string("format"),
              "Description", column.string("description"),
              "Priority", column.integer("priority"),
              "JSONPath", column.string("jsonPath")));
    }
    return shown;
  }

  private static @Nullable List<Object> fields(List<JsonObject> fields) {
    if (fields.isEmpty()) {
      return null;
    }
    List<Object> shown = new ArrayList<>();
    fields.forEach(field -> shown.add(JsonObject.of("JSONPath", field.string("jsonPath"))));
    return shown;
  }

  static @Nullable JsonObject schema(@Nullable JsonObject props) {
    if (props == null) {
      return null;
    }
    JsonObject shown = new JsonObject();
    shown.put("ID", props.string("id"));
    shown.put("Schema", props.string("$schema"));
    shown.put("Ref", props.get("$ref"));
    for (String name : List.of("description", "type")) {
      shown.put(goName(name), props.string(name));
    }
    shown.put("Nullable", props.bool("nullable"));
    for (String name : List.of("format", "title")) {
      shown.put(goName(name), props.string(name));
    }
    shown.put("Default", props.get("default"));
    for (String name : List.of("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum")) {
      shown.put(
          goName(name), POINTERS.contains(name) ? props.get(name) : (Object) props.bool(name));
    }
    shown.put("MaxLength", props.get("maxLength"));
    shown.put("MinLength", props.get("minLength"));
    shown.put("Pattern", props.string("pattern"));
    shown.put("MaxItems", props.get("maxItems"));
    shown.put("MinItems", props.get("minItems"));
    shown.put("UniqueItems", props.bool("uniqueItems"));
    for (String name :
        List.of("multipleOf", "enum", "maxProperties", "minProperties", "required")) {
      shown.put(goName(name), props.get(name));
    }
    shown.put("Items", items(props.get("items")));
    for (String name : List.of("allOf", "oneOf", "anyOf")) {
      shown.put(goName(name), props.has(name) ? list(props.objects(name)) : null);
    }
    shown.put("Not", schema(props.object("not")));
    shown.put("Properties", map(props.object("properties")));
    shown.put("AdditionalProperties", orBool(props.get("additionalProperties")));
    shown.put("PatternProperties", map(props.object("patternProperties")));
    shown.put("Dependencies", dependencies(props.object("dependencies")));
    shown.put("AdditionalItems", orBool(props.get("additionalItems")));
    shown.put("Definitions", map(props.object("definitions")));
    JsonObject docs = props.object("externalDocs");
    shown.put(
        "ExternalDocs",
        docs == null
            ? null
            : JsonObject.of("Description", docs.string("description"), "URL", docs.string("url")));
    shown.put("Example", props.get("example"));
    extensions(props, shown);
    return shown;
  }

  private static void extensions(JsonObject props, JsonObject shown) {
    shown.put("XPreserveUnknownFields", props.get("x-kubernetes-preserve-unknown-fields"));
    shown.put("XEmbeddedResource", props.bool("x-kubernetes-embedded-resource"));
    shown.put("XIntOrString", props.bool("x-kubernetes-int-or-string"));
    shown.put("XListMapKeys", props.get("x-kubernetes-list-map-keys"));
    shown.put("XListType", props.get("x-kubernetes-list-type"));
    shown.put("XMapType", props.get("x-kubernetes-map-type"));
    List<Object> rules = new ArrayList<>();
    props.objects("x-kubernetes-validations").forEach(rule -> rules.add(rule(rule)));
    shown.put("XValidations", rules.isEmpty() ? null : rules);
  }

  static JsonObject rule(JsonObject rule) {
    return JsonObject.of(
        "Rule", rule.string("rule"),
        "Message", rule.string("message"),
        "MessageExpression", rule.string("messageExpression"),
        "Reason", rule.get("reason"),
        "FieldPath", rule.string("fieldPath"),
        "OptionalOldSelf", rule.get("optionalOldSelf"));
  }

  static @Nullable JsonObject items(@Nullable Object items) {
    return switch (items) {
      case JsonObject one -> JsonObject.of("Schema", schema(one), "JSONSchemas", null);
      case List<?> several -> {
        List<JsonObject> schemas = new ArrayList<>();
        several.forEach(one -> {
          if (one instanceof JsonObject schema) {
            schemas.add(schema);
          }
        });
        yield JsonObject.of("Schema", null, "JSONSchemas", list(schemas));
      }
      case null, default -> null;
    };
  }

  private static @Nullable JsonObject orBool(@Nullable Object value) {
    return switch (value) {
      case JsonObject one -> JsonObject.of("Allows", true, "Schema", schema(one));
      case Boolean allows -> JsonObject.of("Allows", allows, "Schema", null);
      case null, default -> null;
    };
  }

  private static List<Object> list(List<JsonObject> schemas) {
    List<Object> shown = new ArrayList<>();
    schemas.forEach(schema -> shown.add(schema(schema)));
    return shown;
  }

  /** Go writes a map's keys in order. */
  private static @Nullable JsonObject map(@Nullable JsonObject schemas) {
    if (schemas == null) {
      return null;
    }
    JsonObject shown = new JsonObject();
    for (Map.Entry<String, @Nullable Object> entry : new TreeMap<>(schemas).entrySet()) {
      shown.put(entry.getKey(), entry.getValue() instanceof JsonObject one ? schema(one) : null);
    }
    return shown;
  }

  private static @Nullable JsonObject dependencies(@Nullable JsonObject dependencies) {
    if (dependencies == null) {
      return null;
    }
    JsonObject shown = new JsonObject();
    new TreeMap<>(dependencies)
        .forEach((name, value) ->
            shown.put(
                name,
                value instanceof JsonObject one
                    ? JsonObject.of("Schema", schema(one), "Property", null)
                    : JsonObject.of("Schema", null, "Property", value)));
    return shown;
  }

  private static String goName(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
