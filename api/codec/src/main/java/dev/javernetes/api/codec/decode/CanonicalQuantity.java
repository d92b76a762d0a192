package dev.javernetes.api.codec.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;

/**
 * A quantity as upstream writes it back: {@code 1000m} is {@code 1}, {@code 1024Mi} is {@code 1Gi},
 * {@code 0.5Gi} is {@code 512Mi}, {@code 1e3} stays an exponent. The notation given (decimal,
 * binary, exponent) is kept where it can show the value exactly.
 */
final class CanonicalQuantity {
  private enum Notation {
    DECIMAL,
    BINARY,
    EXPONENT
  }

  private static final BigDecimal LARGEST = new BigDecimal(Long.MAX_VALUE);
  private static final int NANO = 9;
  private static final Map<String, Integer> DECIMAL_EXPONENTS =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final String[] DECIMAL_SUFFIXES = {
    "n", "u", "m", "", "k", "M", "G", "T", "P", "E"
  };
  private static final String[] BINARY_SUFFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final BigInteger KIBI = BigInteger.valueOf(1024);

  private CanonicalQuantity() {}

  static String of(String text) throws DecodeException {
    if (plain(text)) {
      return text;
    }
    int split = numberLength(text);
    String suffix = text.substring(split);
    BigDecimal factor;
    Notation notation;
    Integer decimal = DECIMAL_EXPONENTS.get(suffix);
    int binary = binaryPower(suffix);
    if (decimal != null) {
      notation = Notation.DECIMAL;
      factor = BigDecimal.ONE.scaleByPowerOfTen(decimal);
    } else if (binary > 0) {
      notation = Notation.BINARY;
      factor = new BigDecimal(KIBI.pow(binary));
    } else {
      notation = Notation.EXPONENT;
      factor = BigDecimal.ONE.scaleByPowerOfTen(exponent(suffix));
    }
    BigDecimal value = number(text.substring(0, split)).multiply(factor);
    if (value.scale() > NANO) {
      value = value.setScale(NANO, RoundingMode.UP);
    }
    value = value.min(LARGEST).max(LARGEST.negate());
    return write(value, notation);
  }

  /**
   * The common case, canonical as it stands: a whole number without suffix that does not end in
   * 000.
   */
  private static boolean plain(String text) {
    int length = text.length();
    if (length == 0 || length > 18 || text.charAt(0) < '1' || text.charAt(0) > '9') {
      return text.equals("0");
    }
    for (int i = 1; i < length; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.endsWith("000");
  }

  private static int numberLength(String text) throws DecodeException {
    int i = 0;
    int end = text.length();
    if (end == 0) {
      throw wrongFormat();
    }
    if (text.charAt(0) == '-' || text.charAt(0) == '+') {
      i++;
    }
    i = digits(text, i);
    if (i < end && text.charAt(i) == '.') {
      i = digits(text, i + 1);
    }
    int suffix = i;
    while (i < end && "eEinumkKMGTP".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    if (i < end && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      i++;
    }
    if (digits(text, i) < end) {
      throw wrongFormat();
    }
    return suffix;
  }

  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  private static BigDecimal number(String text) throws DecodeException {
    String unsigned = text.startsWith("+") ? text.substring(1) : text;
    if (unsigned.isEmpty() || unsigned.equals("-")) {
      return BigDecimal.ZERO; // upstream takes no digit at all for zero
    }
    try {
      return new BigDecimal(unsigned.endsWith(".") ? unsigned + "0" : unsigned);
    } catch (NumberFormatException noDigits) {
      throw new DecodeException("unable to parse numeric part of quantity");
    }
  }

  private static int binaryPower(String suffix) {
    for (int power = 1; power < BINARY_SUFFIXES.length; power++) {
      if (BINARY_SUFFIXES[power].equals(suffix)) {
        return power;
      }
    }
    return 0;
  }

  private static int exponent(String suffix) throws DecodeException {
    if (suffix.length() > 1 && (suffix.charAt(0) == 'e' || suffix.charAt(0) == 'E')) {
      try {
        return Math.clamp(Long.parseLong(suffix.substring(1)), -1000, 1000);
      } catch (NumberFormatException notANumber) {
        throw wrongSuffix();
      }
    }
    throw wrongSuffix();
  }

  private static String write(BigDecimal value, Notation notation) {
    if (value.signum() == 0) {
      return "0";
    }
    BigDecimal stripped = value.stripTrailingZeros();
    if (notation == Notation.BINARY
        && value.abs().compareTo(new BigDecimal(KIBI)) >= 0
        && stripped.scale() <= 0) {
      return binary(value.toBigIntegerExact());
    }
    int exponent = -stripped.scale();
    int shift = Math.floorMod(exponent, 3);
    BigInteger mantissa = stripped.unscaledValue().multiply(BigInteger.TEN.pow(shift));
    exponent -= shift;
    if (notation == Notation.EXPONENT || exponent > 18) {
      return mantissa + (exponent == 0 ? "" : "e" + exponent);
    }
    return mantissa + DECIMAL_SUFFIXES[exponent / 3 + 3];
  }

  private static String binary(BigInteger value) {
    BigInteger rest = value;
    int power = 0;
    while (power < BINARY_SUFFIXES.length - 1) {
      BigInteger[] divided = rest.divideAndRemainder(KIBI);
      if (divided[1].signum() != 0) {
        break;
      }
      rest = divided[0];
      power++;
    }
    return rest + BINARY_SUFFIXES[power];
  }

  private static DecodeException wrongFormat() {
    return new DecodeException(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }

  private static DecodeException wrongSuffix() {
    return new DecodeException("unable to parse quantity's suffix");
  }
}
