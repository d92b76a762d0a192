package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Values;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Timestamps (RFC 3339) and durations (Go's {@code 1h30m}), and their parts. */
public final class Times {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
  private static final Pattern PART = Pattern.compile("([0-9]*)(\\.[0-9]*)?(ns|us|µs|μs|ms|s|m|h)");
  private static final Pattern OFFSET = Pattern.compile("([+-]?)(\\d{1,2}):(\\d{2})");
  private static final Pattern RFC3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d([.,]\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)");
  private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000_000);
  private static final Map<String, BigDecimal> NANOS =
      Map.of(
          "ns", BigDecimal.ONE,
          "us", BigDecimal.valueOf(1_000),
          "µs", BigDecimal.valueOf(1_000),
          "μs", BigDecimal.valueOf(1_000),
          "ms", BigDecimal.valueOf(1_000_000),
          "s", SECOND,
          "m", SECOND.multiply(BigDecimal.valueOf(60)),
          "h", SECOND.multiply(BigDecimal.valueOf(3_600)));

  private Times() {}

  static void declare(Functions functions) {
    part(functions, "getFullYear", ZonedDateTime::getYear, null);
    part(functions, "getMonth", time -> time.getMonthValue() - 1L, null);
    part(functions, "getDate", ZonedDateTime::getDayOfMonth, null);
    part(functions, "getDayOfMonth", time -> time.getDayOfMonth() - 1L, null);
    part(functions, "getDayOfWeek", time -> time.getDayOfWeek().getValue() % 7, null);
    part(functions, "getDayOfYear", time -> time.getDayOfYear() - 1L, null);
    part(functions, "getHours", ZonedDateTime::getHour, Duration::toHours);
    part(functions, "getMinutes", ZonedDateTime::getMinute, Duration::toMinutes);
    part(functions, "getSeconds", ZonedDateTime::getSecond, Duration::toSeconds);
    part(
        functions,
        "getMilliseconds",
        time -> time.getNano() / 1_000_000,
        time -> time.toNanosPart() / 1_000_000);
  }

  private static void part(
      Functions functions,
      String name,
      ToLongFunction<ZonedDateTime> ofTime,
      @org.jspecify.annotations.Nullable ToLongFunction<Duration> ofDuration) {
    functions.known(
        name,
        arguments -> {
          if (arguments[0] instanceof Instant time && arguments.length <= 2) {
            String zone =
                arguments.length == 2 && arguments[1] instanceof String text ? text : "UTC";
            return ofTime.applyAsLong(time.atZone(zone(zone)));
          }
          if (ofDuration != null
              && arguments.length == 1
              && arguments[0] instanceof Duration time) {
            return ofDuration.applyAsLong(time);
          }
          throw new EvaluationFailure(
              "no such overload: %s(%s)".formatted(name, Values.typeName(arguments[0])));
        });
  }

  private static ZoneId zone(String name) {
    Matcher offset = OFFSET.matcher(name);
    try {
      if (offset.matches()) {
        int seconds =
            Integer.parseInt(offset.group(2)) * 3600 + Integer.parseInt(offset.group(3)) * 60;
        return ZoneOffset.ofTotalSeconds(offset.group(1).equals("-") ? -seconds : seconds);
      }
      return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw new EvaluationFailure("unknown time zone " + name);
    }
  }

  static Instant bounded(Instant time) {
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw new EvaluationFailure("timestamp overflow");
    }
    return time;
  }

  /** RFC 3339; fails with the words of Go's time package. */
  public static Instant timestamp(String text) {
    try {
      if (RFC3339.matcher(text).matches()) {
        return bounded(OffsetDateTime.parse(text.replace(',', '.')).toInstant());
      }
    } catch (DateTimeParseException bad) {
      // said below
    }
    throw new EvaluationFailure(
        "parsing time %s as \"2006-01-02T15:04:05Z07:00\": cannot parse %s as \"2006\""
            .formatted(Conversions.quoted(text), Conversions.quoted(text)));
  }

  /** Go's duration; fails with the words of Go's time package. */
  public static Duration duration(String text) {
    String rest = text;
    boolean negative = rest.startsWith("-");
    if (negative || rest.startsWith("+")) {
      rest = rest.substring(1);
    }
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal total = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int end = 0;
    while (end < rest.length() && part.find(end) && part.start() == end) {
      String fraction = part.group(2) == null ? "" : part.group(2);
      if (part.group(1).isEmpty() && fraction.length() < 2) {
        break;
      }
      BigDecimal amount =
          new BigDecimal(
              (part.group(1).isEmpty() ? "0" : part.group(1))
                  + (fraction.length() < 2 ? "" : fraction));
      total = total.add(amount.multiply(NANOS.getOrDefault(part.group(3), BigDecimal.ONE)));
      end = part.end();
    }
    if (rest.isEmpty() || end < rest.length()) {
      throw new EvaluationFailure("time: invalid duration " + Conversions.quoted(text));
    }
    BigInteger nanos = total.setScale(0, RoundingMode.DOWN).toBigInteger();
    if (nanos.bitLength() >= Long.SIZE) {
      throw new EvaluationFailure("time: invalid duration " + Conversions.quoted(text));
    }
    return Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue());
  }

  /** {@code string(duration)}: seconds, as short as it can be said: {@code 5400s}. */
  static String text(Duration duration) {
    return Conversions.plain(
            BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), 9)))
        + "s";
  }

  /** {@code string(timestamp)}: RFC 3339 with as many digits as there are. */
  static String text(Instant time) {
    String text = time.toString();
    int dot = text.indexOf('.');
    if (dot < 0) {
      return text;
    }
    int end = text.length() - 1;
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, end) + "Z";
  }
}
