package dev.javernetes.api.machinery.field;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What names, label keys and label values must look like. Each function lists what is wrong in
 * upstream's words; an empty list means that the value is right: {@code dnsLabel("a.b")} is {@code
 * ["must not contain dots"]}.
 *
 * <p>Matching is by hand, in linear time and without recursion: a value may be megabytes long.
 */
public final class NameFormats {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
  private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String NAME_CHARACTERS =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character";

  private NameFormats() {}

  /** RFC 1123 label: {@code my-name}. */
  public static List<String> dnsLabel(String value) {
    List<String> wrong = new ArrayList<>(0);
    checkLength(value, 63, "", "characters", wrong);
    if (!isDnsLabel(value)) {
      wrong.add(
          isDnsSubdomain(value)
              ? "must not contain dots"
              : regexError(
                  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                      + " '-', and must start and end with an alphanumeric character",
                  LABEL,
                  "my-name",
                  "123-abc"));
    }
    return wrong;
  }

  /** RFC 1123 subdomain: {@code example.com}. */
  public static List<String> dnsSubdomain(String value) {
    List<String> wrong = new ArrayList<>(0);
    checkLength(value, 253, "", "characters", wrong);
    if (!isDnsSubdomain(value)) {
      wrong.add(
          regexError(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '-' or '.', and must start and end with an alphanumeric character",
              SUBDOMAIN,
              "example.com"));
    }
    return wrong;
  }

  /** RFC 1035 label, which starts with a letter: {@code abc-123}. */
  public static List<String> dns1035Label(String value) {
    List<String> wrong = new ArrayList<>(0);
    checkLength(value, 63, "", "characters", wrong);
    if (!isDnsLabel(value) || isDigit(value.charAt(0))) {
      wrong.add(
          regexError(
              "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                  + " with an alphabetic character, and end with an alphanumeric character",
              "[a-z]([-a-z0-9]*[a-z0-9])?",
              "my-name",
              "abc-123"));
    }
    return wrong;
  }

  /** A name that stands as one segment of a URL. */
  public static List<String> pathSegment(String value) {
    if (value.equals(".") || value.equals("..")) {
      return List.of("may not be '" + value + "'");
    }
    return pathSegmentPrefix(value);
  }

  /** Like {@link #pathSegment}, for what a name will start with. */
  public static List<String> pathSegmentPrefix(String value) {
    List<String> wrong = new ArrayList<>(0);
    if (value.indexOf('/') >= 0) {
      wrong.add("may not contain '/'");
    }
    if (value.indexOf('%') >= 0) {
      wrong.add("may not contain '%'");
    }
    return wrong;
  }

  /** A label's key, a finalizer, a condition type: {@code example.com/MyName}. */
  public static List<String> qualifiedName(String value) {
    List<String> wrong = new ArrayList<>(0);
    int slash = value.indexOf('/');
    String name = value;
    if (slash >= 0) {
      if (value.indexOf('/', slash + 1) >= 0) {
        wrong.add(
            "a valid label key "
                + regexError(NAME_CHARACTERS, QUALIFIED, "MyName", "my.name", "123-abc")
                + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        return wrong;
      }
      name = value.substring(slash + 1);
      if (slash == 0) {
        wrong.add("prefix part must be non-empty");
      } else {
        for (String problem : dnsSubdomain(value.substring(0, slash))) {
          wrong.add("prefix part " + problem.replace("253 characters", "253 bytes"));
        }
      }
    }
    if (name.isEmpty()) {
      wrong.add("name part must be non-empty");
    } else {
      checkLength(name, 63, "name part ", "bytes", wrong);
    }
    if (!isQualified(name)) {
      wrong.add(
          "name part " + regexError(NAME_CHARACTERS, QUALIFIED, "MyName", "my.name", "123-abc"));
    }
    return wrong;
  }

  /** A label's value, which may be empty. */
  public static List<String> labelValue(String value) {
    List<String> wrong = new ArrayList<>(0);
    checkLength(value, 63, "", "bytes", wrong);
    if (!value.isEmpty() && !isQualified(value)) {
      wrong.add(
          regexError(
              "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                  + " '_' or '.', and must start and end with an alphanumeric character",
              "(" + QUALIFIED + ")?",
              "MyValue",
              "my_value",
              "12345"));
    }
    return wrong;
  }

  /** How upstream says that a value does not match: with examples and the expression. */
  public static String regexError(String message, String regex, String... examples) {
    StringBuilder text = new StringBuilder(message);
    if (examples.length == 0) {
      return text.append(" (regex used for validation is '").append(regex).append("')").toString();
    }
    text.append(" (e.g. ");
    for (int i = 0; i < examples.length; i++) {
      text.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
    }
    return text.append("regex used for validation is '").append(regex).append("')").toString();
  }

  public static boolean isDnsLabel(String value) {
    return isDnsLabel(value, 0, value.length());
  }

  public static boolean isDnsSubdomain(String value) {
    int start = 0;
    for (int dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', start)) {
      if (!isDnsLabel(value, start, dot)) {
        return false;
      }
      start = dot + 1;
    }
    return isDnsLabel(value, start, value.length());
  }

  private static boolean isDnsLabel(String value, int start, int end) {
    if (start >= end || value.charAt(start) == '-' || value.charAt(end - 1) == '-') {
      return false;
    }
    for (int i = start; i < end; i++) {
      char c = value.charAt(i);
      if (!(c >= 'a' && c <= 'z' || isDigit(c) || c == '-')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isQualified(String value) {
    if (value.isEmpty()
        || !isAlphanumeric(value.charAt(0))
        || !isAlphanumeric(value.charAt(value.length() - 1))) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void checkLength(
      String value, int max, String part, String unit, List<String> wrong) {
    // bytes, not characters; a string shorter than a third of the limit needs no count
    if (value.length() > max / 3 && value.getBytes(StandardCharsets.UTF_8).length > max) {
      wrong.add(part + "must be no more than " + max + " " + unit);
    }
  }
}
