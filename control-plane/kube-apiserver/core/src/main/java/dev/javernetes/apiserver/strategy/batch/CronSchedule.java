package dev.javernetes.apiserver.strategy.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/** The form of a cron schedule; problems are worded as by upstream's parser. */
final class CronSchedule {
  private static final List<String> DESCRIPTORS =
      List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
  private static final Map<String, Integer> MONTHS =
      Map.ofEntries(
          Map.entry("jan", 1),
          Map.entry("feb", 2),
          Map.entry("mar", 3),
          Map.entry("apr", 4),
          Map.entry("may", 5),
          Map.entry("jun", 6),
          Map.entry("jul", 7),
          Map.entry("aug", 8),
          Map.entry("sep", 9),
          Map.entry("oct", 10),
          Map.entry("nov", 11),
          Map.entry("dec", 12));
  private static final Map<String, Integer> DAYS =
      Map.of("sun", 0, "mon", 1, "tue", 2, "wed", 3, "thu", 4, "fri", 5, "sat", 6);
  private static final List<Place> PLACES =
      List.of(
          new Place(0, 59, Map.of()),
          new Place(0, 23, Map.of()),
          new Place(1, 31, Map.of()),
          new Place(1, 12, MONTHS),
          new Place(0, 6, DAYS));

  private record Place(int min, int max, Map<String, Integer> names) {}

  /** What is wrong, in upstream's words. */
  static final class Problem extends Exception {
    private static final long serialVersionUID = 1L;

    Problem(String message) {
      super(message);
    }
  }

  private CronSchedule() {}

  static void check(String schedule) throws Problem {
    String rest = schedule;
    if (rest.startsWith("TZ=") || rest.startsWith("CRON_TZ=")) {
      int space = rest.indexOf(' ');
      if (space < 0) {
        throw new Problem("invalid schedule format: panic occurred during parsing");
      }
      String zone = rest.substring(rest.indexOf('=') + 1, space);
      if (!TimeZones.isKnown(zone)) {
        throw new Problem("provided bad location " + zone + ": unknown time zone " + zone);
      }
      rest = rest.substring(space).strip();
    }
    if (rest.startsWith("@")) {
      descriptor(rest);
      return;
    }
    List<String> fields = fields(rest);
    if (fields.size() != PLACES.size()) {
      throw new Problem(
          "expected exactly 5 fields, found "
              + fields.size()
              + ": ["
              + String.join(" ", fields)
              + "]");
    }
    for (int i = 0; i < fields.size(); i++) {
      for (String range : fields.get(i).split(",", -1)) {
        if (!range.isEmpty()) {
          range(range, PLACES.get(i));
        }
      }
    }
  }

  private static List<String> fields(String text) {
    List<String> fields = new ArrayList<>();
    for (StringTokenizer words = new StringTokenizer(text); words.hasMoreTokens(); ) {
      fields.add(words.nextToken());
    }
    return fields;
  }

  private static void descriptor(String descriptor) throws Problem {
    if (descriptor.startsWith("@every ")) {
      String duration = descriptor.substring("@every ".length());
      if (!duration.matches(
          "[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*|[-+]?0")) {
        throw new Problem(
            "failed to parse duration "
                + descriptor
                + ": time: invalid duration \""
                + duration
                + "\"");
      }
    } else if (!DESCRIPTORS.contains(descriptor)) {
      throw new Problem("unrecognized descriptor: " + descriptor);
    }
  }

  private static void range(String text, Place place) throws Problem {
    String[] rangeAndStep = text.split("/", -1);
    String[] lowAndHigh = rangeAndStep[0].split("-", -1);
    boolean any = lowAndHigh[0].equals("*") || lowAndHigh[0].equals("?");
    long start = any ? place.min() : number(lowAndHigh[0], place.names());
    long end = any ? place.max() : start;
    if (!any && lowAndHigh.length == 2) {
      end = number(lowAndHigh[1], place.names());
    } else if (!any && lowAndHigh.length > 2) {
      throw new Problem("too many hyphens: " + text);
    }
    long step = 1;
    if (rangeAndStep.length == 2) {
      step = number(rangeAndStep[1], Map.of());
      end = lowAndHigh.length == 1 ? place.max() : end;
    } else if (rangeAndStep.length > 2) {
      throw new Problem("too many slashes: " + text);
    }
    if (start < place.min()) {
      throw new Problem(
          "beginning of range (" + start + ") below minimum (" + place.min() + "): " + text);
    }
    if (end > place.max()) {
      throw new Problem("end of range (" + end + ") above maximum (" + place.max() + "): " + text);
    }
    if (start > end) {
      throw new Problem(
          "beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
    }
    if (step == 0) {
      throw new Problem("step of range should be a positive number: " + text);
    }
  }

  private static long number(String text, Map<String, Integer> names) throws Problem {
    Integer named = names.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      String why = text.matches("[-+]?[0-9]+") ? "value out of range" : "invalid syntax";
      throw new Problem(
          "failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": " + why);
    }
    if (value < 0) {
      throw new Problem("negative number (" + value + ") not allowed: " + text);
    }
    return value;
  }
}
