package dev.javernetes.api.schema.structural;

import com.google.re2j.Pattern;
import dev.javernetes.api.schema.Schema;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The formats that a custom resource's schema may name: {@code format: ipv4}. A format that is not
 * known, or not one of its type, is accepted and means nothing, as upstream has it; dashes in a
 * name count for nothing ({@code date-time}, {@code datetime}).
 */
public final class Formats {
  private static final Set<String> INTEGERS = Set.of("int32", "int64");
  private static final Set<String> NUMBERS = Set.of("float", "double");

  private static final Predicate<String> UUID =
      pattern("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$");
  private static final Predicate<String> UUID3 =
      pattern("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$");
  private static final Predicate<String> UUID4 =
      pattern("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$");
  private static final Predicate<String> UUID5 =
      pattern("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$");
  private static final Predicate<String> BASE64 =
      pattern("^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$");
  private static final Predicate<String> SSN = pattern("^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$");
  private static final Predicate<String> HEX_COLOR = pattern("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$");
  private static final String CHANNEL = "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*";
  private static final Predicate<String> RGB_COLOR =
      pattern("^rgb\\(" + CHANNEL + "," + CHANNEL + "," + CHANNEL + "\\)$");
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Predicate<String> SHORT_NAME = pattern("^" + LABEL + "$");
  private static final Predicate<String> LONG_NAME = pattern("^" + LABEL + "(\\." + LABEL + ")*$");
  // RFC 1034 §3.5 with what RFC 1123 allows besides, letters and symbols of any script
  private static final Predicate<String> HOSTNAME =
      pattern(
          "^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)"
              + "|([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)"
              + "(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$");
  private static final Predicate<String> TIME_OF_DAY =
      pattern("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$");
  private static final Predicate<String> GO_DURATION =
      pattern("^[-+]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$");
  // what Scala writes: 3 days, 2 hours
  private static final Predicate<String> WORDED_DURATION =
      pattern("(?i)\\d+\\s*(ns|us|µs|ms|s|m|h|hr|d|w|wk|nano|micro|milli|sec|min|hour|day|week)");
  private static final Predicate<String> MAC =
      pattern(
          "^(([0-9a-fA-F]{2}:){5}([0-9a-fA-F]{2}:){0,2}[0-9a-fA-F]{2}"
              + "|([0-9a-fA-F]{2}-){5}([0-9a-fA-F]{2}-){0,2}[0-9a-fA-F]{2}"
              + "|([0-9a-fA-F]{4}\\.){2,3}[0-9a-fA-F]{4})$");
  private static final Predicate<String> OBJECT_ID = pattern("^[0-9a-fA-F]{24}$");

  private static final Map<String, Predicate<String>> STRINGS =
      Map.ofEntries(
          Map.entry("bsonobjectid", OBJECT_ID),
          Map.entry("uri", TextFormats::isRequestUri),
          Map.entry("email", TextFormats::isEmail),
          Map.entry("hostname", Formats::isHostname),
          Map.entry("ipv4", TextFormats::isIpv4),
          Map.entry("ipv6", TextFormats::isIpv6),
          Map.entry("cidr", TextFormats::isCidr),
          Map.entry("mac", MAC),
          Map.entry("uuid", UUID),
          Map.entry("uuid3", UUID3),
          Map.entry("uuid4", UUID4),
          Map.entry("uuid5", UUID5),
          Map.entry("isbn", text -> TextFormats.isIsbn10(text) || TextFormats.isIsbn13(text)),
          Map.entry("isbn10", TextFormats::isIsbn10),
          Map.entry("isbn13", TextFormats::isIsbn13),
          Map.entry("creditcard", TextFormats::isCreditCard),
          Map.entry("ssn", text -> text.length() == 11 && SSN.test(text)),
          Map.entry("hexcolor", HEX_COLOR),
          Map.entry("rgbcolor", RGB_COLOR),
          Map.entry("byte", BASE64),
          Map.entry("password", text -> true),
          Map.entry("date", Formats::isDate),
          Map.entry("duration", text -> GO_DURATION.test(text) || WORDED_DURATION.test(text)),
          Map.entry("datetime", Formats::isDateTime),
          Map.entry("k8sshortname", text -> text.length() <= 63 && SHORT_NAME.test(text)),
          Map.entry("k8slongname", text -> text.length() <= 253 && LONG_NAME.test(text)));

  private Formats() {}

  /** Whether a value of that type is checked against the format at all. */
  public static boolean isKnown(Schema.Type type, String format) {
    return switch (type) {
      case STRING, ANY -> STRINGS.containsKey(normal(format));
      case INTEGER -> INTEGERS.contains(format);
      case NUMBER -> NUMBERS.contains(format);
      case BOOLEAN, ARRAY, OBJECT -> false;
    };
  }

  /** Whether a text has a known format of texts. */
  static boolean matches(String format, String text) {
    Predicate<String> check = STRINGS.get(normal(format));
    return check == null || check.test(text);
  }

  private static String normal(String format) {
    return format.replace("-", "");
  }

  private static Predicate<String> pattern(String expression) {
    Pattern compiled = Pattern.compile(expression);
    return text -> compiled.matcher(text).find();
  }

  private static boolean isHostname(String text) {
    if (!HOSTNAME.test(text) || text.length() > 255) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      if (label.length() > 63) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDate(String text) {
    try {
      return text.length() == 10 && LocalDate.parse(text).isSupported(ChronoUnit.DAYS);
    } catch (DateTimeParseException notADate) {
      return false;
    }
  }

  private static boolean isDateTime(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int separator = lower.indexOf('t');
    return separator > 0
        && isDate(lower.substring(0, separator))
        && TIME_OF_DAY.test(lower.substring(separator + 1));
  }
}
