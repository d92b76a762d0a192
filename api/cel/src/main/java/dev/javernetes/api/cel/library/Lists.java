package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.BOOL;
import static dev.javernetes.api.cel.library.Kinds.DYN;
import static dev.javernetes.api.cel.library.Kinds.INT;
import static dev.javernetes.api.cel.library.Kinds.list;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Uint;
import dev.javernetes.api.cel.value.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kubernetes' lists ({@code isSorted}, {@code sum} …) and cel-go's, version 3. */
final class Lists {
  private static final Map<String, CelType> COMPARABLE = new LinkedHashMap<>();
  private static final CelType T = TypeParamType.create("T");

  static {
    COMPARABLE.put("int", SimpleType.INT);
    COMPARABLE.put("uint", SimpleType.UINT);
    COMPARABLE.put("double", SimpleType.DOUBLE);
    COMPARABLE.put("bool", SimpleType.BOOL);
    COMPARABLE.put("duration", SimpleType.DURATION);
    COMPARABLE.put("timestamp", SimpleType.TIMESTAMP);
    COMPARABLE.put("string", SimpleType.STRING);
    COMPARABLE.put("bytes", SimpleType.BYTES);
  }

  private Lists() {}

  static void declare(Functions functions) {
    COMPARABLE.forEach((name, type) -> {
      functions.member(
          "isSorted",
          "list_" + name + "_is_sorted_bool",
          BOOL,
          List.of(list(type)),
          a -> isSorted((List<?>) a[0]));
      functions.member(
          "max",
          "list_" + name + "_max_" + name,
          type,
          List.of(list(type)),
          a -> extreme((List<?>) a[0], "max", 1));
      functions.member(
          "min",
          "list_" + name + "_min_" + name,
          type,
          List.of(list(type)),
          a -> extreme((List<?>) a[0], "min", -1));
      functions.member(
          "sort",
          "list_" + type.name() + "_sort",
          list(type),
          List.of(list(type)),
          a -> sorted((List<?>) a[0], (List<?>) a[0]));
      functions.member(
          "@sortByAssociatedKeys",
          "list_" + type.name() + "_sortByAssociatedKeys",
          list(T),
          List.of(list(T), list(type)),
          a -> sorted((List<?>) a[0], (List<?>) a[1]));
    });
    sum(functions, "int", SimpleType.INT, 0L);
    sum(functions, "uint", SimpleType.UINT, new Uint(0));
    sum(functions, "double", SimpleType.DOUBLE, 0.0);
    sum(functions, "duration", SimpleType.DURATION, Duration.ZERO);
    functions.member(
        "indexOf",
        "list_a_index_of_int",
        INT,
        List.of(list(T), T),
        a -> indexOf((List<?>) a[0], a[1]));
    functions.member(
        "lastIndexOf",
        "list_a_last_index_of_int",
        INT,
        List.of(list(T), T),
        a -> lastIndexOf((List<?>) a[0], a[1]));
    functions.member(
        "slice",
        "list_slice",
        list(T),
        List.of(list(T), INT, INT),
        a -> slice((List<?>) a[0], (Long) a[1], (Long) a[2]));
    functions.member(
        "flatten",
        "list_flatten",
        list(T),
        List.of(list(list(T))),
        a -> flatten((List<?>) a[0], 1));
    functions.member(
        "flatten",
        "list_flatten_int",
        list(DYN),
        List.of(list(DYN), INT),
        a -> flatten((List<?>) a[0], (Long) a[1]));
    functions.global(
        "lists.range", "lists_range", list(INT), List.of(INT), a -> range((Long) a[0]));
    functions.member(
        "distinct", "list_distinct", list(T), List.of(list(T)), a -> distinct((List<?>) a[0]));
    functions.member(
        "reverse",
        "list_reverse",
        list(T),
        List.of(list(T)),
        a -> {
          List<Object> reversed = copy((List<?>) a[0]);
          Collections.reverse(reversed);
          return reversed;
        });
  }

