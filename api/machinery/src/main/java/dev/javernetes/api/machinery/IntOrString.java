package dev.javernetes.api.machinery;

import org.jspecify.annotations.Nullable;

/**
 * {@code util.intstr.IntOrString}: a port by number or name, an amount absolute or in percent.
 *
 * <pre>{@code
 * IntOrString.of(8080).toJson();                    // 8080
 * IntOrString.of("25%").scaledValue(10, true);      // 3: rounded up
 * }</pre>
 */
public sealed interface IntOrString {
  record OfInt(int value) implements IntOrString {
    @Override
    public String toString() {
      return Integer.toString(value);
    }
  }

  record OfString(String value) implements IntOrString {
    @Override
    public String toString() {
      return value;
    }
  }

  static IntOrString of(int value) {
    return new OfInt(value);
  }

  static IntOrString of(String value) {
    return new OfString(value);
  }

  /** A number or a string of a JSON tree; {@code null} for anything else. */
  static @Nullable IntOrString fromJsonOrNull(@Nullable Object value) {
    return switch (value) {
      case Number number -> new OfInt(number.intValue());
      case String text -> new OfString(text);
      case null, default -> null;
    };
  }

  default Object toJson() {
    return switch (this) {
      case OfInt(int value) -> (long) value;
      case OfString(String value) -> value;
    };
  }

  default boolean isInt() {
    return this instanceof OfInt;
  }

  /** The number, or the string read as one; 0 if it is none (as Go's IntValue). */
  default int intValue() {
    return switch (this) {
      case OfInt(int value) -> value;
      case OfString(String value) -> {
        try {
          yield Integer.parseInt(value);
        } catch (NumberFormatException e) {
          yield 0;
        }
      }
    };
  }

  /**
   * The absolute number that this stands for out of {@code total}: itself, or so many percent.
   * {@code IllegalArgumentException} for a string that is no percentage.
   */
  default int scaledValue(int total, boolean roundUp) {
    return switch (this) {
      case OfInt(int value) -> value;
      case OfString(String value) -> {
        if (!value.endsWith("%")) {
          throw new IllegalArgumentException(
              "invalid value for IntOrString: invalid type: string is not a percentage");
        }
        int percent;
        try {
          percent = Integer.parseInt(value.substring(0, value.length() - 1));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "invalid value for IntOrString: invalid value \"" + value + "\"", e);
        }
        double share = (double) percent * total / 100;
        yield (int) (roundUp ? Math.ceil(share) : Math.floor(share));
      }
    };
  }
}
