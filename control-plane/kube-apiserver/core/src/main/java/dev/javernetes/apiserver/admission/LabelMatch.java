package dev.javernetes.apiserver.admission;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether labels match a {@code metav1.LabelSelector} as it stands in an object. */
public final class LabelMatch {
  private LabelMatch() {}

  /** An absent selector and an empty one match everything. */
  public static boolean matches(@Nullable JsonObject selector, Map<String, String> labels) {
    if (selector == null) {
      return true;
    }
    for (Map.Entry<String, String> wanted : selector.stringMap("matchLabels").entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (JsonObject expression : selector.objects("matchExpressions")) {
      String value = labels.get(expression.string("key"));
      List<String> values = expression.strings("values");
      boolean holds =
          switch (expression.string("operator")) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }
}
