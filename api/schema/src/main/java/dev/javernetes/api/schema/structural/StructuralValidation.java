package dev.javernetes.api.schema.structural;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Constraints;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks a value against a structural schema, in upstream's words: {@code spec.size: Invalid value:
 * 9: spec.size in body should be less than or equal to 5}.
 *
 * <p>On an update, a part that is invalid and {@link Correlation#unchanged} is let through
 * (KEP-4008). That holds for what correlates all the way down from the root; not for what a
 * combination ({@code anyOf}, {@code not}) says.
 */
public final class StructuralValidation {
  private static final int PATTERN_CACHE = 1_000;

  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

  /** Checks a whole object or a part of one; {@code at} is the part's own path. */
  public void validate(@Nullable Object value, Schema schema, FieldPath at, ErrorList errors) {
    check(value, schema, "", null).addTo(errors, at);
  }

  /** Checks the correlation's value, and tolerates what was so before. */
  public void validateUpdate(
      Correlation correlation, Schema schema, FieldPath at, ErrorList errors) {
    correlated(correlation, schema, "").addTo(errors, at);
  }

  private Findings correlated(Correlation correlation, Schema schema, String path) {
    Findings findings = check(correlation.value(), schema, path, correlation);
    if (!findings.isEmpty() && correlation.unchanged()) {
      findings.forgive();
    }
    return findings;
  }

  private Findings check(
      @Nullable Object value, Schema schema, String path, @Nullable Correlation correlation) {
    Findings findings = new Findings();
    String format = Formats.isKnown(schema.type(), schema.format()) ? schema.format() : "";
    if (value == null) {
      if (!typeName(schema).isEmpty() && !schema.nullable()) {
        wrongType(findings, path, typeName(schema), "null");
      }
      enumeration(null, schema.constraints(), path, findings);
      return findings;
    }
    if (!typeName(schema).isEmpty() || !format.isEmpty()) {
      type(value, schema, format, path, findings);
      findings.matched();
    }
    findings.merge(combinations(value, schema.constraints(), path));
    findings.matched();
    switch (value) {
      case String text -> {
        string(text, schema.constraints(), path, findings);
        findings.matched();
        if (!format.isEmpty()) {
          if (!Formats.matches(format, text)) {
            wrongType(findings, path, format, text);
          }
          findings.matched();
        }
      }
      case Number number -> {
        NumberRules.check(number, schema, format, path, findings);
        findings.matched().matched();
      }
      case List<?> list -> {
        list(list, schema, path, correlation, findings);
        findings.matched().matched();
      }
      default -> {}
    }
    enumeration(value, schema.constraints(), path, findings);
    findings.matched();
    if (value instanceof JsonObject object) {
      object(object, schema, path, correlation, findings);
      findings.matched();
    }
    return findings.matched();
  }

  private static String typeName(Schema schema) {
    return schema.intOrString()
        ? "integer,string"
        : schema.type() == Schema.Type.ANY ? "" : schema.type().name().toLowerCase(Locale.ROOT);
  }

  private static void wrongType(Findings findings, String path, String wanted, String actual) {
    findings.wrongType(
        path, actual, path + " in body must be of type " + wanted + ": " + GoQuote.quote(actual));
  }

  private static void type(
      Object value, Schema schema, String format, String path, Findings findings) {
    String actual = typeOf(value);
    boolean numeric =
        schema.intOrString()
            || schema.type() == Schema.Type.INTEGER
            || schema.type() == Schema.Type.NUMBER;
    // upstream leaves a text or list to the format where there is one
    if (!format.isEmpty() && !numeric && (value instanceof String || value instanceof List)) {
      findings.matched();
      return;
    }
    boolean fits =
        switch (schema.type()) {
          case ANY ->
              schema.intOrString() && (value instanceof String || NumberRules.isInteger(value));
          case OBJECT -> value instanceof JsonObject;
          case ARRAY -> value instanceof List;
          case STRING -> value instanceof String;
          case BOOLEAN -> value instanceof Boolean;
          case NUMBER -> value instanceof Number;
          case INTEGER -> NumberRules.isInteger(value);
        };
    if (fits) {
      findings.matched();
    } else {
      wrongType(findings, path, typeName(schema), actual);
    }
  }

  private static String typeOf(Object value) {
    return switch (value) {
      case String text -> "string";
      case Boolean flag -> "boolean";
      case List<?> list -> "array";
      case JsonObject object -> "object";
      case Double number -> "number";
      default -> "integer";
    };
  }

  private static void enumeration(
      @Nullable Object value, Constraints constraints, String path, Findings findings) {
    List<@Nullable Object> allowed = constraints.enumeration();
    if (allowed.isEmpty() || value != null && isOneOf(value, allowed)) {
      return;
    }
    List<String> shown = new ArrayList<>();
    allowed.forEach(one -> shown.add(one instanceof String text ? text : Json.text(one)));
    findings.notSupported(path, value, shown);
  }

  private static boolean isOneOf(Object value, List<@Nullable Object> allowed) {
    for (Object one : allowed) {
      // a number is compared in the type that the schema's has in Go
      boolean same =
          value instanceof Number left && one instanceof Number right
              ? right instanceof Double
                  ? left.doubleValue() == right.doubleValue()
                  : left.longValue() == right.longValue()
              : value.equals(one);
      if (same) {
        return true;
      }
    }
    return false;
  }

  /** One finding at most, as upstream has it. */
  private void string(String text, Constraints constraints, String path, Findings findings) {
    int length = text.codePointCount(0, text.length());
    Long most = constraints.maxLength();
    Long least = constraints.minLength();
    String pattern = constraints.pattern();
    if (most != null && length > most) {
      findings.tooLong(path, most.intValue());
    } else if (least != null && length < least) {
      findings.invalid(path, text, path + " in body should be at least " + least + " chars long");
    } else if (pattern != null) {
      String unmet = unmet(pattern, text);
      if (unmet != null) {
        findings.invalid(path, text, path + " in body should match '" + unmet + "'");
      }
    }
  }

  private @Nullable String unmet(String pattern, String text) {
    if (patterns.size() > PATTERN_CACHE) {
      patterns.clear();
    }
    try {
      Pattern compiled = patterns.computeIfAbsent(pattern, Pattern::compile);
      return compiled.matcher(text).find() ? null : pattern;
    } catch (PatternSyntaxException unreadable) {
      return pattern + ", but pattern is invalid: " + unreadable.getMessage();
    }
  }

  private void list(
      List<?> list,
      Schema schema,
      String path,
      @Nullable Correlation correlation,
      Findings findings) {
    if (schema.items() instanceof Schema items) {
      for (int i = 0; i < list.size(); i++) {
        Correlation element = correlation == null ? null : correlation.element(i);
        String at = path + "[" + i + "]";
        findings.merge(
            element == null ? check(list.get(i), items, at, null) : correlated(element, items, at));
      }
    }
    Constraints constraints = schema.constraints();
    Long least = constraints.minItems();
    if (least != null && list.size() < least) {
      findings.invalid(
          path, list.size(), path + " in body should have at least " + least + " items");
    }
    Long most = constraints.maxItems();
    if (most != null && list.size() > most) {
      findings.tooMany(path, list.size(), most.intValue(), "items");
    }
    if (constraints.uniqueItems() && new HashSet<>(list).size() < list.size()) {
      findings.invalid(path, null, path + " in body shouldn't contain duplicates");
    }
  }

  private void object(
      JsonObject object,
      Schema schema,
      String path,
      @Nullable Correlation correlation,
      Findings findings) {
    Constraints constraints = schema.constraints();
    Long least = constraints.minProperties();
    if (least != null && object.size() < least) {
      findings.invalid(
          path, object.size(), path + " in body should have at least " + least + " properties");
    }
    Long most = constraints.maxProperties();
    if (most != null && object.size() > most) {
      findings.tooMany(path, object.size(), most.intValue(), "properties");
    }
    Schema values = schema.additionalProperties();
    object.forEach((name, inner) -> {
      if (schema.property(name) != null) {
        return;
      }
      if (schema.closed()) {
        findings.invalid(path, name, path + "." + name + " in body is a forbidden property");
      } else if (values != null) {
        findings.merge(member(name, inner, values, path + "." + name, path, correlation));
      }
    });
    schema
        .properties()
        .forEach((name, property) -> {
          if (object.containsKey(name)) {
            String at = path.isEmpty() ? name : path + "." + name;
            findings.merge(member(name, object.get(name), property, at, path, correlation));
          }
        });
    for (String name : schema.required()) {
      if (!object.containsKey(name)) {
        findings.required(path + "." + name);
      }
    }
  }

  private Findings member(
      String name,
      @Nullable Object value,
      Schema schema,
      String at,
      String path,
      @Nullable Correlation correlation) {
    // both are of the same version by now: what either said of itself cannot be compared
    boolean ofRoot = path.isEmpty() && (name.equals("kind") || name.equals("apiVersion"));
    Correlation member = correlation == null || ofRoot ? null : correlation.member(name);
    return member == null ? check(value, schema, at, null) : correlated(member, schema, at);
  }

  private Findings combinations(Object value, Constraints constraints, String path) {
    Findings findings = new Findings();
    String quoted = GoQuote.quote(path);
    if (!constraints.anyOf().isEmpty()) {
      anyOf(value, constraints.anyOf(), path, findings);
    }
    if (!constraints.oneOf().isEmpty()) {
      oneOf(value, constraints.oneOf(), path, findings);
    }
    if (!constraints.allOf().isEmpty()) {
      int valid = 0;
      for (Schema one : constraints.allOf()) {
        Findings result = check(value, one, path, null);
        valid += result.isEmpty() ? 1 : 0;
        findings.merge(result);
      }
      if (valid != constraints.allOf().size()) {
        findings.combination(
            quoted
                + " must validate all the schemas (allOf)"
                + (valid == 0 ? ". None validated" : ""));
      }
    }
    if (constraints.not() instanceof Schema not && check(value, not, path, null).isEmpty()) {
      findings.combination(quoted + " must not validate the schema (not)");
    }
    return findings.matched();
  }

  private void anyOf(Object value, List<Schema> schemas, String path, Findings findings) {
    Findings best = null;
    for (Schema one : schemas) {
      Findings result = check(value, one, path, null);
      if (result.isEmpty()) {
        findings.merge(result);
        return;
      }
      if (best == null || result.matches() > best.matches()) {
        best = result;
      }
    }
    findings.combination(GoQuote.quote(path) + " must validate at least one schema (anyOf)");
    if (best != null) {
      findings.merge(best);
    }
  }

  private void oneOf(Object value, List<Schema> schemas, String path, Findings findings) {
    Findings best = null;
    Findings success = null;
    int valid = 0;
    for (Schema one : schemas) {
      Findings result = check(value, one, path, null);
      if (result.isEmpty()) {
        valid++;
        best = null;
        success = success == null ? result : success;
      } else if (valid == 0 && (best == null || result.matches() > best.matches())) {
        best = result;
      }
    }
    if (valid == 1 && success != null) {
      findings.merge(success);
      return;
    }
    findings.combination(
        GoQuote.quote(path)
            + " must validate one and only one schema (oneOf). "
            + (valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives"));
    if (best != null) {
      findings.merge(best);
    }
  }
}
