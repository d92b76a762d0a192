package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value and what stood in its place before (KEP-4008): a rule that fails for what has not changed
 * only warns. Members of objects correspond by name, elements of lists of type {@code map} by their
 * keys, other elements to nothing; what corresponds to nothing goes by the nearest value around it
 * that does.
 *
 * @param known whether something corresponds to the value itself
 * @param around whether the nearest value around it is unchanged
 */
record Ratchet(
    boolean known,
    @Nullable Object value,
    @Nullable Object old,
    @Nullable JsonObject schema,
    boolean root,
    boolean around) {
  /** For a value that did not exist before: nothing is unchanged. */
  static final Ratchet NONE = new Ratchet(false, null, null, null, false, false);

  static Ratchet of(@Nullable Object value, @Nullable Object old, JsonObject schema) {
    return new Ratchet(true, value, old, schema, true, false);
  }

  boolean unchanged() {
    return known && schema != null ? same(value, old, schema) : around;
  }

  /** Without what corresponds to the value, as upstream does for allOf. */
  Ratchet onlyAround() {
    return new Ratchet(false, null, null, null, false, around);
  }

  Ratchet member(String name) {
    if (!known || schema == null) {
      return this;
    }
    if (root && (name.equals("apiVersion") || name.equals("kind"))) {
      return NONE;
    }
    JsonObject inner = property(schema, name);
    if (inner == null
        || !(value instanceof JsonObject now)
        || !(old instanceof JsonObject before)
        || !before.containsKey(name)) {
      return new Ratchet(false, null, null, null, false, unchanged());
    }
    return new Ratchet(true, now.get(name), before.get(name), inner, false, unchanged());
  }

  Ratchet element(int index) {
    if (!known || schema == null) {
      return this;
    }
    JsonObject items = schema.object("items");
    if (items != null && value instanceof List<?> now && old instanceof List<?> before) {
      Object counterpart = counterpart(now.get(index), before, schema);
      if (counterpart != null) {
        return new Ratchet(true, now.get(index), counterpart, items, false, unchanged());
      }
    }
    return new Ratchet(false, null, null, null, false, unchanged());
  }

  private static @Nullable JsonObject property(JsonObject schema, String name) {
    JsonObject property = schema.objectOrEmpty("properties").object(name);
    return property == null ? schema.object("additionalProperties") : property;
  }

  /** The element of a list of type {@code map} with the same keys. */
  static @Nullable Object counterpart(
      @Nullable Object element, @Nullable List<?> among, JsonObject schema) {
    if (among == null
        || !schema.string("x-kubernetes-list-type").equals("map")
        || !(element instanceof JsonObject sought)) {
      return null;
    }
    List<String> keys = schema.strings("x-kubernetes-list-map-keys");
    for (Object one : among) {
      if (one instanceof JsonObject candidate
          && keys.stream().allMatch(key -> Objects.equals(candidate.get(key), sought.get(key)))) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean same(
      @Nullable Object value, @Nullable Object old, @Nullable JsonObject schema) {
    if (schema == null) {
      return Objects.equals(value, old);
    }
    if (value instanceof List<?> now && old instanceof List<?> before) {
      if (!schema.string("x-kubernetes-list-type").equals("map")) {
        return now.equals(before);
      }
      return now.size() == before.size()
          && now.stream()
              .allMatch(one -> {
                Object counterpart = counterpart(one, before, schema);
                return counterpart != null && same(one, counterpart, schema.object("items"));
              });
    }
    if (value instanceof JsonObject now && old instanceof JsonObject before) {
      return now.size() == before.size()
          && now.keySet().stream()
              .allMatch(name ->
                  before.containsKey(name)
                      && same(now.get(name), before.get(name), property(schema, name)));
    }
    return Objects.equals(value, old);
  }
}
