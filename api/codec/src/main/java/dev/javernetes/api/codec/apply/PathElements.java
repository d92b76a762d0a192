package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Path elements in their stored form, and how they are shown to users. */
final class PathElements {
  private PathElements() {}

  static String field(String name) {
    return "f:" + name;
  }

  static String value(@Nullable Object value) {
    return "v:" + Json.text(value);
  }

  static String index(int index) {
    return "i:" + index;
  }

  /** The element's keys, sorted by name. */
  static String key(TreeMap<String, @Nullable Object> keys) {
    return "k:" + Json.text(new JsonObject(keys));
  }

  static boolean isField(String element) {
    return element.startsWith("f:");
  }

  static boolean isKey(String element) {
    return element.startsWith("k:");
  }

  static String fieldName(String element) {
    return element.substring(2);
  }

  /** The one spelling of an element that came from outside. */
  static String canonical(String element) {
    if (element.length() < 2 || element.charAt(1) != ':') {
      throw new IllegalArgumentException("unrecognized path element: " + element);
    }
    String content = element.substring(2);
    return switch (element.charAt(0)) {
      case 'f' -> element;
      case 'k' -> {
        if (!(parsed(content) instanceof JsonObject keys)) {
          throw new IllegalArgumentException("expected map in " + element);
        }
        yield key(new TreeMap<>(keys));
      }
      case 'v' -> value(parsed(content));
      case 'i' -> index(Integer.parseInt(content));
      default -> throw new IllegalArgumentException("unrecognized path element: " + element);
    };
  }

  /** {@code .name}, {@code [name="c"]}, {@code [="a"]}, {@code [0]}. */
  static String shown(String element) {
    String content = element.substring(2);
    return switch (element.charAt(0)) {
      case 'f' -> "." + content;
      case 'k' ->
          ((JsonObject) java.util.Objects.requireNonNull(parsed(content)))
              .entrySet().stream()
                  .map(key -> key.getKey() + "=" + text(key.getValue()))
                  .collect(Collectors.joining(",", "[", "]"));
      case 'v' -> "[=" + text(parsed(content)) + "]";
      default -> "[" + content + "]";
    };
  }

  /** A value as upstream's messages print it. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case String string -> GoQuote.quote(string);
      case JsonObject object ->
          object.entrySet().stream()
              .map(member -> GoQuote.quote(member.getKey()) + "=" + text(member.getValue()))
              .collect(Collectors.joining(";", "{", "}"));
      case List<?> list ->
          list.stream().map(PathElements::text).collect(Collectors.joining(",", "[", "]"));
      case null -> "null";
      default -> Json.text(value);
    };
  }

  private static @Nullable Object parsed(String content) {
    try {
      return Json.parse(content.getBytes(StandardCharsets.UTF_8));
    } catch (JsonSyntaxException malformed) {
      throw new IllegalArgumentException("malformed path element: " + content, malformed);
    }
  }
}
