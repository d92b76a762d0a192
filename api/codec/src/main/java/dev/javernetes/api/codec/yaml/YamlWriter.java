package dev.javernetes.api.codec.yaml;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON tree as block YAML the way upstream serves it: names sorted, two spaces, list items at
 * their parent's column, text quoted only where it would read back as something else.
 */
public final class YamlWriter {
  /**
   * Dates, times and numbers to base 60, which YAML 1.1 would read: {@code 2026-01-02}, {@code
   * 1:30}.
   */
  private static final Pattern OLDER_YAML =
      Pattern.compile(
          "\\d{4}-\\d{1,2}-\\d{1,2}([Tt ]\\d{1,2}:\\d{1,2}:\\d{1,2}(\\.\\d*)?(Z|[-+]\\d\\d:\\d\\d)?)?"
              + "|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?");

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  public static byte[] bytes(@Nullable Object tree) {
    return text(tree).getBytes(StandardCharsets.UTF_8);
  }

  public static String text(@Nullable Object tree) {
    YamlWriter writer = new YamlWriter();
    if (tree instanceof JsonObject object && !object.isEmpty()) {
      writer.members(object, 0);
    } else if (tree instanceof List<?> list && !list.isEmpty()) {
      writer.elements(list, 0);
    } else {
      writer.scalar(tree, 0);
      writer.out.append('\n');
    }
    return writer.out.toString();
  }

  private void members(JsonObject object, int indent) {
    boolean first = true;
    for (var member : new TreeMap<>(object).entrySet()) {
      if (!first) {
        spaces(indent);
      }
      first = false;
      out.append(quotedIfNeeded(member.getKey(), indent, true)).append(':');
      Object value = member.getValue();
      if (value instanceof JsonObject inner && !inner.isEmpty()) {
        out.append('\n');
        spaces(indent + 2);
        members(inner, indent + 2);
      } else if (value instanceof List<?> list && !list.isEmpty()) {
        out.append('\n');
        spaces(indent);
        elements(list, indent);
      } else {
        out.append(' ');
        scalar(value, indent + 2);
        out.append('\n');
      }
    }
  }

  private void elements(List<?> list, int indent) {
    boolean first = true;
    for (Object element : list) {
      if (!first) {
        spaces(indent);
      }
      first = false;
      out.append("- ");
      if (element instanceof JsonObject inner && !inner.isEmpty()) {
        members(inner, indent + 2);
      } else if (element instanceof List<?> nested && !nested.isEmpty()) {
        elements(nested, indent + 2);
      } else {
        scalar(element, indent + 2);
        out.append('\n');
      }
    }
  }

  private void scalar(@Nullable Object value, int indent) {
    switch (value) {
      case null -> out.append("null");
      case JsonObject _ -> out.append("{}");
      case List<?> _ -> out.append("[]");
      case String text -> out.append(quotedIfNeeded(text, indent, false));
      default -> out.append(Json.text(value));
    }
  }

  private static String quotedIfNeeded(String text, int indent, boolean key) {
    if (text.isEmpty()) {
      return "\"\"";
    }
    boolean controls =
        text.chars().anyMatch(c -> c < 0x20 && c != '\n' || c == 0x7f || c == 0xfeff);
    if (!controls
        && !key
        && text.indexOf('\n') >= 0
        && !text.startsWith(" ")
        && !text.startsWith("\n")) {
      return literalBlock(text, indent);
    }
    if (controls || text.indexOf('\n') >= 0) {
      return Json.text(text);
    }
    if (!YamlScalars.isPlainString(text) || OLDER_YAML.matcher(text).matches()) {
      return '"' + text + '"';
    }
    return plain(text) ? text : "'" + text.replace("'", "''") + "'";
  }

  private static boolean plain(String text) {
    char first = text.charAt(0);
    if (Character.isWhitespace(first) || Character.isWhitespace(text.charAt(text.length() - 1))) {
      return false;
    }
    if ("#,[]{}&*!|>'\"%@`<=".indexOf(first) >= 0
        && !(first == '<' && text.length() > 2)
        && first != '<') {
      return false;
    }
    if ((first == '-' || first == '?' || first == ':')
        && (text.length() == 1 || text.charAt(1) == ' ')) {
      return false;
    }
    return !text.contains(": ")
        && !text.contains(" #")
        && !text.endsWith(":")
        && !text.startsWith("---")
        && !text.startsWith("...");
  }

  private static String literalBlock(String text, int indent) {
    StringBuilder block = new StringBuilder("|");
    String body = text;
    if (!text.endsWith("\n")) {
      block.append('-');
    } else if (text.endsWith("\n\n") || text.equals("\n")) {
      block.append('+');
      body = text.substring(0, text.length() - 1);
    } else {
      body = text.substring(0, text.length() - 1);
    }
    for (String line : body.split("\n", -1)) {
      block.append('\n');
      if (!line.isEmpty()) {
        block.append(" ".repeat(indent)).append(line);
      }
    }
    return block.toString();
  }

  private void spaces(int count) {
    out.repeat(' ', count);
  }
}
