package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.TypeValue;
import dev.javernetes.api.cel.value.Uint;
import dev.javernetes.api.cel.value.Values;
import dev.javernetes.api.machinery.field.GoQuote;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * {@code int(x)}, {@code string(x)} and the like; a text that is none is refused without saying
 * why.
 */
final class Conversions {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern FLOAT =
      Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

  private static final int LAST_PLAIN_EXPONENT = 5;

  private Conversions() {}

  static void declare(Functions functions) {
    functions.known("dyn", arguments -> arguments[0]);
    functions.known("type", arguments -> new TypeValue(Values.typeName(arguments[0])));
    functions.known("int", arguments -> toInt(arguments[0]));
    functions.known("uint", arguments -> toUint(arguments[0]));
    functions.known("double", arguments -> toDouble(arguments[0]));
    functions.known("bool", arguments -> toBool(arguments[0]));
    functions.known("string", arguments -> toText(arguments[0]));
    functions.known(
        "bytes",
        arguments ->
            switch (arguments[0]) {
              case Bytes bytes -> bytes;
              case String text -> Bytes.of(text.getBytes(StandardCharsets.UTF_8));
              default -> throw noConversion("bytes", arguments[0]);
            });
    functions.known(
        "duration",
        arguments ->
            switch (arguments[0]) {
              case Duration duration -> duration;
              case String text ->
                  orUnconvertible(text, "google.protobuf.Duration", Times::duration);
              case Long nanos -> throw unconvertible(nanos, "google.protobuf.Duration");
              default -> throw noConversion("duration", arguments[0]);
            });
    functions.known(
        "timestamp",
        arguments ->
            switch (arguments[0]) {
              case Instant time -> time;
              case String text ->
                  orUnconvertible(text, "google.protobuf.Timestamp", Times::timestamp);
              case Long seconds -> Times.bounded(Instant.ofEpochSecond(seconds));
              default -> throw noConversion("timestamp", arguments[0]);
            });
  }

  private static Object orUnconvertible(
      String text, String type, Function<String, Object> conversion) {
    try {
      return conversion.apply(text);
    } catch (EvaluationFailure bad) {
      throw unconvertible(text, type);
    }
  }

  private static Object toInt(Object value) {
    return switch (value) {
      case Long number -> number;
      case Uint number -> {
        if (number.bits() < 0) {
          throw new EvaluationFailure("integer overflow");
        }
        yield number.bits();
      }
      case Double number -> {
        if (Double.isNaN(number) || number <= -0x1p63 || number >= 0x1p63) {
          throw new EvaluationFailure("integer overflow");
        }
        yield number.longValue();
      }
      case String text -> {
        if (!INTEGER.matcher(text).matches()) {
          throw unconvertible(value, "int");
        }
        BigInteger number = new BigInteger(text);
        if (number.bitLength() >= Long.SIZE) {
          throw unconvertible(value, "int");
        }
        yield number.longValue();
      }
      case Instant time -> time.getEpochSecond();
      case Duration time -> time.toNanos();
      default -> throw noConversion("int", value);
    };
  }

  private static Object toUint(Object value) {
    return switch (value) {
      case Uint number -> number;
      case Long number -> Uint.of(BigInteger.valueOf(number));
      case Double number -> {
        if (Double.isNaN(number) || number < 0 || number >= 0x1p64) {
          throw new EvaluationFailure("unsigned integer overflow");
        }
        yield Uint.of(new BigDecimal(number).toBigInteger());
      }
      case String text -> {
        if (!INTEGER.matcher(text).matches() || text.startsWith("-") || text.startsWith("+")) {
          throw unconvertible(value, "uint");
        }
        BigInteger number = new BigInteger(text);
        if (number.bitLength() > Long.SIZE) {
          throw unconvertible(value, "uint");
        }
        yield Uint.of(number);
      }
      default -> throw noConversion("uint", value);
    };
  }

  private static Object toDouble(Object value) {
    if (value instanceof String text) {
      String plain = text.replaceFirst("^[+-]", "");
      if (plain.equalsIgnoreCase("inf") || plain.equalsIgnoreCase("infinity")) {
        return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
      if (text.equalsIgnoreCase("nan")) {
        return Double.NaN;
      }
      if (!FLOAT.matcher(text).matches()) {
        throw unconvertible(value, "double");
      }
      double number = Double.parseDouble(text);
      if (Double.isInfinite(number)) {
        throw unconvertible(value, "double");
      }
      return number;
    }
    if (Values.isNumber(value)) {
      return Values.asDouble(value);
    }
    throw noConversion("double", value);
  }

  private static Object toBool(Object value) {
    return switch (value) {
      case Boolean bool -> bool;
      case String text when TRUE.contains(text) -> true;
      case String text when FALSE.contains(text) -> false;
      case String text -> throw unconvertible(value, "bool");
      default -> throw noConversion("bool", value);
    };
  }

  static String toText(Object value) {
    return switch (value) {
      case String text -> text;
      case Long number -> Long.toString(number);
      case Uint number -> number.toString();
      case Boolean bool -> bool.toString();
      case Double number -> text(number);
      case Duration time -> Times.text(time);
      case Instant time -> Times.text(time);
      case Bytes bytes -> {
        try {
          yield StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toArray()))
              .toString();
        } catch (CharacterCodingException bad) {
          throw new EvaluationFailure("invalid UTF-8 in bytes, cannot convert to string");
        }
      }
      default -> throw noConversion("string", value);
    };
  }

  /** Go's {@code %g}: the exponent is written out from 1e+06 on. */
  static String text(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number < 0 ? "-Inf" : "+Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent <= LAST_PLAIN_EXPONENT) {
      return exact.toPlainString();
    }
    String digits = exact.unscaledValue().abs().toString();
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  static String plain(BigDecimal number) {
    BigDecimal shortest = number.stripTrailingZeros();
    return shortest.signum() == 0
        ? "0"
        : (shortest.scale() < 0 ? shortest.setScale(0, RoundingMode.UNNECESSARY) : shortest)
            .toPlainString();
  }

  static String quoted(String text) {
    return GoQuote.quote(text);
  }

  private static EvaluationFailure noConversion(String function, Object value) {
    return new EvaluationFailure(
        "no such overload: %s(%s)".formatted(function, Values.typeName(value)));
  }

  private static EvaluationFailure unconvertible(Object value, String type) {
    return new EvaluationFailure(
        "type conversion error from '%s' to '%s'".formatted(Values.typeName(value), type));
  }
}
