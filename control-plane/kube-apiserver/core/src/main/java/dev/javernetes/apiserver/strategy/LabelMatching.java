package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether labels satisfy a {@code LabelSelector}. */
public final class LabelMatching {
  private LabelMatching() {}

  /** Whether the selector makes sense at all; no selector does, and matches nothing. */
  public static boolean isValid(@Nullable JsonObject selector) {
    ErrorList problems = new ErrorList();
    FieldRules.labelSelector(selector, FieldPath.ROOT, problems);
    return problems.isEmpty();
  }

  public static boolean isEmpty(JsonObject selector) {
    return selector.objectOrEmpty("matchLabels").isEmpty()
        && selector.objects("matchExpressions").isEmpty();
  }

  public static boolean matches(@Nullable JsonObject selector, Map<String, String> labels) {
    if (selector == null) {
      return false;
    }
    for (Map.Entry<String, String> wanted : selector.stringMap("matchLabels").entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    return selector.objects("matchExpressions").stream()
        .allMatch(expression -> matchesOne(expression, labels));
  }

  private static boolean matchesOne(JsonObject expression, Map<String, String> labels) {
    String value = labels.get(expression.string("key"));
    List<String> values = expression.strings("values");
    return switch (expression.string("operator")) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
