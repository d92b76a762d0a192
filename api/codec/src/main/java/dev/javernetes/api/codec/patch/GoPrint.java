package dev.javernetes.api.codec.patch;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Go's {@code %v} of a JSON tree: {@code map[image:i name:n]}, {@code [a b]}, {@code <nil>}. */
public final class GoPrint {
  private GoPrint() {}

  public static String value(@Nullable Object tree) {
    return switch (tree) {
      case null -> "<nil>";
      case JsonObject object ->
          new TreeMap<>(object)
              .entrySet().stream()
                  .map(member -> member.getKey() + ":" + value(member.getValue()))
                  .collect(Collectors.joining(" ", "map[", "]"));
      case List<?> list ->
          list.stream().map(GoPrint::value).collect(Collectors.joining(" ", "[", "]"));
      case String text -> text;
      default -> Json.text(tree);
    };
  }

  /** The Go type that a JSON value has in an {@code interface{}}. */
  public static String type(@Nullable Object tree) {
    return switch (tree) {
      case null -> "nil";
      case JsonObject _ -> "map[string]interface {}";
      case List<?> _ -> "[]interface {}";
      case String _ -> "string";
      case Boolean _ -> "bool";
      case Double _ -> "float64";
      default -> "int64";
    };
  }
}
