package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for single values that many kinds share, in upstream's words. */
public final class FieldRules {
  public static final String IMMUTABLE = "field is immutable";
  public static final String NOT_NEGATIVE = "must be greater than or equal to 0";
  public static final String POSITIVE = "must be greater than zero";

  private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");
  private static final Pattern ENV_NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
  private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
  private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");
  private static final Pattern PERCENT = Pattern.compile("[0-9]+%");

  private FieldRules() {}

  public static String between(long low, long high) {
    return "must be between " + low + " and " + high + ", inclusive";
  }

  public static void invalid(
      List<String> problems, FieldPath path, @Nullable Object value, ErrorList errors) {
    for (String problem : problems) {
      errors.invalid(path, value, problem);
    }
  }

  public static void dnsLabel(String value, FieldPath path, ErrorList errors) {
    invalid(NameFormats.dnsLabel(value), path, value, errors);
  }

  public static void dnsSubdomain(String value, FieldPath path, ErrorList errors) {
    invalid(NameFormats.dnsSubdomain(value), path, value, errors);
  }

  public static void qualifiedName(String value, FieldPath path, ErrorList errors) {
    invalid(NameFormats.qualifiedName(value), path, value, errors);
  }

  /** A required reference by name: {@code Required value} if empty, else a DNS subdomain. */
  public static void requiredSubdomain(String value, FieldPath path, ErrorList errors) {
    if (value.isEmpty()) {
      errors.required(path, "");
    } else {
      dnsSubdomain(value, path, errors);
    }
  }

  public static void required(JsonObject object, String name, FieldPath path, ErrorList errors) {
    if (object.string(name).isEmpty()) {
      errors.required(path.child(name), "");
    }
  }

  public static void notNegative(JsonObject object, String name, FieldPath path, ErrorList errors) {
    if (object.integer(name) < 0) {
      errors.invalid(path.child(name), object.integer(name), NOT_NEGATIVE);
    }
  }

  public static void notNegative(long value, FieldPath path, ErrorList errors) {
    if (value < 0) {
      errors.invalid(path, value, NOT_NEGATIVE);
    }
  }

  public static void positive(long value, FieldPath path, ErrorList errors) {
    if (value <= 0) {
      errors.invalid(path, value, POSITIVE);
    }
  }

  public static void immutable(
      @Nullable Object now, @Nullable Object before, FieldPath path, ErrorList errors) {
    if (!same(now, before)) {
      errors.invalid(path, now, IMMUTABLE);
    }
  }

  /** {@link #immutable} for a struct, which is shown as {@link InternalForm} has it. */
  public static void immutable(
      String type,
      @Nullable Object now,
      @Nullable Object before,
      FieldPath path,
      ErrorList errors) {
    if (!same(now, before)) {
      errors.invalid(path, InternalForm.of(type, now), IMMUTABLE);
    }
  }

