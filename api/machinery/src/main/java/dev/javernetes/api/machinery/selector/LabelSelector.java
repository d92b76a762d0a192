package dev.javernetes.api.machinery.selector;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conjunction of requirements on labels. {@code LabelSelector.parse("app=web,tier in (a,b)")}
 * matches {@code {app: web, tier: b}}.
 */
public record LabelSelector(List<Requirement> requirements) {
  /** Matches everything. */
  public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  /** Matches nothing: what an absent selector means. */
  public static final LabelSelector NOTHING =
      new LabelSelector(List.of(new Requirement("", Operator.IN, List.of())));

  /** How a label relates to the values. */
  public enum Operator {
    EQUALS,
    NOT_EQUALS,
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST,
    GREATER_THAN,
    LESS_THAN
  }

  /** One term. */
  public record Requirement(String key, Operator operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }

    public boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case EQUALS, IN -> value != null && values.contains(value);
        case NOT_EQUALS, NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
        case GREATER_THAN -> compares(value, 1);
        case LESS_THAN -> compares(value, -1);
      };
    }

    private boolean compares(@Nullable String value, int sign) {
      if (value == null || values.size() != 1) {
        return false;
      }
      try {
        return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst())) == sign;
      } catch (NumberFormatException notANumber) {
        return false;
      }
    }
  }

  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /** Reads the form that stands in a {@code labelSelector} query parameter. */
  public static LabelSelector parse(String text) throws SelectorSyntaxException {
    return text.isEmpty() ? EVERYTHING : new LabelSelectorParser(text).parse();
  }

  /**
   * Reads a {@code meta.v1.LabelSelector} (matchLabels, matchExpressions): {@code null} matches
   * nothing, an empty one everything. An unknown operator matches nothing.
   */
  public static LabelSelector of(@Nullable JsonObject selector) {
    if (selector == null) {
      return NOTHING;
    }
    List<Requirement> requirements = new ArrayList<>();
    selector
        .stringMap("matchLabels")
        .forEach((key, value) ->
            requirements.add(new Requirement(key, Operator.EQUALS, List.of(value))));
    for (JsonObject expression : selector.objects("matchExpressions")) {
      Operator operator =
          switch (expression.string("operator")) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default -> null;
          };
      if (operator == null) {
        return NOTHING;
      }
      requirements.add(
          new Requirement(expression.string("key"), operator, expression.strings("values")));
    }
    return new LabelSelector(requirements);
  }

  /** Every one of these labels must be there with its value, as a Service's selector means it. */
  public static LabelSelector ofLabels(Map<String, String> labels) {
    List<Requirement> requirements = new ArrayList<>();
    labels.forEach(
        (key, value) -> requirements.add(new Requirement(key, Operator.EQUALS, List.of(value))));
    return new LabelSelector(requirements);
  }

  public boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }

  public boolean isEverything() {
    return requirements.isEmpty();
  }

  /** The text form, terms sorted by key, as a Scale's {@code status.selector} has it. */
  @Override
  public String toString() {
    List<String> terms = new ArrayList<>();
    for (Requirement requirement : requirements) {
      List<String> sorted = requirement.values.stream().sorted().toList();
      String all = String.join(",", sorted);
      String key = requirement.key;
      terms.add(
          switch (requirement.operator) {
            case EQUALS -> key + "=" + all;
            case NOT_EQUALS -> key + "!=" + all;
            case IN -> key + " in (" + all + ")";
            case NOT_IN -> key + " notin (" + all + ")";
            case EXISTS -> key;
            case DOES_NOT_EXIST -> "!" + key;
            case GREATER_THAN -> key + ">" + all;
            case LESS_THAN -> key + "<" + all;
          });
    }
    terms.sort(
        (left, right) -> left.replaceFirst("^!", "").compareTo(right.replaceFirst("^!", "")));
    return String.join(",", terms);
  }
}
