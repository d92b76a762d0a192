package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.BOOL;
import static dev.javernetes.api.cel.library.Kinds.DOUBLE;
import static dev.javernetes.api.cel.library.Kinds.INT;
import static dev.javernetes.api.cel.library.Kinds.QUANTITY;
import static dev.javernetes.api.cel.library.Kinds.STRING;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Opaque;
import dev.javernetes.api.machinery.Quantity;
import java.math.BigDecimal;
import java.util.List;

/** Kubernetes' {@code quantity}. */
final class Quantities {

  /** A quantity as a value; equal if the amounts are. */
  record Amount(Quantity quantity) implements Opaque {
    @Override
    public String typeName() {
      return "kubernetes.Quantity";
    }
  }

  private Quantities() {}

  static void declare(Functions functions) {
    functions.global(
        "quantity",
        "string_to_quantity",
        QUANTITY,
        List.of(STRING),
        a -> {
          try {
            return new Amount(Quantity.parse((String) a[0]));
          } catch (IllegalArgumentException bad) {
            throw new EvaluationFailure(String.valueOf(bad.getMessage()));
          }
        });
    functions.global(
        "isQuantity",
        "is_quantity_string",
        BOOL,
        List.of(STRING),
        a -> Quantity.parseOrNull((String) a[0]) != null);
    // a global function upstream, by mistake; kept
    functions.global(
        "sign", "quantity_sign", INT, List.of(QUANTITY), a -> (long) of(a[0]).signum());
    List<dev.cel.common.types.CelType> two = List.of(QUANTITY, QUANTITY);
    List<dev.cel.common.types.CelType> withInt = List.of(QUANTITY, INT);
    functions.member(
        "isGreaterThan",
        "quantity_is_greater_than",
        BOOL,
        two,
        a -> of(a[0]).compareTo(of(a[1])) > 0);
    functions.member(
        "isLessThan", "quantity_is_less_than", BOOL, two, a -> of(a[0]).compareTo(of(a[1])) < 0);
    functions.member(
        "compareTo",
        "quantity_compare_to",
        INT,
        two,
        a -> (long) Integer.signum(of(a[0]).compareTo(of(a[1]))));
    functions.member(
        "asApproximateFloat",
        "quantity_get_float",
        DOUBLE,
        List.of(QUANTITY),
        a -> of(a[0]).amount().doubleValue());
    functions.member(
        "asInteger",
        "quantity_get_int",
        INT,
        List.of(QUANTITY),
        a -> {
          if (!isInteger(of(a[0]))) {
            throw new EvaluationFailure("cannot convert value to integer");
          }
          return of(a[0]).amount().longValueExact();
        });
    functions.member(
        "isInteger", "quantity_is_integer", BOOL, List.of(QUANTITY), a -> isInteger(of(a[0])));
    functions.member("add", "quantity_add", QUANTITY, two, a -> new Amount(of(a[0]).add(of(a[1]))));
    functions.member(
        "add",
        "quantity_add_int",
        QUANTITY,
        withInt,
        a -> new Amount(of(a[0]).add(Quantity.of((Long) a[1]))));
    functions.member(
        "sub", "quantity_sub", QUANTITY, two, a -> new Amount(of(a[0]).subtract(of(a[1]))));
    functions.member(
        "sub",
        "quantity_sub_int",
        QUANTITY,
        withInt,
        a -> new Amount(of(a[0]).subtract(Quantity.of((Long) a[1]))));
  }

  private static Quantity of(Object value) {
    return ((Amount) value).quantity();
  }

  private static boolean isInteger(Quantity quantity) {
    BigDecimal amount = quantity.amount().stripTrailingZeros();
    return amount.scale() <= 0 && amount.toBigInteger().bitLength() < Long.SIZE;
  }
}
