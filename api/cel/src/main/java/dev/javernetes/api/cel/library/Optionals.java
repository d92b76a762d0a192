package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Fields;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.Opt;
import dev.javernetes.api.cel.value.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Optionals; the checker knows them from its own library. {@code or} and {@code orValue} are
 * evaluated lazily and so stand with the operators of the evaluator.
 */
final class Optionals {
  private Optionals() {}

  static void declare(Functions functions) {
    functions.known("optional.of", a -> Opt.of(a[0]));
    functions.known("optional.ofNonZeroValue", a -> isZero(a[0]) ? Opt.NONE : Opt.of(a[0]));
    functions.known("optional.none", a -> Opt.NONE);
    functions.known("value", a -> opt(a[0]).get());
    functions.known("hasValue", a -> opt(a[0]).isPresent());
    functions.known("optional.unwrap", a -> unwrap(a[0]));
    functions.known("unwrapOpt", a -> unwrap(a[0]));
    functions.known(
        "first",
        a -> {
          List<?> list = list(a[0]);
          return list.isEmpty() ? Opt.NONE : Opt.of(Values.of(list.getFirst()));
        });
    functions.known(
        "last",
        a -> {
          List<?> list = list(a[0]);
          return list.isEmpty() ? Opt.NONE : Opt.of(Values.of(list.getLast()));
        });
  }

  private static Opt opt(Object value) {
    if (value instanceof Opt opt) {
      return opt;
    }
    throw EvaluationFailure.noSuchOverload();
  }

  private static List<?> list(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw EvaluationFailure.noSuchOverload();
  }

  private static List<Object> unwrap(Object value) {
    List<Object> present = new ArrayList<>();
    for (Object one : list(value)) {
      if (opt(Values.of(one)).isPresent()) {
        present.add(opt(Values.of(one)).get());
      }
    }
    return present;
  }

  private static boolean isZero(Object value) {
    return switch (value) {
      case NullValue unused -> true;
      case Boolean bool -> !bool;
      case Duration time -> time.isZero();
      case Instant time -> time.equals(Instant.EPOCH);
      case Opt opt -> !opt.isPresent();
      case String text -> text.isEmpty();
      case Fields fields -> fields.count() == 0;
      case List<?> list -> list.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      default -> Values.isNumber(value) && Values.asDouble(value) == 0;
    };
  }
}
