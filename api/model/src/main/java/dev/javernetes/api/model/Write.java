package dev.javernetes.api.model;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What generated {@code toJson} is made of: absent and empty members are not written. */
public final class Write {
  private Write() {}

  public static void kind(JsonObject o, GroupVersionKind kind) {
    o.put("kind", kind.kind());
    o.put("apiVersion", kind.apiVersion());
  }

  public static void text(JsonObject o, String name, String value) {
    if (!value.isEmpty()) {
      o.put(name, value);
    }
  }

  public static void value(JsonObject o, String name, @Nullable Object value) {
    if (value != null) {
      o.put(name, value instanceof Integer number ? (Object) number.longValue() : value);
    }
  }

  public static void tree(JsonObject o, String name, @Nullable Object value) {
    if (value != null) {
      o.put(name, value);
    }
  }

  public static void time(JsonObject o, String name, @Nullable Instant value) {
    if (value != null) {
      o.put(name, Timestamps.format(value));
    }
  }

  public static void microTime(JsonObject o, String name, @Nullable Instant value) {
    if (value != null) {
      o.put(name, Timestamps.formatMicros(value));
    }
  }

  public static void quantity(JsonObject o, String name, @Nullable Quantity value) {
    if (value != null) {
      o.put(name, value.toString());
    }
  }

  public static void intOrString(JsonObject o, String name, @Nullable IntOrString value) {
    if (value != null) {
      o.put(name, value.toJson());
    }
  }

  public static void nonEmpty(JsonObject o, String name, JsonObject value) {
    if (!value.isEmpty()) {
      o.put(name, value);
    }
  }

  public static void strings(JsonObject o, String name, List<String> values) {
    if (!values.isEmpty()) {
      o.put(name, new ArrayList<@Nullable Object>(values));
    }
  }

  public static <T> void list(
      JsonObject o, String name, List<T> values, Function<? super T, ?> write) {
    if (!values.isEmpty()) {
      List<@Nullable Object> written = new ArrayList<>(values.size());
      values.forEach(value -> written.add(write.apply(value)));
      o.put(name, written);
    }
  }

  public static <T> void map(
      JsonObject o, String name, Map<String, T> values, Function<? super T, ?> write) {
    if (!values.isEmpty()) {
      JsonObject written = new JsonObject();
      values.forEach((key, value) -> written.put(key, write.apply(value)));
      o.put(name, written);
    }
  }

  public static Object same(Object value) {
    return value;
  }

  public static Object texts(List<String> values) {
    return new ArrayList<@Nullable Object>(values);
  }

  public static String timeText(Instant value) {
    return Timestamps.format(value);
  }

  public static String microTimeText(Instant value) {
    return Timestamps.formatMicros(value);
  }
}