  private static void sum(Functions functions, String name, CelType type, Object zero) {
    functions.member(
        "sum",
        "list_" + name + "_sum_" + name,
        type,
        List.of(list(type)),
        a -> {
          Object total = zero;
          for (Object one : (List<?>) a[0]) {
            total = Operators.add(total, Values.of(one));
          }
          return total;
        });
  }

  static List<Object> copy(List<?> list) {
    List<Object> copy = new ArrayList<>(list.size());
    list.forEach(one -> copy.add(Values.of(one)));
    return copy;
  }

  private static boolean isSorted(List<?> list) {
    for (int i = 1; i < list.size(); i++) {
      if (Values.compare(Values.of(list.get(i - 1)), Values.of(list.get(i))) > 0) {
        return false;
      }
    }
    return true;
  }

  private static Object extreme(List<?> list, String name, int sign) {
    if (list.isEmpty()) {
      throw new EvaluationFailure(name + " called on empty list");
    }
    Object best = Values.of(list.getFirst());
    for (Object one : list) {
      if (Integer.signum(Values.compare(Values.of(one), best)) == sign) {
        best = Values.of(one);
      }
    }
    return best;
  }

  private static long indexOf(List<?> list, Object sought) {
    for (int i = 0; i < list.size(); i++) {
      if (Values.equal(Values.of(list.get(i)), sought)) {
        return i;
      }
    }
    return -1;
  }

  private static long lastIndexOf(List<?> list, Object sought) {
    for (int i = list.size() - 1; i >= 0; i--) {
      if (Values.equal(Values.of(list.get(i)), sought)) {
        return i;
      }
    }
    return -1;
  }

  private static List<Object> slice(List<?> list, long start, long end) {
    String call = "cannot slice(" + start + ", " + end + "), ";
    if (start < 0 || end < 0) {
      throw new EvaluationFailure(call + "negative indexes not supported");
    }
    if (start > end) {
      throw new EvaluationFailure(call + "start index must be less than or equal to end index");
    }
    if (list.size() < end) {
      throw new EvaluationFailure(call + "list is length " + list.size());
    }
    return copy(list.subList((int) start, (int) end));
  }

  private static List<Object> flatten(List<?> list, long depth) {
    if (depth < 0) {
      throw new EvaluationFailure("level must be non-negative");
    }
    List<Object> flat = new ArrayList<>();
    for (Object one : list) {
      if (one instanceof List<?> nested && depth > 0) {
        flat.addAll(flatten(nested, depth - 1));
      } else {
        flat.add(Values.of(one));
      }
    }
    return flat;
  }

  /** At most as many as a run may cost: upstream runs out of memory instead. */
  private static List<Object> range(long count) {
    if (count > 10_000_000) {
      throw new EvaluationFailure("lists.range(" + count + ") is too long");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private static List<Object> distinct(List<?> list) {
    List<Object> distinct = new ArrayList<>();
    for (Object one : list) {
      if (indexOf(distinct, Values.of(one)) < 0) {
        distinct.add(Values.of(one));
      }
    }
    return distinct;
  }

  private static List<Object> sorted(List<?> list, List<?> keys) {
    if (list.size() != keys.size()) {
      throw new EvaluationFailure(
          "@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but"
              + " got %d and %d elements respectively".formatted(list.size(), keys.size()));
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      if (Values.of(keys.get(i)).getClass() != Values.of(keys.getFirst()).getClass()) {
        throw new EvaluationFailure("list elements must have the same type");
      }
      order.add(i);
    }
    order.sort(
        (one, other) -> Values.compare(Values.of(keys.get(one)), Values.of(keys.get(other))));
    List<Object> sorted = new ArrayList<>();
    order.forEach(index -> sorted.add(Values.of(list.get(index))));
    return sorted;
  }
}
