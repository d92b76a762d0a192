package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of kubectl's JSONPath that printer columns use: members, indices, slices, wildcards,
 * unions of names and filters.
 *
 * <pre>{@code
 * .spec.replicas
 * .metadata.annotations['example.com/owner']      .metadata.labels.example\.com/owner
 * .status.conditions[?(@.type=="Ready")].status
 * .spec.items[0].name    .spec.items[-1]    .spec.items[0:2]    .spec.items[*].name
 * }</pre>
 */
final class JsonPath {

  private sealed interface Step {}

  private record Member(String name) implements Step {}

  private record All() implements Step {}

  private record Descend() implements Step {}

  /** {@code null} where the bound is left open. */
  private record Slice(@Nullable Integer from, @Nullable Integer to, int by) implements Step {}

  private record Index(int index) implements Step {}

  /** {@code [?(@.left == right)]}; an empty operator asks whether left exists. */
  private record Filter(JsonPath left, String operator, @Nullable Object right) implements Step {}

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /** {@code IllegalArgumentException} for a path outside the subset. */
  static JsonPath parse(String path) {
    return new Parser(path).parse();
  }

  /** The values found, in order; none if a member is missing on the way. */
  List<@Nullable Object> find(@Nullable Object root) {
    List<@Nullable Object> found = new ArrayList<>();
    found.add(root);
    for (Step step : steps) {
      List<@Nullable Object> next = new ArrayList<>();
      for (Object value : found) {
        apply(step, value, next);
      }
      found = next;
    }
    return found;
  }

  private static void apply(Step step, @Nullable Object value, List<@Nullable Object> next) {
    switch (step) {
      case Member(String name) -> {
        if (value instanceof JsonObject object && object.containsKey(name)) {
          next.add(object.get(name));
        }
      }
      case All() -> {
        if (value instanceof JsonObject object) {
          next.addAll(object.values());
        } else if (value instanceof List<?> list) {
          next.addAll(list);
        }
      }
      case Descend() -> descend(value, next);
      case Index(int index) -> {
        if (value instanceof List<?> list) {
          int at = index < 0 ? list.size() + index : index;
          if (at >= 0 && at < list.size()) {
            next.add(list.get(at));
          }
        }
      }
      case Slice(Integer from, Integer to, int by) -> {
        if (value instanceof List<?> list) {
          for (int i = bound(from, 0, list.size());
              i < bound(to, list.size(), list.size());
              i += by) {
            next.add(list.get(i));
          }
        }
      }
      case Filter filter -> {
        if (value instanceof List<?> list) {
          for (Object element : list) {
            if (matches(filter, element)) {
              next.add(element);
            }
          }
        }
      }
    }
  }

  private static int bound(@Nullable Integer bound, int open, int size) {
    int at = bound == null ? open : bound < 0 ? size + bound : bound;
    return Math.max(0, Math.min(at, size));
  }

  private static void descend(@Nullable Object value, List<@Nullable Object> next) {
    next.add(value);
    if (value instanceof JsonObject object) {
      object.values().forEach(inner -> descend(inner, next));
    } else if (value instanceof List<?> list) {
      list.forEach(inner -> descend(inner, next));
    }
  }

  private static boolean matches(Filter filter, @Nullable Object element) {
    List<@Nullable Object> left = filter.left.find(element);
    if (left.isEmpty()) {
      return false;
    }
    Object value = left.getFirst();
    if (filter.operator.isEmpty()) {
      return true;
    }
    Object right = filter.right;
    if (value instanceof Number one && right instanceof Number other) {
      return compares(Double.compare(one.doubleValue(), other.doubleValue()), filter.operator);
    }
    if (value instanceof String one && right instanceof String other) {
      return compares(one.compareTo(other), filter.operator);
    }
    return switch (filter.operator) {
      case "==" -> Objects.equals(value, right);
      case "!=" -> !Objects.equals(value, right);
      default -> false;
    };
  }

  private static boolean compares(int order, String operator) {
    return switch (operator) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> false;
    };
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    JsonPath parse() {
      List<Step> steps = new ArrayList<>();
      if (at < text.length() && (text.charAt(at) == '$' || text.charAt(at) == '@')) {
        at++;
      }
      while (at < text.length()) {
        switch (text.charAt(at)) {
          case '.' -> {
            at++;
            if (at < text.length() && text.charAt(at) == '.') {
              at++;
              steps.add(new Descend());
            }
            if (at < text.length() && text.charAt(at) != '[') {
              steps.add(member());
            }
          }
          case '[' -> bracket(steps);
          default -> throw bad();
        }
      }
      return new JsonPath(steps);
    }

    private Step member() {
      StringBuilder name = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        name.append(text.charAt(at++));
      }
      if (name.isEmpty()) {
        throw bad();
      }
      return name.toString().equals("*") ? new All() : new Member(name.toString());
    }

    private void bracket(List<Step> steps) {
      int close = closing();
      String inside = text.substring(at + 1, close).strip();
      at = close + 1;
      if (inside.equals("*")) {
        steps.add(new All());
      } else if (inside.startsWith("?(") && inside.endsWith(")")) {
        steps.add(filter(inside.substring(2, inside.length() - 1).strip()));
      } else if (isQuoted(inside)) {
        steps.add(new Member(inside.substring(1, inside.length() - 1).replace("\\", "")));
      } else if (inside.contains(":")) {
        String[] parts = inside.split(":", -1);
        steps.add(
            new Slice(
                bound(parts[0]),
                bound(parts[1]),
                parts.length > 2 && !parts[2].isEmpty() ? Math.max(1, number(parts[2])) : 1));
      } else {
        steps.add(new Index(number(inside)));
      }
    }

    /** The bracket that closes the one at the present place, quotes and inner brackets aside. */
    private int closing() {
      int depth = 0;
      char quote = 0;
      for (int i = at; i < text.length(); i++) {
        char c = text.charAt(i);
        if (quote != 0) {
          quote = c == quote && text.charAt(i - 1) != '\\' ? 0 : quote;
        } else if (c == '\'' || c == '"') {
          quote = c;
        } else if (c == '[') {
          depth++;
        } else if (c == ']' && --depth == 0) {
          return i;
        }
      }
      throw bad();
    }

    private Filter filter(String condition) {
      for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
        int found = condition.indexOf(operator);
        if (found > 0) {
          return new Filter(
              JsonPath.parse(condition.substring(0, found).strip()),
              operator,
              literal(condition.substring(found + operator.length()).strip()));
        }
      }
      return new Filter(JsonPath.parse(condition), "", null);
    }

    private Object literal(String literal) {
      if (isQuoted(literal)) {
        return literal.substring(1, literal.length() - 1);
      }
      if (literal.equals("true") || literal.equals("false")) {
        return Boolean.valueOf(literal);
      }
      try {
        return Double.valueOf(literal);
      } catch (NumberFormatException e) {
        throw bad();
      }
    }

    private static boolean isQuoted(String inside) {
      return inside.length() >= 2
          && (inside.charAt(0) == '\'' || inside.charAt(0) == '"')
          && inside.charAt(inside.length() - 1) == inside.charAt(0);
    }

    private @Nullable Integer bound(String part) {
      return part.isBlank() ? null : (Integer) number(part);
    }

    private int number(String part) {
      try {
        return Integer.parseInt(part.strip());
      } catch (NumberFormatException e) {
        throw bad();
      }
    }

    private IllegalArgumentException bad() {
      return new IllegalArgumentException("unrecognized column definition \"" + text + "\"");
    }
  }
}
