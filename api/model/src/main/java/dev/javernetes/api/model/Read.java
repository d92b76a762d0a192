package dev.javernetes.api.model;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What generated {@code fromJson} is made of. As everywhere with {@link JsonObject}, a member of
 * another type reads as absent: the API server has validated the object before anyone reads it.
 */
public final class Read {
  private Read() {}

  public static @Nullable Integer int32(JsonObject o, String name) {
    return asInt32(o.get(name));
  }

  public static @Nullable Double number(JsonObject o, String name) {
    return asNumber(o.get(name));
  }

  public static @Nullable Instant time(JsonObject o, String name) {
    return asTime(o.get(name));
  }

  public static @Nullable Quantity quantity(JsonObject o, String name) {
    return asQuantity(o.get(name));
  }

  public static @Nullable IntOrString intOrString(JsonObject o, String name) {
    return asIntOrString(o.get(name));
  }

  public static <T> @Nullable T object(JsonObject o, String name, Function<JsonObject, T> read) {
    JsonObject value = o.object(name);
    return value == null ? null : read.apply(value);
  }

  public static <T> List<T> list(
      JsonObject o, String name, Function<@Nullable Object, @Nullable T> read) {
    if (!(o.get(name) instanceof List<?> values) || values.isEmpty()) {
      return List.of();
    }
    List<T> found = new ArrayList<>(values.size());
    for (Object value : values) {
      T element = read.apply(value);
      if (element != null) {
        found.add(element);
      }
    }
    return found;
  }

  public static <T> Map<String, T> map(
      JsonObject o, String name, Function<@Nullable Object, @Nullable T> read) {
    JsonObject values = o.object(name);
    if (values == null || values.isEmpty()) {
      return Map.of();
    }
    Map<String, T> found = LinkedHashMap.newLinkedHashMap(values.size());
    values.forEach((key, value) -> {
      T read1 = read.apply(value);
      if (read1 != null) {
        found.put(key, read1);
      }
    });
    return found;
  }

  /** An immutable copy that keeps the order. */
  public static <T> Map<String, T> frozen(Map<String, T> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  public static <T> Function<@Nullable Object, @Nullable T> as(Function<JsonObject, T> read) {
    return value -> value instanceof JsonObject object ? read.apply(object) : null;
  }

  public static @Nullable String asText(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }

  public static @Nullable Integer asInt32(@Nullable Object value) {
    return value instanceof Number number ? (Integer) number.intValue() : null;
  }

  public static @Nullable Long asInt64(@Nullable Object value) {
    return value instanceof Number number ? (Long) number.longValue() : null;
  }

  public static @Nullable Double asNumber(@Nullable Object value) {
    return value instanceof Number number ? (Double) number.doubleValue() : null;
  }

  public static @Nullable Boolean asBool(@Nullable Object value) {
    return value instanceof Boolean flag ? flag : null;
  }

  public static @Nullable Instant asTime(@Nullable Object value) {
    return value instanceof String text ? Timestamps.parseOrNull(text) : null;
  }

  public static @Nullable Quantity asQuantity(@Nullable Object value) {
    return switch (value) {
      case String text -> Quantity.parseOrNull(text);
      case Number number -> Quantity.parseOrNull(number.toString());
      case null, default -> null;
    };
  }

  public static @Nullable IntOrString asIntOrString(@Nullable Object value) {
    return IntOrString.fromJsonOrNull(value);
  }

  public static @Nullable List<String> asTexts(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : null;
  }

  public static @Nullable Object asTree(@Nullable Object value) {
    return value;
  }
}
