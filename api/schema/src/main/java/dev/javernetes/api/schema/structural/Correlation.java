package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value together with what stood in its place before an update (KEP-4008): what has not changed
 * need not be valid. Members of objects correspond by name, elements of a list of type {@code map}
 * by its keys; those of other lists to nothing.
 *
 * <pre>{@code
 * Correlation whole = new Correlation(updated, old, schema);
 * whole.member("spec").member("size").unchanged();
 * }</pre>
 */
public final class Correlation {
  private final @Nullable Object value;
  private final @Nullable Object old;
  private final Schema schema;
  private final Map<Object, Correlation> children = new HashMap<>();
  private @Nullable Boolean unchanged;

  public Correlation(@Nullable Object value, @Nullable Object old, Schema schema) {
    this.value = value;
    this.old = old;
    this.schema = schema;
  }

  public @Nullable Object value() {
    return value;
  }

  public @Nullable Object old() {
    return old;
  }

  /** {@code null} if the member is not in both, or the schema says nothing of it. */
  public @Nullable Correlation member(String name) {
    Correlation known = children.get(name);
    if (known != null) {
      return known;
    }
    if (!(value instanceof JsonObject now)
        || !(old instanceof JsonObject before)
        || !now.containsKey(name)
        || !before.containsKey(name)) {
      return null;
    }
    Schema property = schema.property(name);
    if (property == null) {
      property = schema.additionalProperties();
    }
    return property == null ? null : child(name, now.get(name), before.get(name), property);
  }

  /** {@code null} if nothing corresponds to the element. */
  public @Nullable Correlation element(int index) {
    Correlation known = children.get(index);
    if (known != null) {
      return known;
    }
    if (!(value instanceof List<?> now)
        || !(old instanceof List<?> before)
        || index >= now.size()
        || schema.listType() != Schema.ListType.MAP
        || !(now.get(index) instanceof JsonObject element)
        || !(schema.items() instanceof Schema items)) {
      return null;
    }
    for (Object candidate : before) {
      if (candidate instanceof JsonObject former && sameKeys(element, former)) {
        return child(index, element, former, items);
      }
    }
    return null;
  }

  private boolean sameKeys(JsonObject element, JsonObject former) {
    return schema.listMapKeys().stream()
        .allMatch(key -> Objects.equals(element.get(key), former.get(key)));
  }

  private Correlation child(
      Object key, @Nullable Object now, @Nullable Object before, Schema inner) {
    Correlation child = new Correlation(now, before, inner);
    children.put(key, child);
    return child;
  }

  /**
   * Whether the value is as it was; the elements of a list of type {@code map} may have changed
   * places.
   */
  public boolean unchanged() {
    Boolean known = unchanged;
    if (known == null) {
      known = compare();
      unchanged = known;
    }
    return known;
  }

  private boolean compare() {
    if (value instanceof List<?> now && old instanceof List<?> before) {
      if (now.size() != before.size()) {
        return false;
      }
      if (schema.listType() != Schema.ListType.MAP) {
        return now.equals(before);
      }
      for (int i = 0; i < now.size(); i++) {
        Correlation element = element(i);
        if (element == null || !element.unchanged()) {
          return false;
        }
      }
      return true;
    }
    if (value instanceof JsonObject now && old instanceof JsonObject before) {
      if (now.size() != before.size()) {
        return false;
      }
      for (String name : now.keySet()) {
        Correlation member = member(name);
        if (member == null || !member.unchanged()) {
          return false;
        }
      }
      return true;
    }
    return Objects.equals(value, old);
  }
}
