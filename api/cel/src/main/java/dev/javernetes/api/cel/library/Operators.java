package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Sequence;
import dev.javernetes.api.cel.value.Uint;
import dev.javernetes.api.cel.value.Values;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Arithmetic, comparison and membership, with the overflow checks of cel-go. */
final class Operators {
  private static final BigInteger MAX_NANOS = BigInteger.valueOf(Long.MAX_VALUE);

  private Operators() {}

  static void declare(Functions functions) {
    functions.known("_+_", arguments -> add(arguments[0], arguments[1]));
    functions.known("_-_", arguments -> subtract(arguments[0], arguments[1]));
    functions.known("_*_", arguments -> multiply(arguments[0], arguments[1]));
    functions.known("_/_", arguments -> divide(arguments[0], arguments[1]));
    functions.known("_%_", arguments -> remainder(arguments[0], arguments[1]));
    functions.known("-_", arguments -> negate(arguments[0]));
    functions.known(
        "!_",
        arguments -> {
          if (arguments[0] instanceof Boolean bool) {
            return !bool;
          }
          throw EvaluationFailure.noSuchOverload();
        });
    functions.known("_==_", arguments -> Values.equal(arguments[0], arguments[1]));
    functions.known("_!=_", arguments -> !Values.equal(arguments[0], arguments[1]));
    functions.known("_<_", arguments -> order("_<_", arguments) < 0);
    functions.known("_<=_", arguments -> order("_<=_", arguments) <= 0);
    functions.known("_>_", arguments -> order("_>_", arguments) > 0);
    functions.known("_>=_", arguments -> order("_>=_", arguments) >= 0);
    functions.known("@in", arguments -> in(arguments[0], arguments[1]));
    functions.known("in", arguments -> in(arguments[0], arguments[1]));
    functions.known("size", arguments -> size(arguments[0]));
    functions.known("cel.@mapInsert", Operators::insert);
  }

  private static int order(String operator, Object[] arguments) {
    Object left = arguments[0];
    Object right = arguments[1];
    if (!(Values.isNumber(left) && Values.isNumber(right)) && left.getClass() != right.getClass()
        || !isOrdered(left)) {
      throw unsuitable(left, isOrdered(left), operator);
    }
    return Values.compare(left, right);
  }

  static Object add(Object left, Object right) {
    return switch (left) {
      case Long one when right instanceof Long other -> {
        long sum = one + other;
        if (((one ^ sum) & (other ^ sum)) < 0) {
          throw new EvaluationFailure("integer overflow");
        }
        yield sum;
      }
      case Uint one when right instanceof Uint other -> Uint.of(one.value().add(other.value()));
      case Double one when right instanceof Double other -> one + other;
      case String one when right instanceof String other -> one + other;
      case Bytes one when right instanceof Bytes other -> one.plus(other);
      case Duration one when right instanceof Duration other -> bounded(one.plus(other));
      case Instant one when right instanceof Duration other -> shifted(one, other);
      case Duration one when right instanceof Instant other -> shifted(other, one);
      case GrowingList list when right instanceof List<?> other -> list.with(other);
      case Sequence sequence when right instanceof List<?> other -> sequence.plus(other);
      case List<?> list when right instanceof List<?> other -> {
        List<Object> both = new ArrayList<>(list.size() + other.size());
        both.addAll(list);
        both.addAll(other);
        yield Collections.unmodifiableList(both);
      }
      case String _, Bytes _, List<?> _ -> throw EvaluationFailure.noSuchOverload();
      default -> throw unsuitable(left, Values.isNumber(left), "_+_");
    };
  }

  private static Object subtract(Object left, Object right) {
    return switch (left) {
      case Long one when right instanceof Long other -> {
        long difference = one - other;
        if (((one ^ other) & (one ^ difference)) < 0) {
          throw new EvaluationFailure("integer overflow");
        }
        yield difference;
      }
      case Uint one when right instanceof Uint other ->
          Uint.of(one.value().subtract(other.value()));
      case Double one when right instanceof Double other -> one - other;
      case Duration one when right instanceof Duration other -> bounded(one.minus(other));
      case Instant one when right instanceof Duration other -> shifted(one, other.negated());
      case Instant one when right instanceof Instant other -> bounded(Duration.between(other, one));
      default -> throw unsuitable(left, Values.isNumber(left), "_-_");
    };
  }

  private static Object multiply(Object left, Object right) {
    return switch (left) {
      case Long one when right instanceof Long other -> {
        try {
          yield Math.multiplyExact(one, other);
        } catch (ArithmeticException overflow) {
          throw new EvaluationFailure("integer overflow");
        }
      }
      case Uint one when right instanceof Uint other ->
          Uint.of(one.value().multiply(other.value()));
      case Double one when right instanceof Double other -> one * other;
      default -> throw unsuitable(left, Values.isNumber(left), "_*_");
    };
  }

