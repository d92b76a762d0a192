package dev.javernetes.api.codec.decode;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Go's decoder calls a JSON value in its complaints. */
final class GoKinds {
  private GoKinds() {}

  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> _ -> "object";
      case List<?> _ -> "array";
      case String _ -> "string";
      case Boolean _ -> "bool";
      default -> "number";
    };
  }

  /** By a value's first byte. */
  static String of(byte first) {
    return switch (first) {
      case '{' -> "object";
      case '[' -> "array";
      case '"' -> "string";
      case 't', 'f' -> "bool";
      default -> "number";
    };
  }
}
