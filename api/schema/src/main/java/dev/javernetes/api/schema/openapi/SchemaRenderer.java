package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Constraints;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Schemas as OpenAPI writes them. Version 3 wraps a reference that has company in {@code allOf} and
 * shows defaults; version 2 does neither.
 */
final class SchemaRenderer {
  private static final String DELETE_OPTIONS = Operations.META + "DeleteOptions";
  private static final String WATCH_EVENT = Operations.META + "WatchEvent";
  private static final String POSSIBLE = "Possible enum values:";

  private final boolean v3;
  private final Function<String, Schema> types;
  private final Map<String, GroupVersionKind> kinds;
  private final Collection<GroupVersion> groups;
  private final Map<String, List<String>> selectableFields;

  /**
   * A renderer.
   *
   * @param kinds the kind of each type that is one
   * @param groups those that delete options and watch events can claim to be of
   * @param selectableFields of custom types
   */
  SchemaRenderer(
      boolean v3,
      Function<String, Schema> types,
      Map<String, GroupVersionKind> kinds,
      Collection<GroupVersion> groups,
      Map<String, List<String>> selectableFields) {
    this.v3 = v3;
    this.types = types;
    this.kinds = kinds;
    this.groups = groups;
    this.selectableFields = selectableFields;
  }

  /** The types and all they refer to, by name. */
  JsonObject definitions(Collection<String> roots) {
    TreeMap<String, JsonObject> rendered = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!rendered.containsKey(name)) {
        rendered.put(name, definition(name, open));
      }
    }
    return new JsonObject(rendered);
  }

  private JsonObject definition(String name, Deque<String> references) {
    JsonObject out = new JsonObject();
    Schema type = types.apply(name);
    describe(out, type);
    content(out, type, references);
    List<JsonObject> groupKinds = groupKinds(name);
    if (!groupKinds.isEmpty()) {
      out.put("x-kubernetes-group-version-kind", new ArrayList<@Nullable Object>(groupKinds));
    }
    List<@Nullable Object> selectable = new ArrayList<>();
    for (String field : selectableFields.getOrDefault(name, List.of())) {
      selectable.add(JsonObject.of("fieldPath", field));
    }
    if (!selectable.isEmpty()) {
      out.put("x-kubernetes-selectable-fields", selectable);
    }
    return out;
  }

  private List<JsonObject> groupKinds(String name) {
    GroupVersionKind kind =
        name.equals(WATCH_EVENT) ? new GroupVersionKind("", "v1", "WatchEvent") : kinds.get(name);
    if (kind == null) {
      return List.of();
    }
    List<JsonObject> all = new ArrayList<>();
    all.add(groupKind(kind));
    if (name.equals(DELETE_OPTIONS) || name.equals(WATCH_EVENT)) {
      for (GroupVersion group : groups) {
        if (!group.equals(kind.groupVersion())) {
          all.add(groupKind(group.kind(kind.kind())));
        }
      }
    }
    return all;
  }

  static JsonObject groupKind(GroupVersionKind kind) {
    return JsonObject.of("group", kind.group(), "kind", kind.kind(), "version", kind.version());
  }

  private static void describe(JsonObject out, Schema schema) {
    String text = schema.description();
    if (!schema.enumeration().isEmpty()) {
      StringBuilder values = new StringBuilder(text);
      values.append(text.isEmpty() ? "" : "\n\n").append(POSSIBLE);
      for (String value : schema.enumeration()) {
        values.append("\n - `\"").append(value).append("\"`");
      }
      text = values.toString();
    }
    if (!text.isEmpty()) {
      out.put("description", text);
    }
  }

  private JsonObject schema(Schema schema, Deque<String> references, List<String> enumeration) {
    JsonObject out = new JsonObject();
    String reference = schema.reference();
    if (reference != null) {
      references.push(reference);
      reference(out, schema, (v3 ? "#/components/schemas/" : "#/definitions/") + reference);
      return out;
    }
    describe(out, schema);
    defaults(out, schema);
    if (!enumeration.isEmpty()) {
      out.put("enum", new ArrayList<@Nullable Object>(enumeration));
    }
    content(out, schema, references);
    merging(out, schema);
    return out;
  }

  private void defaults(JsonObject out, Schema schema) {
    Object value = schema.defaultValue();
    if (value == null) {
      value = schema.zeroDefault();
    }
    if (v3 && value != null) {
      out.put("default", value);
    }
  }

  private void reference(JsonObject out, Schema schema, String target) {
    describe(out, schema);
    defaults(out, schema);
    merging(out, schema);
    if (v3 && !out.isEmpty()) {
      out.put("allOf", new ArrayList<@Nullable Object>(List.of(JsonObject.of("$ref", target))));
    } else {
      out.put("$ref", target);
    }
  }

  private void merging(JsonObject out, Schema schema) {
    String mergeKey = schema.patchMergeKey();
    if (mergeKey != null) {
      out.put("x-kubernetes-patch-merge-key", mergeKey);
    }
    if (!schema.patchStrategies().isEmpty()) {
      TreeSet<String> strategies = new TreeSet<>();
      for (Schema.PatchStrategy strategy : schema.patchStrategies()) {
        strategies.add(
            strategy == Schema.PatchStrategy.RETAIN_KEYS
                ? "retainKeys"
                : strategy.name().toLowerCase(Locale.ROOT));
      }
      out.put("x-kubernetes-patch-strategy", String.join(",", strategies));
    }
    if (schema.reference() != null) {
      Schema.MapType own = schema.mapType();
      if (own != null && own != schema.resolve().mapType()) {
        out.put("x-kubernetes-map-type", own.name().toLowerCase(Locale.ROOT));
      }
      return; // all else is said by the type
    }
    Schema.ListType listType = schema.listType();
    if (listType != null) {
      out.put("x-kubernetes-list-type", listType.name().toLowerCase(Locale.ROOT));
    }
    if (!schema.listMapKeys().isEmpty()) {
      out.put("x-kubernetes-list-map-keys", new ArrayList<@Nullable Object>(schema.listMapKeys()));
    }
    Schema.MapType mapType = schema.mapType();
    if (mapType != null && schema.type() == Schema.Type.OBJECT) {
      out.put("x-kubernetes-map-type", mapType.name().toLowerCase(Locale.ROOT));
    }
  }

  private void content(JsonObject out, Schema schema, Deque<String> references) {
    if (schema.wireType() == Schema.WireType.INT_OR_STRING) {
      intOrString(out);
      return;
    }
    if (v3 && schema.wireType() == Schema.WireType.QUANTITY) {
      out.put("oneOf", oneOf("string", "number"));
      return;
    }
    switch (schema.type()) {
      case OBJECT -> object(out, schema, references);
      case ARRAY -> {
        out.put("type", "array");
        Schema items = schema.items();
        if (items != null) {
          out.put("items", schema(items, references, schema.enumeration()));
          out.remove("enum");
        }
      }
      case STRING, INTEGER, NUMBER, BOOLEAN ->
          out.put("type", schema.type().name().toLowerCase(Locale.ROOT));
      case ANY -> {}
    }
    if (!schema.format().isEmpty()) {
      out.put("format", schema.format());
    }
    flags(out, schema);
    constraints(out, schema.constraints(), references);
  }

  private void object(JsonObject out, Schema schema, Deque<String> references) {
    out.put("type", "object");
    if (!schema.properties().isEmpty()) {
      JsonObject properties = new JsonObject();
      new TreeMap<>(schema.properties())
          .forEach((name, property) ->
              properties.put(
                  name,
                  schema(
                      property,
                      references,
                      property.type() == Schema.Type.ARRAY || property.isMap()
                          ? List.of()
                          : property.enumeration())));
      out.put("properties", properties);
    }
    if (!schema.required().isEmpty()) {
      out.put("required", required(schema));
    }
    Schema values = schema.additionalProperties();
    if (values != null) {
      out.put(
          "additionalProperties",
          values.isUnspecified() ? true : schema(values, references, schema.enumeration()));
    } else if (schema.closed()) {
      out.put("additionalProperties", false);
    }
    Schema.MapType mapType = schema.mapType();
    if (mapType != null) {
      out.put("x-kubernetes-map-type", mapType.name().toLowerCase(Locale.ROOT));
    }
  }

  /** In the order of the properties, then those that no property stands for. */
  private List<@Nullable Object> required(Schema schema) {
    if (schema.constraints() != Constraints.NONE) {
      return new ArrayList<>(schema.required()); // as a definition has them
    }
    List<@Nullable Object> names = new ArrayList<>();
    TreeSet<String> rest = new TreeSet<>(schema.required());
    for (String name : schema.properties().keySet()) {
      if (rest.remove(name)) {
        names.add(name);
      }
    }
    names.addAll(rest);
    return names;
  }

  private void intOrString(JsonObject out) {
    out.put("format", "int-or-string");
    if (v3) {
      out.put("oneOf", oneOf("integer", "string"));
    } else {
      out.put("type", "string");
    }
  }

  private static List<@Nullable Object> oneOf(String... types) {
    List<@Nullable Object> all = new ArrayList<>();
    for (String type : types) {
      all.add(JsonObject.of("type", type));
    }
    return all;
  }

  private static void flags(JsonObject out, Schema schema) {
    if (schema.nullable()) {
      out.put("nullable", true);
    }
    if (schema.preserveUnknownFields()) {
      out.put("x-kubernetes-preserve-unknown-fields", true);
    }
    if (schema.embeddedResource()) {
      out.put("x-kubernetes-embedded-resource", true);
    }
    if (schema.intOrString()) {
      out.put("x-kubernetes-int-or-string", true);
    }
  }

  /** What a custom resource definition asks for. */
  private void constraints(JsonObject out, Constraints c, Deque<String> references) {
    if (c == Constraints.NONE) {
      return;
    }
    put(out, "minimum", c.minimum());
    put(out, "exclusiveMinimum", c.exclusiveMinimum() ? true : null);
    put(out, "maximum", c.maximum());
    put(out, "exclusiveMaximum", c.exclusiveMaximum() ? true : null);
    put(out, "multipleOf", c.multipleOf());
    put(out, "minLength", c.minLength());
    put(out, "maxLength", c.maxLength());
    put(out, "pattern", c.pattern());
    put(out, "minItems", c.minItems());
    put(out, "maxItems", c.maxItems());
    put(out, "uniqueItems", c.uniqueItems() ? true : null);
    put(out, "minProperties", c.minProperties());
    put(out, "maxProperties", c.maxProperties());
    if (!c.enumeration().isEmpty()) {
      out.put("enum", new ArrayList<>(c.enumeration()));
    }
    schemas(out, "allOf", c.allOf(), references);
    schemas(out, "anyOf", c.anyOf(), references);
    schemas(out, "oneOf", c.oneOf(), references);
    Schema not = c.not();
    put(out, "not", not == null ? null : schema(not, references, List.of()));
    if (!c.rules().isEmpty()) {
      List<@Nullable Object> rules = new ArrayList<>();
      for (Constraints.ValidationRule rule : c.rules()) {
        JsonObject one = JsonObject.of("rule", rule.rule());
        put(one, "message", rule.message());
        put(one, "messageExpression", rule.messageExpression());
        put(one, "reason", rule.reason());
        put(one, "fieldPath", rule.fieldPath());
        put(one, "optionalOldSelf", rule.optionalOldSelf());
        rules.add(one);
      }
      out.put("x-kubernetes-validations", rules);
    }
  }

  private void schemas(JsonObject out, String name, List<Schema> all, Deque<String> references) {
    if (!all.isEmpty()) {
      List<@Nullable Object> rendered = new ArrayList<>();
      all.forEach(one -> rendered.add(schema(one, references, List.of())));
      out.put(name, rendered);
    }
  }

  private static void put(JsonObject out, String name, @Nullable Object value) {
    if (value != null && !value.equals("")) {
      out.put(name, value);
    }
  }
}
