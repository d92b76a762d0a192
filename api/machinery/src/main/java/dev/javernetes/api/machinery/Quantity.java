package dev.javernetes.api.machinery;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code resource.Quantity}: an exact amount and the family of suffixes it is written with.
 *
 * <p>Written in canonical form: no fraction, the largest suffix that keeps the number whole. Two
 * quantities are equal if their amounts are, whatever the suffix.
 *
 * <pre>{@code
 * Quantity.parse("1500m").toString();    // 1500m
 * Quantity.parse("0.5Gi").toString();    // 512Mi
 * Quantity.parse("1000m").equals(Quantity.of(1));   // true
 * Quantity.parse("100m").add(Quantity.parse("1")).milliValue();   // 1100
 * }</pre>
 */
public final class Quantity implements Comparable<Quantity> {

  /** Which suffixes it is written with. */
  public enum Format {
    /** {@code Ki Mi Gi Ti Pi Ei}. */
    BINARY_SI,
    /** {@code n u m k M G T P E}. */
    DECIMAL_SI,
    /** {@code e3}. */
    DECIMAL_EXPONENT
  }

  public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigInteger KIBI = BigInteger.valueOf(1024);
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final String[] DECIMAL_NAMES = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};

  private final BigDecimal amount;
  private final Format format;

  private Quantity(BigDecimal amount, Format format) {
    this.amount = amount;
    this.format = format;
  }

  public static Quantity of(long amount) {
    return new Quantity(BigDecimal.valueOf(amount), Format.DECIMAL_SI);
  }

  public static Quantity ofMillis(long thousandths) {
    return new Quantity(BigDecimal.valueOf(thousandths, 3), Format.DECIMAL_SI);
  }

  public static Quantity of(BigDecimal amount, Format format) {
    return new Quantity(amount, format);
  }

  public static @Nullable Quantity parseOrNull(String text) {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** {@code IllegalArgumentException} with upstream's message for what is no quantity. */
  public static Quantity parse(String text) {
    int length = text.length();
    int at = 0;
    if (at < length && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
      at++;
    }
    int digits = 0;
    int points = 0;
    while (at < length && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      if (text.charAt(at) == '.') {
        points++;
      } else {
        digits++;
      }
      at++;
    }
    if (digits == 0 || points > 1) {
      throw malformed();
    }
    String suffix = text.substring(at);
    BigDecimal number = number(text.substring(0, at));
    Format format;
    BigDecimal amount;
    Integer decimal = DECIMAL.get(suffix);
    if (decimal != null) {
      format = Format.DECIMAL_SI;
      amount = number.scaleByPowerOfTen(decimal);
    } else if (binaryPower(suffix) > 0) {
      format = Format.BINARY_SI;
      amount = number.multiply(new BigDecimal(KIBI.pow(binaryPower(suffix))));
    } else {
      format = Format.DECIMAL_EXPONENT;
      amount = number.scaleByPowerOfTen(exponent(suffix));
    }
    if (amount.scale() > 9) {
      amount = amount.setScale(9, RoundingMode.UP);
    }
    if (amount.abs().compareTo(LARGEST) > 0) {
      amount = amount.signum() > 0 ? LARGEST : LARGEST.negate();
    }
    if (format == Format.BINARY_SI && amount.signum() > 0 && amount.compareTo(BigDecimal.ONE) < 0) {
      format = Format.DECIMAL_SI;
    }
    return new Quantity(amount, format);
  }

  private static BigDecimal number(String text) {
    String plain = text.startsWith("+") ? text.substring(1) : text;
    return new BigDecimal(plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain);
  }

  private static int exponent(String suffix) {
    if (suffix.length() > 1 && (suffix.charAt(0) == 'e' || suffix.charAt(0) == 'E')) {
      try {
        int exponent = Integer.parseInt(suffix.substring(1));
        if (Math.abs(exponent) < 1000) {
          return exponent;
        }
      } catch (NumberFormatException e) {
        throw malformed();
      }
    }
    throw suffix.matches("[eEinumkKMGTP]*[-+]?[0-9]*")
        ? new IllegalArgumentException("unable to parse quantity's suffix")
        : malformed();
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "quantities must match the regular expression"
            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }

  private static int binaryPower(String suffix) {
    for (int i = 1; i < BINARY.length; i++) {
      if (BINARY[i].equals(suffix)) {
        return i;
      }
    }
    return 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  public BigDecimal amount() {
    return amount;
  }

  public Format format() {
    return format;
  }

  public int signum() {
    return amount.signum();
  }

  public boolean isZero() {
    return amount.signum() == 0;
  }

  /** The amount rounded up to a whole number. */
  public long value() {
    return rounded(amount);
  }

  /** Thousandths, rounded up. */
  public long milliValue() {
    return rounded(amount.movePointRight(3));
  }

  private static long rounded(BigDecimal number) {
    BigDecimal whole = number.setScale(0, RoundingMode.UP);
    return whole.abs().compareTo(LARGEST) > 0
        ? (whole.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE)
        : whole.longValue();
  }

  /** Of this one's format, or the other's if this is zero. */
  public Quantity add(Quantity other) {
    return new Quantity(amount.add(other.amount), isZero() ? other.format : format);
  }

  public Quantity subtract(Quantity other) {
    return new Quantity(amount.subtract(other.amount), isZero() ? other.format : format);
  }

  public Quantity negate() {
    return new Quantity(amount.negate(), format);
  }

  @Override
  public int compareTo(Quantity other) {
    return amount.compareTo(other.amount);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Quantity quantity && amount.compareTo(quantity.amount) == 0;
  }

  @Override
  public int hashCode() {
    return amount.stripTrailingZeros().hashCode();
  }

  /** Canonical text. */
  @Override
  public String toString() {
    if (amount.signum() == 0) {
      return "0";
    }
    BigDecimal plain = amount.stripTrailingZeros();
    boolean binary =
        format == Format.BINARY_SI
            && plain.abs().compareTo(BigDecimal.valueOf(1024)) >= 0
            && plain.scale() <= 0;
    return binary ? binaryText(plain.toBigIntegerExact()) : decimalText(plain);
  }

  private static String binaryText(BigInteger whole) {
    int power = 0;
    BigInteger number = whole;
    while (power < BINARY.length - 1) {
      BigInteger[] parts = number.divideAndRemainder(KIBI);
      if (parts[1].signum() != 0) {
        break;
      }
      number = parts[0];
      power++;
    }
    return number + BINARY[power];
  }

  private String decimalText(BigDecimal plain) {
    int exponent = Math.floorDiv(-plain.scale(), 3) * 3;
    if (format != Format.DECIMAL_EXPONENT) {
      exponent = Math.min(exponent, 18);
    }
    BigInteger mantissa = plain.movePointLeft(exponent).toBigIntegerExact();
    if (format == Format.DECIMAL_EXPONENT) {
      return exponent == 0 ? mantissa.toString() : mantissa + "e" + exponent;
    }
    return mantissa + DECIMAL_NAMES[exponent / 3 + 3];
  }
}
