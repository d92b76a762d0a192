package dev.javernetes.kubelet.container;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code $(NAME)} in commands, arguments and values: replaced where the name is known, left as it
 * is where not; {@code $$} stands for {@code $}. With A=1: {@code $(A) $(B) $$(A) $} becomes {@code
 * 1 $(B) $(A) $}.
 */
public final class Expansion {
  private Expansion() {}

  public static String expand(String input, Function<String, @Nullable String> values) {
    if (input.indexOf('$') < 0) {
      return input;
    }
    StringBuilder out = new StringBuilder(input.length() + 16);
    int i = 0;
    while (i < input.length()) {
      char c = input.charAt(i);
      if (c != '$' || i + 1 == input.length()) {
        out.append(c);
        i++;
        continue;
      }
      char next = input.charAt(i + 1);
      int end = next == '(' ? input.indexOf(')', i + 2) : -1;
      if (next == '$') {
        out.append('$');
        i += 2;
      } else if (end >= 0) {
        String value = values.apply(input.substring(i + 2, end));
        out.append(value == null ? input.substring(i, end + 1) : value);
        i = end + 1;
      } else if (next == '(') {
        out.append("$(");
        i += 2;
      } else {
        out.append('$').append(next);
        i += 2;
      }
    }
    return out.toString();
  }

  /** As {@link #expand}, but an unknown name is an error; for {@code subPathExpr}. */
  public static String expandStrictly(String input, Function<String, @Nullable String> values)
      throws ContainerConfigException {
    StringBuilder missing = new StringBuilder();
    String out =
        expand(
            input,
            name -> {
              String value = values.apply(name);
              if (value == null && missing.isEmpty()) {
                missing.append(name);
              }
              return value;
            });
    if (!missing.isEmpty()) {
      throw new ContainerConfigException("missing value for \"" + missing + "\"");
    }
    return out;
  }
}
