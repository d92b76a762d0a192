package dev.javernetes.api.schema.structural;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** The formats that take more than an expression to check. */
final class TextFormats {
  private static final Pattern CREDIT_CARD =
      Pattern.compile(
          "(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}"
              + "|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})");
  private static final Pattern ISBN10 = Pattern.compile("[0-9]{9}[0-9X]");
  private static final Pattern ISBN13 = Pattern.compile("[0-9]{13}");
  private static final Pattern LOCAL_PART =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uFFFF-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uFFFF-]+)*|\"[^\"\\r\\n]*\"");
  private static final Pattern DOMAIN =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uFFFF.-]+|\\[[^\\]\\[]*\\]");
  private static final Pattern SCHEME =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*", Pattern.DOTALL);

  private TextFormats() {}

  /** What Go's {@code url.ParseRequestURI} takes: an absolute URI or an absolute path. */
  static boolean isRequestUri(String text) {
    if (text.isEmpty() || !text.startsWith("/") && !SCHEME.matcher(text).matches()) {
      return text.equals("*");
    }
    if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      return false;
    }
    if (text.startsWith("/") && !text.startsWith("//")) {
      return hasWholeEscapes(text);
    }
    int colon = text.indexOf(':');
    String rest = text.startsWith("//") ? text : text.substring(colon + 1);
    if (!text.startsWith("//") && !rest.startsWith("/")) {
      return true; // opaque, such as mailto:someone
    }
    try {
      String authority = rest.startsWith("//") ? authority(rest) : "";
      return hasWholeEscapes(text)
          && !authority.contains(" ")
          && new URI("x://" + (authority.isEmpty() ? "host" : authority) + "/") != null;
    } catch (URISyntaxException notAnAuthority) {
      return false;
    }
  }

  private static String authority(String rest) {
    int end = 2;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    return rest.substring(2, end);
  }

  private static boolean hasWholeEscapes(String text) {
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
      if (i + 2 >= text.length()
          || Character.digit(text.charAt(i + 1), 16) < 0
          || Character.digit(text.charAt(i + 2), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** An address of RFC 5322, bare or behind a display name: {@code Ann <ann@example.com>}. */
  static boolean isEmail(String text) {
    String address = text.strip();
    int open = address.lastIndexOf('<');
    if (open >= 0 && address.endsWith(">")) {
      address = address.substring(open + 1, address.length() - 1);
    }
    int at = address.lastIndexOf('@');
    return at > 0
        && LOCAL_PART.matcher(address.substring(0, at)).matches()
        && DOMAIN.matcher(address.substring(at + 1)).matches()
        && !address.substring(at + 1).startsWith(".")
        && !address.endsWith(".");
  }

  /** Leading zeros are tolerated, as upstream does for addresses of old. */
  static boolean isIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return text.contains(".") && isIpv6(text);
    }
    for (String part : parts) {
      if (part.isEmpty() || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return text.contains(":") && isIpv6(text);
      }
      String digits = part.replaceFirst("^0+(?=\\d)", "");
      if (digits.length() > 3 || Integer.parseInt(digits) > 255) {
        return false;
      }
    }
    return true;
  }

  static boolean isIpv6(String text) {
    if (!text.contains(":") || text.contains("%") || text.contains(":::")) {
      return false;
    }
    int gap = text.indexOf("::");
    if (gap >= 0) {
      if (text.indexOf("::", gap + 1) >= 0) {
        return false;
      }
      int before = groups(text.substring(0, gap), false);
      int after = groups(text.substring(gap + 2), true);
      return before >= 0 && after >= 0 && before + after < 8;
    }
    return groups(text, true) == 8;
  }

  /** How many groups of 16 bits a part of an address has; -1 if it is none. */
  private static int groups(String text, boolean last) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (last && i == parts.length - 1 && parts[i].contains(".")) {
        if (parts[i].split("\\.", -1).length != 4 || !isIpv4(parts[i])) {
          return -1;
        }
        count += 2;
      } else if (parts[i].matches("[0-9A-Fa-f]{1,4}")) {
        count++;
      } else {
        return -1;
      }
    }
    return count;
  }

  static boolean isCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return false;
    }
    String address = text.substring(0, slash);
    String bits = text.substring(slash + 1);
    if (!bits.matches("[0-9]{1,3}")) {
      return false;
    }
    boolean six = address.contains(":");
    return (six ? isIpv6(address) : isIpv4(address)) && Integer.parseInt(bits) <= (six ? 128 : 32);
  }

  static boolean isIsbn10(String text) {
    String digits = text.replaceAll("[\\s-]+", "");
    if (!ISBN10.matcher(digits).matches()) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 10; i++) {
      sum += (i + 1) * (digits.charAt(i) == 'X' ? 10 : digits.charAt(i) - '0');
    }
    return sum % 11 == 0;
  }

  static boolean isIsbn13(String text) {
    String digits = text.replaceAll("[\\s-]+", "");
    if (!ISBN13.matcher(digits).matches()) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += (i % 2 == 0 ? 1 : 3) * (digits.charAt(i) - '0');
    }
    return digits.charAt(12) - '0' == (10 - sum % 10) % 10;
  }

  /** By form and by Luhn's sum. */
  static boolean isCreditCard(String text) {
    String digits = text.replaceAll("[^0-9]+", "");
    if (!CREDIT_CARD.matcher(digits).matches()) {
      return false;
    }
    int sum = 0;
    boolean twice = false;
    for (int i = digits.length() - 1; i >= 0; i--) {
      int digit = (digits.charAt(i) - '0') * (twice ? 2 : 1);
      sum += digit >= 10 ? digit - 9 : digit;
      twice = !twice;
    }
    return sum % 10 == 0;
  }
}
