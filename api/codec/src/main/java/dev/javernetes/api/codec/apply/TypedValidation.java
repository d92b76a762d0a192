package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether an applied configuration fits its schema: every field known, every value of its type, no
 * key twice. Worded as structured-merge-diff words it: {@code .spec.replicas: expected numeric (int
 * or float), got string}.
 */
final class TypedValidation {
  private final List<String> errors = new ArrayList<>();

  private TypedValidation() {}

  /** {@code null} if the configuration fits. */
  static @Nullable String complaint(JsonObject configuration, Schema schema) {
    TypedValidation validation = new TypedValidation();
    validation.value(configuration, schema, "");
    if (validation.errors.isEmpty()) {
      return null;
    }
    return validation.errors.size() == 1
        ? validation.errors.getFirst()
        : "errors:\n  " + String.join("\n  ", validation.errors);
  }

  private void value(@Nullable Object value, Schema schema, String path) {
    if (value == null) {
      return;
    }
    if (schema.wireType() == Schema.WireType.QUANTITY
        || schema.intOrString()
        || schema.wireType() == Schema.WireType.INT_OR_STRING) {
      if (value instanceof JsonObject || value instanceof List<?>) {
        add(path, "expected any scalar, got " + PathElements.text(value));
      }
      return;
    }
    switch (schema.type()) {
      case OBJECT -> {
        if (value instanceof JsonObject object) {
          object(object, schema, path);
        } else {
          add(path, "expected map, got " + PathElements.text(value));
        }
      }
      case ARRAY -> {
        if (value instanceof List<?> list) {
          list(list, schema, path);
        } else {
          add(path, "expected list, got " + PathElements.text(value));
        }
      }
      case STRING -> {
        if (!(value instanceof String)) {
          add(path, "expected string, got &value.valueUnstructured{Value:" + goSyntax(value) + "}");
        }
      }
      case INTEGER, NUMBER -> {
        if (!(value instanceof Number)) {
          add(
              path,
              "expected numeric (int or float), got "
                  + dev.javernetes.api.codec.patch.GoPrint.type(value));
        }
      }
      case BOOLEAN -> {
        if (!(value instanceof Boolean)) {
          add(path, "expected boolean, got " + PathElements.text(value));
        }
      }
      case ANY -> {}
    }
  }

  private void object(JsonObject object, Schema schema, String path) {
    boolean bare =
        schema.properties().isEmpty()
            && schema.additionalProperties() == null
            && !schema.preserveUnknownFields();
    if (bare) {
      return;
    }
    for (Map.Entry<String, @Nullable Object> member : object.entrySet()) {
      String at = path + "." + member.getKey();
      Schema type = Topology.member(schema, member.getKey());
      if (type == null) {
        add(at, "field not declared in schema");
        return; // upstream looks no further in this object
      }
      value(member.getValue(), type, at);
    }
  }

  private void list(List<?> list, Schema schema, String path) {
    Topology.Kind kind = Topology.of(schema, list);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String element;
      if (kind == Topology.Kind.ATOMIC) {
        element = PathElements.index(i);
      } else {
        try {
          element = Topology.element(schema, list.get(i));
        } catch (IllegalArgumentException unusable) {
          add(path, "element " + i + ": " + unusable.getMessage());
          return;
        }
        if (!seen.add(element)) {
          add(path, "duplicate entries for key " + PathElements.shown(element));
        }
      }
      value(list.get(i), Topology.items(schema), path + PathElements.shown(element));
    }
  }

  private void add(String path, String message) {
    errors.add(path.isEmpty() ? message : path + ": " + message);
  }

  private static String goSyntax(Object value) {
    return switch (value) {
      case JsonObject object ->
          object.entrySet().stream()
              .map(member ->
                  PathElements.text(member.getKey())
                      + ":"
                      + (member.getValue() == null
                          ? "interface {}(nil)"
                          : goSyntax(member.getValue())))
              .collect(java.util.stream.Collectors.joining(", ", "map[string]interface {}{", "}"));
      case List<?> list ->
          list.stream()
              .map(element -> element == null ? "interface {}(nil)" : goSyntax(element))
              .collect(java.util.stream.Collectors.joining(", ", "[]interface {}{", "}"));
      default -> PathElements.text(value);
    };
  }
}
