package dev.javernetes.api.codec.patch;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7386: members of the patch replace those of the document, {@code null} removes, objects
 * merge, arrays are replaced whole. Two leniencies of upstream's library: nulls deep in a value
 * that is new are dropped even within its arrays' objects, and a patch of {@code null} is none.
 *
 * <pre>
 * {@code {"a":"b","c":{"d":"e","f":"g"}}  with  {"a":"z","c":{"f":null}}  is  {"a":"z","c":{"d":"e"}}}
 * </pre>
 */
public final class JsonMergePatch {
  private JsonMergePatch() {}

  /**
   * A new document; neither argument is changed. Objects that the patch reached into have their
   * members sorted, as upstream re-encodes them.
   */
  public static Object apply(@Nullable Object document, @Nullable Object patch)
      throws PatchException {
    if (patch instanceof JsonObject changes) {
      return document instanceof JsonObject object
          ? merged(object, changes)
          : Objects.requireNonNull(withoutNulls(changes));
    }
    if (patch instanceof List<?>) {
      return Objects.requireNonNull(withoutNulls(patch));
    }
    throw new PatchException(PatchException.Kind.MALFORMED, "Invalid JSON Patch");
  }

  private static JsonObject merged(JsonObject document, JsonObject changes) {
    TreeMap<String, @Nullable Object> result = new TreeMap<>(document);
    for (Map.Entry<String, @Nullable Object> change : changes.entrySet()) {
      String name = change.getKey();
      Object value = change.getValue();
      Object present = document.get(name);
      if (value == null) {
        result.remove(name);
      } else if (present instanceof JsonObject inner && value instanceof JsonObject more) {
        result.put(name, merged(inner, more));
      } else {
        result.put(
            name, present instanceof JsonObject ? Json.deepCopy(value) : withoutNulls(value));
      }
    }
    result.replaceAll((name, value) -> changes.containsKey(name) ? value : Json.deepCopy(value));
    return new JsonObject(result);
  }

  private static @Nullable Object withoutNulls(@Nullable Object value) {
    return switch (value) {
      case JsonObject object -> {
        JsonObject kept = new JsonObject();
        object.forEach((name, member) -> {
          if (member != null) {
            kept.put(name, withoutNulls(member));
          }
        });
        yield kept;
      }
      case List<?> list -> {
        List<@Nullable Object> kept = new ArrayList<>(list.size());
        list.forEach(element -> kept.add(withoutNulls(element)));
        yield kept;
      }
      case null, default -> value;
    };
  }
}
