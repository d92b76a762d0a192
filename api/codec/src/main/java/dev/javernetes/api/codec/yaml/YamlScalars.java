package dev.javernetes.api.codec.yaml;

import dev.javernetes.api.codec.decode.DecodeException;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a plain scalar means, by go-yaml v2's table. */
final class YamlScalars {
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> NOT_FINITE =
      Set.of(
          ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
          "-.Inf", "-.INF");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-.*", Pattern.DOTALL);
  private static final Map<String, Integer> BASES =
      Map.of("0x", 16, "0X", 16, "0b", 2, "0B", 2, "0o", 8, "0O", 8);

  private YamlScalars() {}

  static @Nullable Object resolve(String text) throws DecodeException {
    if (text.isEmpty()) {
      return null;
    }
    char hint = text.charAt(0);
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    if (NULL.contains(text)) {
      return null;
    }
    if (NOT_FINITE.contains(text)) {
      throw new DecodeException(
          "json: unsupported value: "
              + (text.contains("n") && text.toLowerCase(java.util.Locale.ROOT).contains("nan")
                  ? "NaN"
                  : text.startsWith("-") ? "-Inf" : "+Inf"));
    }
    if (hint != '.' && hint != '-' && hint != '+' && (hint < '0' || hint > '9')) {
      return text;
    }
    if (DATE.matcher(text).matches()) {
      return text; // a timestamp, which go-yaml leaves as text
    }
    String plain = hint == '.' ? text : text.replace("_", "");
    Object integer = hint == '.' ? null : integer(plain);
    if (integer != null) {
      return integer;
    }
    // a number that no float64 holds stays text, as go-yaml leaves it
    return FLOAT.matcher(plain).matches() && Double.isFinite(Double.parseDouble(plain))
        ? number(plain)
        : text;
  }

  static @Nullable Object tagged(String tag, String text) throws DecodeException {
    return switch (tag) {
      case "tag:yaml.org,2002:str" -> text;
      case "tag:yaml.org,2002:binary" -> binary(text);
      case "tag:yaml.org,2002:float" -> {
        Object value = resolve(text);
        yield value instanceof Long whole ? (Object) whole.doubleValue() : value;
      }
      case "tag:yaml.org,2002:int",
          "tag:yaml.org,2002:bool",
          "tag:yaml.org,2002:null",
          "tag:yaml.org,2002:timestamp" ->
          resolve(text);
      default -> text;
    };
  }

  private static String binary(String text) throws DecodeException {
    try {
      return new String(
          Base64.getMimeDecoder().decode(text), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException problem) {
      throw new DecodeException("yaml: !!binary value contains invalid base64 data");
    }
  }

  /** Whether a plain scalar of this text would be read back as the same string. */
  static boolean isPlainString(String text) {
    try {
      return text.equals(resolve(text));
    } catch (DecodeException notFinite) {
      return false;
    }
  }

  private static Object number(String plain) {
    double number = Double.parseDouble(plain);
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? (Object) (long) number
        : (Object) number;
  }

  private static @Nullable Object integer(String plain) {
    boolean negative = plain.startsWith("-");
    String digits = negative || plain.startsWith("+") ? plain.substring(1) : plain;
    int base = 10;
    if (digits.length() > 2 && BASES.containsKey(digits.substring(0, 2))) {
      base = BASES.get(digits.substring(0, 2));
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.charAt(0) == '0') {
      base = 8;
      digits = digits.substring(1);
    }
    if (digits.isEmpty() || digits.startsWith("-") || digits.startsWith("+")) {
      return null;
    }
    try {
      BigInteger value = new BigInteger(negative ? "-" + digits : digits, base);
      if (value.bitLength() < 64) {
        return value.longValue();
      }
      return value.bitLength() == 64 && value.signum() > 0 ? (Object) value.doubleValue() : null;
    } catch (NumberFormatException notAnInteger) {
      return null;
    }
  }
}