  /** Equality as upstream's semantic one: nothing, an empty list and an empty map are the same. */
  public static boolean same(@Nullable Object left, @Nullable Object right) {
    if (isNothing(left) && isNothing(right)) {
      return true;
    }
    if (left instanceof JsonObject a && right instanceof JsonObject b) {
      for (String name : a.keySet()) {
        if (!same(a.get(name), b.get(name))) {
          return false;
        }
      }
      for (String name : b.keySet()) {
        if (!a.containsKey(name) && !same(null, b.get(name))) {
          return false;
        }
      }
      return true;
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    return Objects.equals(left, right);
  }

  private static boolean isNothing(@Nullable Object value) {
    return value == null || value instanceof List<?> list && list.isEmpty();
  }

  /**
   * A value of a closed set; {@code Required value} if empty. {@code supported} in upstream's
   * order.
   */
  public static void oneOf(String value, List<String> supported, FieldPath path, ErrorList errors) {
    if (value.isEmpty()) {
      errors.required(path, "");
    } else if (!supported.contains(value)) {
      errors.notSupportedInOrder(path, value, supported);
    }
  }

  /** Like {@link #oneOf}, where the empty text is one more unsupported value. */
  public static void supported(
      String value, List<String> supported, FieldPath path, ErrorList errors) {
    if (!supported.contains(value)) {
      errors.notSupportedInOrder(path, value, supported);
    }
  }

  public static List<String> portNumber(long port) {
    return port >= 1 && port <= 65535 ? List.of() : List.of(between(1, 65535));
  }

  public static List<String> portName(String name) {
    List<String> problems = new ArrayList<>(0);
    if (name.length() > 15) {
      problems.add("must be no more than 15 characters");
    }
    if (!PORT_NAME.matcher(name).matches()) {
      problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      problems.add("must contain at least one letter (a-z)");
    }
    if (name.contains("--")) {
      problems.add("must not contain consecutive hyphens");
    }
    if (name.startsWith("-") || name.endsWith("-")) {
      problems.add("must not begin or end with a hyphen");
    }
    return problems;
  }

  /** A port by number or by name. */
  public static void port(@Nullable Object port, FieldPath path, ErrorList errors) {
    if (port instanceof String name) {
      invalid(portName(name), path, name, errors);
    } else {
      long number = port instanceof Number given ? given.longValue() : 0;
      invalid(portNumber(number), path, number, errors);
    }
  }

  public static List<String> userOrGroupId(long id) {
    return id >= 0 && id <= Integer.MAX_VALUE ? List.of() : List.of(between(0, Integer.MAX_VALUE));
  }

  public static List<String> relaxedEnvName(String name) {
    List<String> problems = new ArrayList<>(0);
    if (name.isEmpty()) {
      problems.add("environment variable name must be non-empty");
    }
    if (name.chars().anyMatch(c -> c > 0x7e || c < 0x20 || c == '=')) {
      problems.add(
          "a valid environment variable name must consist only of printable ASCII characters other than '='");
    }
    return problems;
  }

  public static boolean isStrictEnvName(String name) {
    return ENV_NAME.matcher(name).matches();
  }

  public static List<String> configKey(String key) {
    List<String> problems = new ArrayList<>(0);
    if (key.length() > 253) {
      problems.add("must be no more than 253 characters");
    }
    if (!CONFIG_KEY.matcher(key).matches()) {
      problems.add(
          NameFormats.regexError(
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
              "[-._a-zA-Z0-9]+",
              "key.name",
              "KEY_NAME",
              "key-name"));
    }
    if (key.equals(".") || key.equals("..")) {
      problems.add("must not be '" + key + "'");
    } else if (key.startsWith("..")) {
      problems.add("must not start with '..'");
    }
    return problems;
  }

  public static List<String> headerName(String name) {
    return HEADER.matcher(name).matches()
        ? List.of()
        : List.of(
            NameFormats.regexError(
                "a valid HTTP header must consist of alphanumeric characters or '-'",
                "[-A-Za-z0-9]+",
                "X-Header-Name"));
  }

  public static List<String> percent(String value) {
    return PERCENT.matcher(value).matches()
        ? List.of()
        : List.of(
            NameFormats.regexError(
                "a valid percent string must be a numeric string followed by an ending '%'",
                "[0-9]+%", "1%", "93%"));
  }

  /** A number that is not negative, or a percentage. */
  public static void positiveIntOrPercent(
      @Nullable Object value, FieldPath path, ErrorList errors) {
    if (value instanceof String text) {
      invalid(percent(text), path, text, errors);
    } else if (value instanceof Number number && number.longValue() < 0) {
      errors.invalid(path, number.longValue(), NOT_NEGATIVE);
    }
  }

  /** A percentage of at most 100. */
  public static void notMoreThan100Percent(
      @Nullable Object value, FieldPath path, ErrorList errors) {
    if (value instanceof String text
        && PERCENT.matcher(text).matches()
        && percentValue(text) > 100) {
      errors.invalid(path, text, "must not be greater than 100%");
    }
  }

  public static long percentValue(String text) {
    String digits = text.substring(0, text.length() - 1);
    return digits.length() > 9 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /** The number itself, or the percentage's number: {@code "25%"} is 25. */
  public static long intOrPercentValue(@Nullable Object value) {
    if (value instanceof String text) {
      return PERCENT.matcher(text).matches() ? percentValue(text) : 0;
    }
    return value instanceof Number number ? number.longValue() : 0;
  }

  public static void labelSelector(
      @Nullable JsonObject selector, FieldPath path, ErrorList errors) {
    if (selector == null) {
      return;
    }
    ObjectMetaRules.validateLabels(
        selector.stringMap("matchLabels"), path.child("matchLabels"), errors);
    List<JsonObject> expressions = selector.objects("matchExpressions");
    for (int i = 0; i < expressions.size(); i++) {
      requirement(expressions.get(i), path.child("matchExpressions").index(i), errors);
    }
  }

  private static void requirement(JsonObject requirement, FieldPath path, ErrorList errors) {
    List<String> values = requirement.strings("values");
    switch (requirement.string("operator")) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          errors.required(
              path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          errors.forbidden(
              path.child("values"),
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      default ->
          errors.invalid(
              path.child("operator"),
              requirement.string("operator"),
              "not a valid selector operator");
    }
    qualifiedName(requirement.string("key"), path.child("key"), errors);
    for (int i = 0; i < values.size(); i++) {
      invalid(
          NameFormats.labelValue(values.get(i)),
          path.child("values").index(i),
          values.get(i),
          errors);
    }
  }

  public static Quantity quantity(@Nullable Object value) {
    if (value instanceof String text) {
      Quantity parsed = Quantity.parseOrNull(text);
      return parsed == null ? Quantity.ZERO : parsed;
    }
    return value instanceof Number number ? Quantity.of(number.longValue()) : Quantity.ZERO;
  }

  /** Sets a default; {@code ""}, 0 and {@code null} count as not given. */
  public static void defaultTo(JsonObject object, String name, Object value) {
    Object given = object.get(name);
    boolean zero =
        given == null
            || given instanceof String text && text.isEmpty()
            || given instanceof Long number && number == 0;
    if (zero) {
      object.put(name, value);
    }
  }

  /** Sets a default for what Go holds as a pointer: a given zero stays. */
  public static void defaultIfAbsent(JsonObject object, String name, Object value) {
    if (object.get(name) == null) {
      object.put(name, value);
    }
  }
}
