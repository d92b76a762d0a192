package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an update changed, for the messages that refuse it: the lines of a unified diff, one pair
 * per value.
 *
 * <pre>
 * @@ -1 +1 @@
 * -nodeName: "a"
 * +nodeName: "b"
 * </pre>
 */
public final class SpecDiff {
  private static final int LINE_LIMIT = 50;

  private final StringBuilder out = new StringBuilder("@@ -1 +1 @@");
  private int lines;

  private SpecDiff() {}

  public static String text(@Nullable Object before, @Nullable Object after) {
    SpecDiff diff = new SpecDiff();
    diff.compare(before, after, "");
    return diff.out.append('\n').toString();
  }

  private void compare(@Nullable Object before, @Nullable Object after, String path) {
    if (FieldRules.same(before, after)) {
      return;
    }
    if (before instanceof JsonObject left && after instanceof JsonObject right) {
      Set<String> names = new LinkedHashSet<>(left.keySet());
      names.addAll(right.keySet());
      names.forEach(name ->
          compare(left.get(name), right.get(name), path.isEmpty() ? name : path + "." + name));
    } else if (before instanceof List<?> left
        && after instanceof List<?> right
        && left.size() == right.size()) {
      for (int i = 0; i < left.size(); i++) {
        compare(left.get(i), right.get(i), path + "[" + i + "]");
      }
    } else {
      line('-', path, before);
      line('+', path, after);
    }
  }

  private void line(char sign, String path, @Nullable Object value) {
    if (value != null && lines++ < LINE_LIMIT) {
      out.append('\n').append(sign).append(path).append(": ").append(Json.text(value));
    }
  }
}
