package dev.javernetes.controllermanager.cronjob;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cron schedule: minute, hour, day of month, month, day of week; {@code @hourly} and its like;
 * {@code @every 90m}.
 *
 * <p>{@code 30 8 * * MON-FRI} is half past eight on working days. If both days are restricted
 * either one suffices, as in every cron.
 */
final class Schedule {
  private static final Map<String, String> MACROS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");
  private static final List<String> MONTHS =
      List.of(
          "", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet days;
  private final BitSet months;
  private final BitSet weekdays;
  private final boolean anyDay;
  private final boolean anyWeekday;
  private final @Nullable Duration every;
  private final ZoneId zone;

  private Schedule(String[] fields, ZoneId zone, @Nullable Duration every) {
    this.zone = zone;
    this.every = every;
    minutes = field(fields[0], 0, 59, List.of());
    hours = field(fields[1], 0, 23, List.of());
    days = field(fields[2], 1, 31, List.of());
    months = field(fields[3], 1, 12, MONTHS);
    weekdays = field(fields[4], 0, 6, DAYS);
    anyDay = fields[2].startsWith("*") || fields[2].startsWith("?");
    anyWeekday = fields[4].startsWith("*") || fields[4].startsWith("?");
  }

  /**
   * @throws IllegalArgumentException if it is no schedule
   */
  static Schedule parse(String text, ZoneId zone) {
    String expression = text.strip();
    if (expression.startsWith("@every ")) {
      Duration every = duration(expression.substring("@every ".length()).strip());
      return new Schedule(new String[] {"*", "*", "*", "*", "*"}, zone, every);
    }
    expression = MACROS.getOrDefault(expression, expression);
    String[] fields = expression.split("\\s+");
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "expected exactly 5 fields, found %d: [%s]".formatted(fields.length, text));
    }
    return new Schedule(fields, zone, null);
  }

  /** The first time after {@code after}; null if there is none within five years. */
  @Nullable Instant next(Instant after) {
    if (every != null) {
      return after.plus(every).truncatedTo(ChronoUnit.SECONDS);
    }
    ZonedDateTime time =
        after.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    ZonedDateTime end = time.plusYears(5);
    while (time.isBefore(end)) {
      if (!months.get(time.getMonthValue())) {
        time = time.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS).plusMonths(1);
      } else if (!day(time)) {
        time = time.truncatedTo(ChronoUnit.DAYS).plusDays(1);
      } else if (!hours.get(time.getHour())) {
        time = time.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
      } else if (!minutes.get(time.getMinute())) {
        time = time.plus(1, ChronoUnit.MINUTES);
      } else {
        return time.toInstant();
      }
    }
    return null;
  }

  private boolean day(ZonedDateTime time) {
    boolean day = days.get(time.getDayOfMonth());
    boolean weekday = weekdays.get(time.getDayOfWeek().getValue() % 7);
    return anyDay || anyWeekday ? day && weekday : day || weekday;
  }

  private static BitSet field(String text, int least, int most, List<String> names) {
    BitSet set = new BitSet();
    for (String part : text.split(",")) {
      int slash = part.indexOf('/');
      String range = slash < 0 ? part : part.substring(0, slash);
      int step = slash < 0 ? 1 : number(part.substring(slash + 1), List.of());
      int first;
      int last;
      if (range.equals("*") || range.equals("?")) {
        first = least;
        last = most;
      } else {
        int dash = range.indexOf('-');
        first = number(dash < 0 ? range : range.substring(0, dash), names);
        last = dash >= 0 ? number(range.substring(dash + 1), names) : slash < 0 ? first : most;
      }
      if (first < least || last > most || first > last || step <= 0) {
        throw new IllegalArgumentException("not a part of a schedule: " + part);
      }
      for (int value = first; value <= last; value += step) {
        set.set(value);
      }
    }
    return set;
  }

  private static int number(String text, List<String> names) {
    int named = names.indexOf(text.toUpperCase(Locale.ROOT));
    if (named >= 0 && !text.isEmpty()) {
      return named;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException problem) {
      throw new IllegalArgumentException("not a number of a schedule: " + text, problem);
    }
  }

  private static Duration duration(String text) {
    try {
      Duration parsed = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      return parsed.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : parsed;
    } catch (java.time.format.DateTimeParseException problem) {
      throw new IllegalArgumentException("failed to parse duration " + text, problem);
    }
  }
}
