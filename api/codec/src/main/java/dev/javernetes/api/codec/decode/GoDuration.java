package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.field.GoQuote;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Go's durations: {@code 1h30m}, {@code 1.5s}, {@code 100ms}. */
public final class GoDuration {
  private static final Map<String, Long> UNIT_NANOS =
      Map.of(
          "ns",
          1L,
          "us",
          1_000L,
          "µs",
          1_000L,
          "μs",
          1_000L,
          "ms",
          1_000_000L,
          "s",
          1_000_000_000L,
          "m",
          60_000_000_000L,
          "h",
          3_600_000_000_000L);

  private GoDuration() {}

  static String canonical(String text) throws DecodeException {
    return text(parse(text));
  }

  /** Nanoseconds. */
  public static long parse(String text) throws DecodeException {
    String rest = text;
    boolean negative = rest.startsWith("-");
    if (negative || rest.startsWith("+")) {
      rest = rest.substring(1);
    }
    if (rest.equals("0")) {
      return 0;
    }
    if (rest.isEmpty()) {
      throw invalid(text);
    }
    BigDecimal total = BigDecimal.ZERO;
    while (!rest.isEmpty()) {
      int end = 0;
      while (end < rest.length()
          && (Character.isDigit(rest.charAt(end)) || rest.charAt(end) == '.')) {
        end++;
      }
      String number = rest.substring(0, end);
      if (number.isEmpty()
          || number.equals(".")
          || number.indexOf('.') != number.lastIndexOf('.')) {
        throw invalid(text);
      }
      int unitEnd = end;
      while (unitEnd < rest.length()
          && rest.charAt(unitEnd) != '.'
          && !Character.isDigit(rest.charAt(unitEnd))) {
        unitEnd++;
      }
      String unit = rest.substring(end, unitEnd);
      if (unit.isEmpty()) {
        throw new DecodeException("time: missing unit in duration " + GoQuote.quote(text));
      }
      Long nanos = UNIT_NANOS.get(unit);
      if (nanos == null) {
        throw new DecodeException(
            "time: unknown unit " + GoQuote.quote(unit) + " in duration " + GoQuote.quote(text));
      }
      total =
          total.add(
              new BigDecimal(
                      number.startsWith(".")
                          ? "0" + number
                          : number.endsWith(".") ? number + "0" : number)
                  .multiply(BigDecimal.valueOf(nanos))
                  .setScale(0, RoundingMode.DOWN));
      rest = rest.substring(unitEnd);
    }
    if (total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw invalid(text);
    }
    return negative ? -total.longValueExact() : total.longValueExact();
  }

  /** As Go's {@code Duration.String}: {@code 1h0m0s}, {@code 1.5s}, {@code 100ms}. */
  public static String text(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    long value = Math.abs(nanos);
    if (value < 1_000L) {
      return sign + value + "ns";
    }
    if (value < 1_000_000L) {
      return sign + decimal(value, 1_000L) + "µs";
    }
    if (value < 1_000_000_000L) {
      return sign + decimal(value, 1_000_000L) + "ms";
    }
    long minutes = value / 60_000_000_000L;
    String seconds = decimal(value % 60_000_000_000L, 1_000_000_000L) + "s";
    if (minutes == 0) {
      return sign + seconds;
    }
    return minutes < 60
        ? sign + minutes + "m" + seconds
        : sign + minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  private static String decimal(long value, long unit) {
    BigDecimal number =
        BigDecimal.valueOf(value).divide(BigDecimal.valueOf(unit)).stripTrailingZeros();
    return number.toPlainString();
  }

  private static DecodeException invalid(String text) {
    return new DecodeException("time: invalid duration " + GoQuote.quote(text));
  }
}
