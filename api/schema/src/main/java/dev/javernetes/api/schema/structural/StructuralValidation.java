package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Constraints;
import dev.javernetes.api.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks a value against a structural schema, in upstream's words: {@code spec.size: Invalid value:
 * 9: spec.size in body should be less than or equal to 5}.
 */
public final class StructuralValidation {
  private static final int PATTERN_CACHE = 1_000;

  private final Map<String, Predicate<String>> patterns = new ConcurrentHashMap<>();
  private final PatternCompiler compiler;

  /** Compiles a pattern of Go's syntax; its matches are searched for, not anchored. */
  @FunctionalInterface
  public interface PatternCompiler {
    Predicate<String> compile(String pattern);
  }

  public StructuralValidation(PatternCompiler compiler) {
    this.compiler = compiler;
  }

  /** Checks a whole object; metadata is not looked at. */
  public void validate(JsonObject object, Schema schema, ErrorList errors) {
    required(object, schema, FieldPath.ROOT, errors);
    for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
      String name = property.getKey();
      if (object.containsKey(name)
          && !name.equals("metadata")
          && !name.equals("apiVersion")
          && !name.equals("kind")) {
        value(object.get(name), property.getValue(), FieldPath.of(name), errors);
      }
    }
    combined(object, schema, FieldPath.ROOT, errors);
  }

  private void value(@Nullable Object value, Schema schema, FieldPath path, ErrorList errors) {
    if (value == null) {
      if (!schema.nullable() && schema.type() != Schema.Type.ANY) {
        wrongType(path, schema, "null", errors);
      }
      return;
    }
    if (schema.intOrString()) {
      if (!(value instanceof String) && !isInteger(value)) {
        wrongType(path, schema, typeOf(value), errors);
        return;
      }
    } else if (!fits(value, schema.type())) {
      wrongType(path, schema, typeOf(value), errors);
      return;
    }
    Constraints constraints = schema.constraints();
    if (!constraints.enumeration().isEmpty() && !isOneOf(value, constraints.enumeration())) {
      List<String> shown = new ArrayList<>();
      constraints.enumeration().forEach(one -> shown.add(Json.text(one)));
      errors.add(
          new FieldError(
              FieldError.Type.NOT_SUPPORTED,
              path.toString(),
              value,
              "supported values: " + String.join(", ", shown),
              false));
    }
    switch (value) {
      case String text -> string(text, schema, path, errors);
      case Number number -> number(number, constraints, path, errors);
      case List<?> list -> list(list, schema, path, errors);
      case JsonObject object -> object(object, schema, path, errors);
      default -> {}
    }
    combined(value, schema, path, errors);
  }

  private void object(JsonObject object, Schema schema, FieldPath path, ErrorList errors) {
    Constraints constraints = schema.constraints();
    Long least = constraints.minProperties();
    Long most = constraints.maxProperties();
    if (most != null && object.size() > most) {
      errors.tooMany(path, object.size(), most.intValue());
    }
    if (least != null && object.size() < least) {
      errors.invalid(
          path, object.size(), path + " in body should have at least " + least + " properties");
    }
    required(object, schema, path, errors);
    object.forEach((name, inner) -> {
      Schema property = schema.property(name);
      if (property != null) {
        value(inner, property, path.child(name), errors);
      } else if (schema.additionalProperties() instanceof Schema values) {
        value(inner, values, path.key(name), errors);
      }
    });
  }

  private static void required(JsonObject object, Schema schema, FieldPath path, ErrorList errors) {
    schema.required().stream()
        .sorted()
        .forEach(name -> {
          if (!object.containsKey(name)) {
            errors.required(path.child(name), "");
          }
        });
  }

  private void list(List<?> list, Schema schema, FieldPath path, ErrorList errors) {
    Constraints constraints = schema.constraints();
    Long least = constraints.minItems();
    Long most = constraints.maxItems();
    if (most != null && list.size() > most) {
      errors.tooMany(path, list.size(), most.intValue());
    }
    if (least != null && list.size() < least) {
      errors.invalid(path, list.size(), path + " in body should have at least " + least + " items");
    }
    if (constraints.uniqueItems() && new HashSet<>(list).size() < list.size()) {
      errors.invalid(path, new ArrayList<>(list), path + " in body shouldn't contain duplicates");
    }
    if (schema.items() instanceof Schema items) {
      for (int i = 0; i < list.size(); i++) {
        value(list.get(i), items, path.index(i), errors);
      }
    }
    duplicates(list, schema, path, errors);
  }

  private static void duplicates(List<?> list, Schema schema, FieldPath path, ErrorList errors) {
    if (schema.listType() != Schema.ListType.SET && schema.listType() != Schema.ListType.MAP) {
      return;
    }
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      Object element = list.get(i);
      Object key = element;
      if (schema.listType() == Schema.ListType.MAP && element instanceof JsonObject object) {
        JsonObject keys = new JsonObject();
        for (String name : schema.listMapKeys()) {
          if (object.containsKey(name)) {
            keys.put(name, object.get(name));
          }
        }
        key = keys;
      }
      if (key != null && !seen.add(key)) {
        errors.duplicate(path.index(i), key);
      }
    }
  }

  private void string(String text, Schema schema, FieldPath path, ErrorList errors) {
    Constraints constraints = schema.constraints();
    int length = text.codePointCount(0, text.length());
    Long most = constraints.maxLength();
    if (most != null && length > most) {
      errors.tooLong(path, most.intValue());
    }
    Long least = constraints.minLength();
    if (least != null && length < least) {
      errors.invalid(path, text, path + " in body should be at least " + least + " chars long");
    }
    String pattern = constraints.pattern();
    if (pattern != null && !matches(pattern, text)) {
      errors.invalid(path, text, path + " in body should match '" + pattern + "'");
    }
    if (!schema.format().isEmpty() && !hasFormat(text, schema.format())) {
      errors.typeInvalid(
          path,
          text,
          path + " in body must be of type " + schema.format() + ": " + Json.text(text));
    }
  }

  private boolean matches(String pattern, String text) {
    if (patterns.size() > PATTERN_CACHE) {
      patterns.clear();
    }
    return patterns.computeIfAbsent(pattern, compiler::compile).test(text);
  }

  private static boolean hasFormat(String text, String format) {
    return switch (format) {
      case "date-time" -> {
        try {
          OffsetDateTime.parse(text);
          yield true;
        } catch (DateTimeParseException notATime) {
          yield false;
        }
      }
      case "date" -> {
        try {
          Instant.parse(text + "T00:00:00Z");
          yield true;
        } catch (DateTimeParseException notADate) {
          yield false;
        }
      }
      case "byte" -> {
        try {
          java.util.Base64.getDecoder().decode(text.getBytes(StandardCharsets.UTF_8));
          yield true;
        } catch (IllegalArgumentException notBase64) {
          yield false;
        }
      }
      case "uuid" ->
          text.matches("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
      case "email" -> text.matches("[^@\\s]{1,64}@[^@\\s]{1,255}");
      case "ipv4" -> text.matches("(\\d{1,3}\\.){3}\\d{1,3}");
      case "uri" -> text.matches("[A-Za-z][A-Za-z0-9+.-]*:.*|/.*");
      default -> true;
    };
  }

  private static void number(
      Number number, Constraints constraints, FieldPath path, ErrorList errors) {
    double value = number.doubleValue();
    Double most = constraints.maximum();
    if (most != null && (constraints.exclusiveMaximum() ? value >= most : value > most)) {
      errors.invalid(
          path,
          number,
          path
              + " in body should be less than "
              + (constraints.exclusiveMaximum() ? "" : "or equal to ")
              + Json.text(most));
    }
    Double least = constraints.minimum();
    if (least != null && (constraints.exclusiveMinimum() ? value <= least : value < least)) {
      errors.invalid(
          path,
          number,
          path
              + " in body should be greater than "
              + (constraints.exclusiveMinimum() ? "" : "or equal to ")
              + Json.text(least));
    }
    Double step = constraints.multipleOf();
    if (step != null && Math.abs(value / step - Math.rint(value / step)) > 1e-9) {
      errors.invalid(path, number, path + " in body should be a multiple of " + Json.text(step));
    }
  }

  private void combined(@Nullable Object value, Schema schema, FieldPath path, ErrorList errors) {
    Constraints constraints = schema.constraints();
    String quoted = "\"" + path + "\"";
    for (Schema all : constraints.allOf()) {
      value(value, all, path, errors);
    }
    if (!constraints.anyOf().isEmpty()
        && constraints.anyOf().stream().noneMatch(one -> holds(value, one, path))) {
      errors.invalid(path, "", quoted + " must validate at least one schema (anyOf)");
    }
    if (!constraints.oneOf().isEmpty()) {
      long count = constraints.oneOf().stream().filter(one -> holds(value, one, path)).count();
      if (count != 1) {
        errors.invalid(
            path,
            "",
            quoted
                + " must validate one and only one schema (oneOf). Found "
                + (count == 0 ? "none valid" : count + " valid alternatives"));
      }
    }
    if (constraints.not() instanceof Schema not && holds(value, not, path)) {
      errors.invalid(path, "", quoted + " must not validate the schema (not)");
    }
  }

  private boolean holds(@Nullable Object value, Schema schema, FieldPath path) {
    ErrorList errors = new ErrorList();
    value(value, schema, path, errors);
    return errors.isEmpty();
  }

  private static boolean isOneOf(Object value, List<@Nullable Object> allowed) {
    for (Object one : allowed) {
      if (value.equals(one)
          || value instanceof Number left
              && one instanceof Number right
              && left.doubleValue() == right.doubleValue()) {
        return true;
      }
    }
    return false;
  }

  private static boolean fits(Object value, Schema.Type type) {
    return switch (type) {
      case ANY -> true;
      case OBJECT -> value instanceof JsonObject;
      case ARRAY -> value instanceof List;
      case STRING -> value instanceof String;
      case BOOLEAN -> value instanceof Boolean;
      case NUMBER -> value instanceof Number;
      case INTEGER -> isInteger(value);
    };
  }

  private static boolean isInteger(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Double number && number == Math.rint(number);
  }

  private static void wrongType(FieldPath path, Schema schema, String actual, ErrorList errors) {
    String wanted =
        schema.intOrString()
            ? "integer,string"
            : schema.type().name().toLowerCase(java.util.Locale.ROOT);
    errors.typeInvalid(
        path, actual, path + " in body must be of type " + wanted + ": \"" + actual + "\"");
  }

  private static String typeOf(Object value) {
    return switch (value) {
      case String text -> "string";
      case Boolean flag -> "boolean";
      case List<?> list -> "array";
      case JsonObject object -> "object";
      default -> isInteger(value) ? "integer" : "number";
    };
  }
}
