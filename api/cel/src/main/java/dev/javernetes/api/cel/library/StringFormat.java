package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.TypeValue;
import dev.javernetes.api.cel.value.Uint;
import dev.javernetes.api.cel.value.Values;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code '%s has %d'.format([x, y])}: clauses s, d, f, e, b, x, X, o and {@code %%}. */
final class StringFormat {
  private static final int USUAL_PRECISION = 6;
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private final String pattern;
  private final List<?> arguments;
  private int position;

  private StringFormat(String pattern, List<?> arguments) {
    this.pattern = pattern;
    this.arguments = arguments;
  }

  static String format(String pattern, List<?> arguments) {
    return new StringFormat(pattern, arguments).run();
  }

  private String run() {
    StringBuilder text = new StringBuilder();
    int next = 0;
    while (position < pattern.length()) {
      char c = pattern.charAt(position++);
      if (c != '%') {
        text.append(c);
      } else if (position < pattern.length() && pattern.charAt(position) == '%') {
        text.append('%');
        position++;
      } else {
        if (position >= pattern.length()) {
          throw new EvaluationFailure("unexpected end of string");
        }
        if (next >= arguments.size()) {
          throw new EvaluationFailure("index " + next + " out of range");
        }
        text.append(clause(Values.of(arguments.get(next++))));
      }
    }
    return text.toString();
  }

  private String clause(Object value) {
    int precision = precision();
    if (position >= pattern.length()) {
      throw failure("unexpected end of string");
    }
    char verb = pattern.charAt(position++);
    return switch (verb) {
      case 's' -> text(value);
      case 'd' -> decimal(value);
      case 'f' -> fixed(value, precision);
      case 'e' -> scientific(value);
      case 'b' -> binary(value);
      case 'x' -> hex(value);
      case 'X' -> hex(value).toUpperCase(Locale.ROOT);
      case 'o' -> octal(value);
      default -> throw failure("unrecognized formatting clause \"" + verb + "\"");
    };
  }

  private int precision() {
    if (position >= pattern.length() || pattern.charAt(position) != '.') {
      return USUAL_PRECISION;
    }
    int start = ++position;
    while (position < pattern.length() && Character.isDigit(pattern.charAt(position))) {
      position++;
    }
    if (position == start || position - start > 3) {
      throw failure(
          "error while parsing precision: could not find precision specified for fixed-point or scientific format clause");
    }
    return Integer.parseInt(pattern.substring(start, position));
  }

  private static EvaluationFailure failure(String why) {
    return new EvaluationFailure("could not parse formatting clause: " + why);
  }

  private static EvaluationFailure unformattable(String rule, Object value) {
    return new EvaluationFailure(
        "error during formatting: " + rule + ", was given " + Values.typeName(value));
  }

  private static String text(Object value) {
    return switch (value) {
      case List<?> list ->
          list.stream()
              .map(one -> literal(Values.of(one)))
              .collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map -> {
        Map<String, String> entries = new TreeMap<>();
        map.forEach((key, entry) -> entries.put(literal(key), literal(Values.of(entry))));
        yield entries.entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(", ", "{", "}"));
      }
      case NullValue unused -> "null";
      case TypeValue type -> type.name();
      case String _, Long _, Uint _, Double _, Boolean _, Bytes _, Instant _, Duration _ ->
          Conversions.toText(value);
      default ->
          throw unformattable(
              "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists,"
                  + " types, durations, and timestamps",
              value);
    };
  }

  /** A value inside a list or map: as it would be written in the language. */
  private static String literal(Object value) {
    return switch (value) {
      case String text -> Conversions.quoted(text);
      case Bytes bytes -> "b" + Conversions.quoted(Conversions.toText(bytes));
      case Instant time -> "timestamp(" + Conversions.quoted(Conversions.toText(time)) + ")";
      case Duration time -> "duration(" + Conversions.quoted(Conversions.toText(time)) + ")";
      case Double number when number.isNaN() || number.isInfinite() ->
          Conversions.quoted(Conversions.text(number));
      case Double number ->
          new BigDecimal(number).setScale(USUAL_PRECISION, RoundingMode.HALF_EVEN).toPlainString();
      case TypeValue type -> "type(" + type.name() + ")";
      default -> text(value);
    };
  }

  private static String decimal(Object value) {
    if (value instanceof Long || value instanceof Uint) {
      return value.toString();
    }
    throw unformattable("decimal clause can only be used on integers", value);
  }

  private static double number(Object value, String rule) {
    return switch (value) {
      case Double number -> number;
      case String text when text.equals("NaN") -> Double.NaN;
      case String text when text.equals("Infinity") -> Double.POSITIVE_INFINITY;
      case String text when text.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
      default -> throw unformattable(rule, value);
    };
  }

  /** In American English, which cel-go's printer speaks: digits in groups of three. */
  private static String fixed(Object value, int precision) {
    double number = number(value, "fixed-point clause can only be used on doubles");
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return special(number);
    }
    BigDecimal rounded = new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN);
    return String.format(Locale.US, "%,." + precision + "f", rounded);
  }

  /** cel-go's printer takes no notice of a precision here. */
  private static String scientific(Object value) {
    double number = number(value, "scientific clause can only be used on doubles");
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return special(number);
    }
    String written = String.format(Locale.US, "%.6e", new BigDecimal(number));
    int e = written.indexOf('e');
    StringBuilder text = new StringBuilder(written.substring(0, e)).append("×10");
    String exponent = written.substring(e + 1);
    if (exponent.startsWith("-")) {
      text.append('⁻');
    }
    exponent.chars().skip(1).forEach(digit -> text.append(SUPERSCRIPTS.charAt(digit - '0')));
    return text.toString();
  }

  private static String special(double number) {
    return Double.isNaN(number) ? "NaN" : number > 0 ? "∞" : "-∞";
  }

  private static String binary(Object value) {
    return switch (value) {
      case Long number when number < 0 -> "-" + Long.toUnsignedString(-number, 2);
      case Long number -> Long.toBinaryString(number);
      case Uint number -> Long.toBinaryString(number.bits());
      case Boolean bool -> bool ? "1" : "0";
      default -> throw unformattable("only integers and bools can be formatted as binary", value);
    };
  }

  private static String hex(Object value) {
    return switch (value) {
      case Long number when number < 0 -> "-" + Long.toUnsignedString(-number, 16);
      case Long number -> Long.toHexString(number);
      case Uint number -> Long.toHexString(number.bits());
      case String text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
      case Bytes bytes -> HexFormat.of().formatHex(bytes.toArray());
      default ->
          throw unformattable(
              "only integers, byte buffers, and strings can be formatted as hex", value);
    };
  }

  private static String octal(Object value) {
    return switch (value) {
      case Long number when number < 0 -> "-" + Long.toUnsignedString(-number, 8);
      case Long number -> Long.toOctalString(number);
      case Uint number -> Long.toOctalString(number.bits());
      default -> throw unformattable("octal clause can only be used on integers", value);
    };
  }
}
