package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Opaque;
import dev.javernetes.api.machinery.field.NameFormats;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What {@code format.<name>()} yields: says what is wrong with a text. */
enum NamedFormat implements Opaque {
  DNS1123_LABEL("dns1123Label", 30, NameFormats::dnsLabel),
  DNS1123_SUBDOMAIN("dns1123Subdomain", 60, NameFormats::dnsSubdomain),
  DNS1035_LABEL("dns1035Label", 30, NameFormats::dns1035Label),
  QUALIFIED_NAME("qualifiedName", 60, NameFormats::qualifiedName),
  DNS1123_LABEL_PREFIX("dns1123LabelPrefix", 30, prefix(NameFormats::dnsLabel)),
  DNS1123_SUBDOMAIN_PREFIX("dns1123SubdomainPrefix", 60, prefix(NameFormats::dnsSubdomain)),
  DNS1035_LABEL_PREFIX("dns1035LabelPrefix", 30, prefix(NameFormats::dns1035Label)),
  LABEL_VALUE("labelValue", 40, NameFormats::labelValue),
  URI("uri", 1103, NamedFormat::uri),
  UUID(
      "uuid",
      72,
      matching(
          Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"),
          "does not match the UUID format")),
  BYTE("byte", 84, NamedFormat::base64),
  DATE("date", 71, text -> isDate(text) ? List.of() : List.of("invalid date")),
  DATETIME("datetime", 71, text -> isDateTime(text) ? List.of() : List.of("invalid datetime"));

  private static final Pattern CLOCK =
      Pattern.compile("([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))");

  private final String call;
  private final int regexSize;
  private final Function<String, List<String>> problems;

  NamedFormat(String call, int regexSize, Function<String, List<String>> problems) {
    this.call = call;
    this.regexSize = regexSize;
    this.problems = problems;
  }

  String call() {
    return call;
  }

  int regexSize() {
    return regexSize;
  }

  List<String> problems(String text) {
    return problems.apply(text);
  }

  @Override
  public String typeName() {
    return "kubernetes.NamedFormat";
  }

  /** A name that will be completed: a trailing dash is no fault. */
  private static Function<String, List<String>> prefix(Function<String, List<String>> whole) {
    UnaryOperator<String> masked =
        text ->
            text.length() > 1 && text.endsWith("-")
                ? text.substring(0, text.length() - 2) + "a"
                : text;
    return text -> whole.apply(masked.apply(text));
  }

  private static Function<String, List<String>> matching(Pattern pattern, String problem) {
    return text -> pattern.matcher(text).matches() ? List.of() : List.of(problem);
  }

  private static List<String> uri(String text) {
    try {
      Url.parse(text);
      return List.of();
    } catch (EvaluationFailure bad) {
      return List.of(bad.reason());
    }
  }

  private static List<String> base64(String text) {
    try {
      if (!text.isEmpty() && text.length() % 4 == 0) {
        Base64.getDecoder().decode(text);
        return List.of();
      }
    } catch (IllegalArgumentException bad) {
      // said below
    }
    return List.of("invalid base64");
  }

  private static boolean isDate(String text) {
    try {
      return text.length() == 10 && LocalDate.parse(text).getYear() >= 0;
    } catch (DateTimeParseException bad) {
      return false;
    }
  }

  private static boolean isDateTime(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split("t", -1);
    if (parts.length < 2 || !isDate(parts[0])) {
      return false;
    }
    java.util.regex.Matcher clock = CLOCK.matcher(parts[1]);
    return clock.matches()
        && clock.group(1).compareTo("24") < 0
        && clock.group(2).compareTo("60") < 0
        && clock.group(3).compareTo("60") < 0;
  }
}
