package dev.javernetes.api.codec.patch;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How Go prints a JSON tree: as {@code %v} ({@code map[image:i name:n]}, {@code [a b]}, {@code
 * <nil>}) and as {@code encoding/json} does.
 */
public final class GoPrint {
  private GoPrint() {}

  /** JSON in which Go has escaped what a browser might take for markup. */
  public static String json(@Nullable Object tree) {
    return Json.text(tree)
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  /** As {@link #json}, of Go maps: members in order of their names. */
  public static String mapJson(@Nullable Object tree) {
    return json(sorted(tree));
  }

  private static @Nullable Object sorted(@Nullable Object tree) {
    return switch (tree) {
      case JsonObject object -> {
        TreeMap<String, @Nullable Object> members = new TreeMap<>();
        object.forEach((name, value) -> members.put(name, sorted(value)));
        yield new JsonObject(members);
      }
      case List<?> list -> {
        List<@Nullable Object> elements = new ArrayList<>(list.size());
        list.forEach(element -> elements.add(sorted(element)));
        yield elements;
      }
      case null, default -> tree;
    };
  }

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

  /** What {@code encoding/json} calls the kind of a value. */
  public static String jsonKind(@Nullable Object tree) {
    return switch (tree) {
      case null -> "null";
      case JsonObject _ -> "object";
      case List<?> _ -> "array";
      case String _ -> "string";
      case Boolean _ -> "bool";
      default -> "number";
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
