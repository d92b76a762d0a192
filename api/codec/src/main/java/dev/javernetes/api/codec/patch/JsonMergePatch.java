package dev.javernetes.api.codec.patch;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7386: members of the patch replace those of the document, {@code null} removes, objects
 * merge, arrays are replaced whole.
 *
 * <pre>
 * {@code {"a":"b","c":{"d":"e","f":"g"}}  with  {"a":"z","c":{"f":null}}  is  {"a":"z","c":{"d":"e"}}}
 * </pre>
 */
public final class JsonMergePatch {
  private JsonMergePatch() {}

  /** A new document; neither argument is changed. */
  public static @Nullable Object apply(@Nullable Object document, @Nullable Object patch) {
    if (!(patch instanceof JsonObject changes)) {
      return Json.deepCopy(patch);
    }
    JsonObject result =
        document instanceof JsonObject object ? object.deepCopy() : new JsonObject();
    merge(result, changes);
    return result;
  }

  private static void merge(JsonObject target, JsonObject changes) {
    for (Map.Entry<String, @Nullable Object> change : changes.entrySet()) {
      String name = change.getKey();
      Object value = change.getValue();
      if (value == null) {
        target.remove(name);
      } else if (value instanceof JsonObject inner) {
        JsonObject next = target.object(name);
        if (next == null) {
          next = new JsonObject();
          target.put(name, next);
        }
        merge(next, inner);
      } else {
        target.put(name, Json.deepCopy(value));
      }
    }
  }
}
