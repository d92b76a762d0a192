package dev.javernetes.apiserver.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between JSON trees and the values that expressions work on. */
public final class CelValues {
  private CelValues() {}

  /** The same tree unless there is a {@code null} in it, which CEL writes otherwise. */
  public static Object of(@Nullable Object json) {
    if (json == null) {
      return NullValue.NULL_VALUE;
    }
    if (!hasNull(json)) {
      return json;
    }
    return switch (json) {
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(key, of(value)));
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(value -> copy.add(of(value)));
        yield copy;
      }
      default -> json;
    };
  }

  /** What an expression yielded as JSON; {@code ExpressionException} if it cannot be said in it. */
  public static @Nullable Object toJson(Object value) throws ExpressionException {
    return switch (value) {
      case NullValue unused -> null;
      case String text -> text;
      case Boolean bool -> bool;
      case Long number -> number;
      case Integer number -> number.longValue();
      case Double number -> number;
      case UnsignedLong number -> number.longValue();
      case CelByteString bytes -> Base64.getEncoder().encodeToString(bytes.toByteArray());
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object one : list) {
          copy.add(toJson(one));
        }
        yield copy;
      }
      case Map<?, ?> map -> {
        JsonObject copy = new JsonObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          copy.put(String.valueOf(entry.getKey()), toJson(entry.getValue()));
        }
        yield copy;
      }
      default ->
          throw new ExpressionException("cannot be shown as JSON: " + value.getClass().getName());
    };
  }

  private static boolean hasNull(@Nullable Object json) {
    return switch (json) {
      case null -> true;
      case Map<?, ?> map -> map.values().stream().anyMatch(CelValues::hasNull);
      case List<?> list -> list.stream().anyMatch(CelValues::hasNull);
      default -> false;
    };
  }
}
