package dev.javernetes.api.schema.structural;

import dev.javernetes.api.schema.Constraints;
import dev.javernetes.api.schema.Schema;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Limits of numbers. An integer is compared with the integral part of a limit, as Go does. */
final class NumberRules {
  private static final double EPSILON = 1e-9;
  private static final double LARGEST = (1L << 53) - 1;

  private NumberRules() {}

  /** Whether JSON Schema calls it an integer: 5, and 5.0 too. */
  static boolean isInteger(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Double number && isIntegral(number);
  }

  private static boolean isIntegral(double number) {
    if (Double.isNaN(number) || Math.abs(number) > LARGEST) {
      return false;
    }
    double rounded = Math.rint(number);
    return number == rounded
        || rounded != 0 && Math.abs(number - rounded) < EPSILON * Math.abs(rounded);
  }

  static void check(Number number, Schema schema, String format, String path, Findings findings) {
    Constraints constraints = schema.constraints();
    range(number, schema, format, "Checked", path, findings);
    Double step = constraints.multipleOf();
    if (step != null) {
      multiple(number, step, path, findings);
    }
    Double least = constraints.minimum();
    if (least != null && beyond(least, number, constraints.exclusiveMinimum())) {
      findings.invalid(
          path,
          number,
          path
              + " in body should be greater than "
              + (constraints.exclusiveMinimum() ? "" : "or equal to ")
              + shown(least, number));
    }
    Double most = constraints.maximum();
    if (most != null && above(number, most, constraints.exclusiveMaximum())) {
      findings.invalid(
          path,
          number,
          path
              + " in body should be less than "
              + (constraints.exclusiveMaximum() ? "" : "or equal to ")
              + shown(most, number));
    }
  }

  private static boolean above(Number number, double limit, boolean exclusive) {
    if (number instanceof Double real) {
      return exclusive ? real >= limit : real > limit;
    }
    long whole = number.longValue();
    return exclusive ? whole >= (long) limit : whole > (long) limit;
  }

  private static boolean beyond(double limit, Number number, boolean exclusive) {
    if (number instanceof Double real) {
      return exclusive ? real <= limit : real < limit;
    }
    long whole = number.longValue();
    return exclusive ? whole <= (long) limit : whole < (long) limit;
  }

  private static void multiple(Number number, double step, String path, Findings findings) {
    boolean real = number instanceof Double;
    double factor = real ? step : (long) step;
    if (factor <= 0) {
      findings.invalid(
          path,
          real ? (Number) factor : (Number) (long) factor,
          "factor MultipleOf declared for " + path + " must be positive: " + shown(step, number));
      return;
    }
    boolean fits =
        real
            ? isIntegral(step < 1 ? 1 / step * number.doubleValue() : number.doubleValue() / step)
            : number.longValue() % (long) step == 0;
    if (!fits) {
      findings.invalid(
          path, number, path + " in body should be a multiple of " + shown(step, number));
    }
  }

  private static void range(
      Number number, Schema schema, String format, String what, String path, Findings findings) {
    boolean fits =
        switch (format) {
          case "int32" ->
              number.doubleValue() == number.longValue()
                  && number.longValue() == (int) number.longValue();
          case "float" -> Float.isFinite(number.floatValue());
          default -> schema.type() != Schema.Type.INTEGER || isInteger(number);
        };
    if (!fits) {
      String type = schema.type() == Schema.Type.INTEGER ? "integer" : "number";
      findings.combination(
          what
              + " value must be of type "
              + type
              + (format.isEmpty() ? " (default format)" : " with format " + format)
              + " in "
              + path);
    }
  }

  /** The limit as it was compared. */
  private static String shown(double limit, @Nullable Number number) {
    return number instanceof Double ? goText(limit) : Long.toString((long) limit);
  }

  /** As Go prints a float64 with {@code %v}. */
  static String goText(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e21)) {
      String text = Double.toString(value);
      int exponent = text.indexOf('E');
      String mantissa = text.substring(0, exponent).replaceFirst("\\.0$", "");
      int power = Integer.parseInt(text.substring(exponent + 1));
      return mantissa
          + "e"
          + (power < 0 ? "-" : "+")
          + (Math.abs(power) < 10 ? "0" : "")
          + Math.abs(power);
    }
    return new BigDecimal(Double.toString(value)).toPlainString().replaceFirst("\\.0+$", "");
  }
}
