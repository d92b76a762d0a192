package dev.javernetes.api.cel.value;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all values have in common: type, size, equality and order (CEL specification, cel-go). */
public final class Values {
  private Values() {}

  /** A member of a JSON tree as a value. */
  public static Object of(@Nullable Object json) {
    return switch (json) {
      case null -> NullValue.NULL;
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      default -> json;
    };
  }

  public static String typeName(Object value) {
    return switch (value) {
      case String unused -> "string";
      case Long unused -> "int";
      case Boolean unused -> "bool";
      case Double unused -> "double";
      case Uint unused -> "uint";
      case Bytes unused -> "bytes";
      case NullValue unused -> "null_type";
      case Instant unused -> "google.protobuf.Timestamp";
      case Duration unused -> "google.protobuf.Duration";
      case Opt unused -> "optional_type";
      case TypeValue unused -> "type";
      case Fields fields -> fields.typeName();
      case List<?> unused -> "list";
      case Map<?, ?> unused -> "map";
      case Opaque opaque -> opaque.typeName();
      default -> throw new IllegalArgumentException("not a value: " + value.getClass());
    };
  }

  /** What {@code size(x)} counts; 1 for what has no size. */
  public static long size(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case Bytes bytes -> bytes.size();
      case Fields fields -> fields.count();
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case Opaque opaque -> opaque.size();
      case Opt opt when opt.isPresent() -> size(opt.get());
      default -> 1;
    };
  }

  public static boolean equal(Object left, Object right) {
    if (left == right) {
      return !(left instanceof Double number) || !number.isNaN();
    }
    if (isNumber(left) && isNumber(right)) {
      Integer order = compareNumbers(left, right);
      return order != null && order == 0;
    }
    return switch (left) {
      case Opt opt ->
          right instanceof Opt other
              && opt.isPresent() == other.isPresent()
              && (!opt.isPresent() || equal(opt.get(), other.get()));
      case Sequence sequence when right instanceof List<?> other -> sequence.sameAs(other);
      case List<?> list when right instanceof Sequence other -> other.sameAs(list);
      case List<?> list -> right instanceof List<?> other && sameElements(list, other);
      case Fields fields ->
          right instanceof Fields other
              && fields.typeName().equals(other.typeName())
              && sameEntries(fields.asMap(), other.asMap());
      case Map<?, ?> map -> right instanceof Map<?, ?> other && sameEntries(map, other);
      default -> left.equals(right);
    };
  }

  private static boolean sameElements(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<?> others = right.iterator();
    for (Object one : left) {
      if (!equal(of(one), of(others.next()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameEntries(Map<?, ?> left, Map<?, ?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : left.entrySet()) {
      if (!right.containsKey(entry.getKey())
          || !equal(of(entry.getValue()), of(right.get(entry.getKey())))) {
        return false;
      }
    }
    return true;
  }

  /** Below, equal or above zero; fails where the values have no common order. */
  public static int compare(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      Integer order = compareNumbers(left, right);
      if (order == null) {
        throw new EvaluationFailure("NaN values cannot be ordered");
      }
      return order;
    }
    return switch (left) {
      case String text when right instanceof String other -> compareText(text, other);
      case Boolean bool when right instanceof Boolean other -> bool.compareTo(other);
      case Bytes bytes when right instanceof Bytes other -> bytes.compareTo(other);
      case Instant time when right instanceof Instant other -> time.compareTo(other);
      case Duration time when right instanceof Duration other -> time.compareTo(other);
      default -> throw EvaluationFailure.noSuchOverload();
    };
  }

  /** By code point, as Go's strings compare, not by UTF-16 unit. */
  private static int compareText(String left, String right) {
    int end = Math.min(left.length(), right.length());
    for (int i = 0; i < end; i++) {
      char one = left.charAt(i);
      char other = right.charAt(i);
      if (one != other) {
        boolean pairs = Character.isSurrogate(one) != Character.isSurrogate(other);
        return pairs ? (Character.isSurrogate(one) ? 1 : -1) : Character.compare(one, other);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  public static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Uint;
  }

  /** {@code null} if one is not a number (NaN). */
  private static @Nullable Integer compareNumbers(Object left, Object right) {
    if (left instanceof Long one && right instanceof Long other) {
      return Long.compare(one, other);
    }
    if (left instanceof Double one && !isFinite(one)
        || right instanceof Double other && !isFinite(other)) {
      double one = asDouble(left);
      double other = asDouble(right);
      return Double.isNaN(one) || Double.isNaN(other) ? null : (Integer) Double.compare(one, other);
    }
    return exact(left).compareTo(exact(right));
  }

  private static boolean isFinite(double number) {
    return !Double.isNaN(number) && !Double.isInfinite(number);
  }

  public static double asDouble(Object number) {
    return switch (number) {
      case Long value -> value.doubleValue();
      case Double value -> value;
      case Uint value -> value.doubleValue();
      default -> throw EvaluationFailure.noSuchOverload();
    };
  }

  private static BigDecimal exact(Object number) {
    return switch (number) {
      case Long value -> BigDecimal.valueOf(value);
      case Double value -> new BigDecimal(value);
      case Uint value -> new BigDecimal(value.value());
      default -> throw EvaluationFailure.noSuchOverload();
    };
  }

  /** A map's key in the form in which it is kept: integral numbers are {@code Long}s. */
  public static Object key(Object value) {
    return switch (value) {
      case Uint number when number.bits() >= 0 -> (Object) number.bits();
      case Double number
          when isFinite(number) && number == Math.rint(number) && Math.abs(number) < 0x1p63 ->
          (Object) number.longValue();
      default -> value;
    };
  }
}