  private static Object divide(Object left, Object right) {
    return switch (left) {
      case Long one when right instanceof Long other -> {
        if (other == 0) {
          throw new EvaluationFailure("division by zero");
        }
        if (one == Long.MIN_VALUE && other == -1) {
          throw new EvaluationFailure("integer overflow");
        }
        yield one / other;
      }
      case Uint one when right instanceof Uint other -> {
        if (other.bits() == 0) {
          throw new EvaluationFailure("division by zero");
        }
        yield new Uint(Long.divideUnsigned(one.bits(), other.bits()));
      }
      case Double one when right instanceof Double other -> one / other;
      default -> throw unsuitable(left, Values.isNumber(left), "_/_");
    };
  }

  private static Object remainder(Object left, Object right) {
    return switch (left) {
      case Long one when right instanceof Long other -> {
        if (other == 0) {
          throw new EvaluationFailure("modulus by zero");
        }
        if (one == Long.MIN_VALUE && other == -1) {
          throw new EvaluationFailure("integer overflow");
        }
        yield one % other;
      }
      case Uint one when right instanceof Uint other -> {
        if (other.bits() == 0) {
          throw new EvaluationFailure("modulus by zero");
        }
        yield new Uint(Long.remainderUnsigned(one.bits(), other.bits()));
      }
      default -> throw unsuitable(left, left instanceof Long || left instanceof Uint, "_%_");
    };
  }

  private static Object negate(Object value) {
    return switch (value) {
      case Long number -> {
        if (number == Long.MIN_VALUE) {
          throw new EvaluationFailure("integer overflow");
        }
        yield -number;
      }
      case Double number -> -number;
      case Duration time -> bounded(time.negated());
      default -> throw unsuitable(value, Values.isNumber(value) || value instanceof Boolean, "-_");
    };
  }

  private static Object in(Object value, Object container) {
    return switch (container) {
      case List<?> list -> {
        for (Object one : list) {
          if (Values.equal(value, Values.of(one))) {
            yield true;
          }
        }
        yield false;
      }
      case Map<?, ?> map -> map.containsKey(Values.key(value));
      default -> throw EvaluationFailure.noSuchOverload();
    };
  }

  private static Object size(Object value) {
    if (value instanceof String
        || value instanceof Bytes
        || value instanceof List<?>
        || value instanceof Map<?, ?>) {
      return Values.size(value);
    }
    throw unsuitable(value, false, "size");
  }

  /**
   * What a value answers that the operator is not for.
   *
   * @param known whether the value knows the operator, with other operands
   */
  private static EvaluationFailure unsuitable(Object value, boolean known, String operator) {
    return known || value instanceof String || isTime(value)
        ? EvaluationFailure.noSuchOverload()
        : new EvaluationFailure("no such overload: " + operator);
  }

  private static boolean isOrdered(Object value) {
    return Values.isNumber(value)
        || isTime(value)
        || value instanceof String
        || value instanceof Bytes
        || value instanceof Boolean;
  }

  private static boolean isTime(Object value) {
    return value instanceof Duration || value instanceof Instant;
  }

  /** What the two-variable {@code transformMap} macros expand to. */
  private static Object insert(Object[] arguments) {
    if (!(arguments[0] instanceof Map<?, ?> map)) {
      throw EvaluationFailure.noSuchOverload();
    }
    GrowingMap grown = GrowingMap.from(map);
    if (arguments.length == 3) {
      grown.insert(Values.key(arguments[1]), arguments[2]);
    } else if (arguments[1] instanceof Map<?, ?> entries) {
      entries.forEach((key, value) -> grown.insert(key, Values.of(value)));
    } else {
      throw EvaluationFailure.noSuchOverload();
    }
    return grown;
  }

  /** Durations are 64-bit nanoseconds in Go. */
  static Duration bounded(Duration duration) {
    BigInteger nanos =
        BigInteger.valueOf(duration.getSeconds())
            .multiply(BigInteger.valueOf(1_000_000_000))
            .add(BigInteger.valueOf(duration.getNano()));
    if (nanos.abs().compareTo(MAX_NANOS) > 0) {
      throw new EvaluationFailure("integer overflow");
    }
    return duration;
  }

  private static Instant shifted(Instant time, Duration by) {
    try {
      return Times.bounded(time.plus(by));
    } catch (DateTimeException | ArithmeticException overflow) {
      throw new EvaluationFailure("timestamp overflow");
    }
  }
}
