package dev.javernetes.api.machinery.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object: member names to values, in the order they were read or put.
 *
 * <p>A value is one of {@code JsonObject}, {@code List<Object>} (an array), {@code String}, {@code
 * Long}, {@code Double}, {@code Boolean} or {@code null}; nothing else ever stands in a tree. The
 * typed accessors follow Go's zero values, which upstream's logic leans on: a member that is
 * absent, {@code null} or of another type reads as {@code ""}, {@code 0}, {@code false} or an empty
 * list.
 *
 * <pre>{@code
 * JsonObject pod = Json.parseObject(bytes);
 * for (JsonObject container : pod.objectOrEmpty("spec").objects("containers")) {
 *   String image = container.string("image");
 * }
 * pod.ensureObject("metadata").put("name", "web");
 * }</pre>
 */
public final class JsonObject extends LinkedHashMap<String, @Nullable Object> {

  public JsonObject() {}

  public JsonObject(Map<String, ? extends @Nullable Object> members) {
    super(members);
  }

  /**
   * An object of alternating names and values, for readable literals: {@code JsonObject.of("name",
   * "web", "replicas", 3L)}.
   */
  public static JsonObject of(@Nullable Object... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    JsonObject object = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!(namesAndValues[i] instanceof String name)) {
        throw new IllegalArgumentException("not a member name: " + namesAndValues[i]);
      }
      object.put(name, namesAndValues[i + 1]);
    }
    return object;
  }

  /** Whether the member is present and not {@code null}. */
  public boolean has(String name) {
    return get(name) != null;
  }

  public String string(String name) {
    return get(name) instanceof String text ? text : "";
  }

  public @Nullable String stringOrNull(String name) {
    return get(name) instanceof String text ? text : null;
  }

  public long integer(String name) {
    return integer(name, 0);
  }

  public long integer(String name, long absent) {
    return get(name) instanceof Number number ? number.longValue() : absent;
  }

  public @Nullable Long integerOrNull(String name) {
    return get(name) instanceof Number number ? (Long) number.longValue() : null;
  }

  public boolean bool(String name) {
    return get(name) instanceof Boolean value && value;
  }

  public @Nullable Boolean boolOrNull(String name) {
    return get(name) instanceof Boolean value ? value : null;
  }

  /** The object at {@code name}, or {@code null}: writing to it changes this tree. */
  public @Nullable JsonObject object(String name) {
    return get(name) instanceof JsonObject object ? object : null;
  }

  /**
   * The object at {@code name} for reading; a fresh empty one, not part of this tree, if there is
   * none.
   */
  public JsonObject objectOrEmpty(String name) {
    return get(name) instanceof JsonObject object ? object : new JsonObject();
  }

  /** The object at {@code name}, put there if there is none: for writing. */
  public JsonObject ensureObject(String name) {
    if (get(name) instanceof JsonObject object) {
      return object;
    }
    JsonObject created = new JsonObject();
    put(name, created);
    return created;
  }

  /** The array at {@code name}, or {@code null}: writing to it changes this tree. */
  @SuppressWarnings("unchecked") // a tree's lists are List<Object> by the invariant above
  public @Nullable List<@Nullable Object> array(String name) {
    return get(name) instanceof List<?> list ? (List<@Nullable Object>) list : null;
  }

  /** The array at {@code name}, put there if there is none: for writing. */
  public List<@Nullable Object> ensureArray(String name) {
    List<@Nullable Object> present = array(name);
    if (present != null) {
      return present;
    }
    List<@Nullable Object> created = new ArrayList<>();
    put(name, created);
    return created;
  }

  /** The objects of the array at {@code name}, in order; elements of another type are left out. */
  public List<JsonObject> objects(String name) {
    return elements(name, JsonObject.class);
  }

  /** The strings of the array at {@code name}, in order; elements of another type are left out. */
  public List<String> strings(String name) {
    return elements(name, String.class);
  }

  /**
   * The string members of the object at {@code name} (labels, annotations, a selector); others are
   * left out.
   */
  public Map<String, String> stringMap(String name) {
    Map<String, String> strings = new LinkedHashMap<>();
    if (object(name) instanceof JsonObject object) {
      object.forEach((key, value) -> {
        if (value instanceof String text) {
          strings.put(key, text);
        }
      });
    }
    return strings;
  }

  /** Follows {@code path} through objects; {@code null} where it ends early. */
  public @Nullable Object at(String... path) {
    Object value = this;
    for (String name : path) {
      if (!(value instanceof JsonObject object)) {
        return null;
      }
      value = object.get(name);
    }
    return value;
  }

  /** A copy that shares no object or array with this tree. */
  public JsonObject deepCopy() {
    JsonObject copy = new JsonObject();
    forEach((name, value) -> copy.put(name, Json.deepCopy(value)));
    return copy;
  }

  private <T> List<T> elements(String name, Class<T> type) {
    if (!(get(name) instanceof List<?> list) || list.isEmpty()) {
      return List.of();
    }
    List<T> found = new ArrayList<>(list.size());
    for (Object element : list) {
      if (type.isInstance(element)) {
        found.add(type.cast(element));
      }
    }
    return found;
  }
}
