package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule's {@code fieldPath}: {@code .spec.size}, {@code .labels['a.b']}; it must exist. */
final class RuleFieldPath {
  private RuleFieldPath() {}

  /** {@code null} if it leads nowhere in the schema. */
  static @Nullable FieldPath parse(String path, JsonObject schema) {
    Iterator<String> tokens = tokens(path).iterator();
    FieldPath parsed = FieldPath.ROOT;
    JsonObject at = schema;
    while (tokens.hasNext()) {
      boolean subscript;
      switch (tokens.next()) {
        case "." -> subscript = false;
        case "[" -> subscript = true;
        default -> {
          return null;
        }
      }
      String name = tokens.hasNext() ? tokens.next() : "";
      if (subscript) {
        name = unquoted(name);
        if (name == null || !tokens.hasNext() || !tokens.next().equals("]")) {
          return null;
        }
      } else if (name.isEmpty()) {
        return null;
      }
      JsonObject inner;
      if (at.has("properties")) {
        inner = at.objectOrEmpty("properties").object(name);
        parsed = parsed.child(name);
      } else {
        inner = at.object("additionalProperties");
        parsed = parsed.key(name);
      }
      if (inner == null) {
        return null;
      }
      at = inner;
    }
    return parsed;
  }

  private static List<String> tokens(String path) {
    List<String> tokens = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\'' && (i == start || quoted && path.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (!quoted && (c == '.' || c == '[' || c == ']')) {
        if (i > start) {
          tokens.add(path.substring(start, i));
        }
        tokens.add(String.valueOf(c));
        start = i + 1;
      }
    }
    if (start < path.length()) {
      tokens.add(path.substring(start));
    }
    return tokens;
  }

  private static @Nullable String unquoted(String token) {
    if (token.length() < 2 || !token.startsWith("'") || !token.endsWith("'")) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < token.length() - 1; i++) {
      char c = token.charAt(i);
      if (c != '\\' || i + 1 >= token.length() - 1) {
        text.append(c);
        continue;
      }
      int escaped = "abfnrtv'\\".indexOf(token.charAt(++i));
      if (escaped < 0) {
        return null;
      }
      text.append("\u0007\b\f\n\r\t\u000b'\\".charAt(escaped));
    }
    return text.toString();
  }
}
