package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.library.Libraries;
import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.Opaque;
import dev.javernetes.api.cel.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a call has cost, in cel-go's units (a step is 1; ten characters are 1): the cost model is
 * part of the API, because a rule's budget is. As upstream's {@code library.CostEstimator.CallCost}
 * and cel-go's {@code CostTracker}.
 */
final class CallCost {
  private static final double TRAVERSAL = 0.1;
  private static final double REGEX = 0.25;
  private static final long AUTHORIZATION = 350_000;
  private static final long LIST = 10;
  private static final long STRUCT = 40;

  /** What costs by its overload: a plain step if that was not known when it was compiled. */
  private static final Set<String> BY_OVERLOAD =
      Set.of("bytes", "string", "@in", "in", "_<_", "_>_", "_<=_", "_>=_", "_+_", "sort");

  private CallCost() {}

  static long of(String function, boolean resolved, Object[] args, Object result) {
    return resolved || !BY_OVERLOAD.contains(function) ? of(function, args, result) : 1;
  }

  private static long of(String function, Object[] args, Object result) {
    return switch (function) {
      case "check" -> AUTHORIZATION;
      case "fieldSelector", "labelSelector" -> selector(Values.size(args[1]));
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> traversal(args[0]);
      case "url",
          "lowerAscii",
          "upperAscii",
          "substring",
          "trim",
          "jsonpatch.escapeKey",
          "cidr",
          "isIP",
          "isCIDR",
          "quantity",
          "isQuantity",
          "semver",
          "isSemver" ->
          perSize(args[0], TRAVERSAL);
      case "replace", "split", "ip.isCanonical" -> perSize(args[0], 2 * TRAVERSAL);
      case "join" -> perSize(result, 2 * TRAVERSAL);
      case "find", "findAll", "matches" ->
          ceil((1 + Values.size(args[0])) * TRAVERSAL) * ceil(Values.size(args[1]) * REGEX);
      case "ip" -> args[0] instanceof String ? perSize(args[0], TRAVERSAL) : 1;
      case "containsIP" -> network(args, 2);
      case "containsCIDR" -> network(args, 3) + 1;
      case "validate" ->
          ceil((1 + Values.size(args[1])) * TRAVERSAL)
              * ceil(Libraries.formatRegexSize(args[0]) * REGEX);
      case "_==_" -> args[0] instanceof Opaque ? 1 : comparison(args);
      case "_!=_" -> comparison(args);
      case "startsWith", "endsWith", "strings.quote" -> perSize(args[0], TRAVERSAL);
      case "format" -> perSize(args[0], TRAVERSAL);
      case "bytes", "string" ->
          args[0] instanceof String && function.equals("bytes") || args[0] instanceof Bytes
              ? perSize(args[0], TRAVERSAL)
              : 1;
      case "@in", "in" -> args[1] instanceof List<?> ? Values.size(args[1]) : 1;
      case "_<_", "_>_", "_<=_", "_>=_" ->
          args[0] instanceof String || args[0] instanceof Bytes ? comparison(args) : 1;
      case "_+_" ->
          args[0] instanceof String || args[0] instanceof Bytes
              ? ceil((Values.size(args[0]) + Values.size(args[1])) * TRAVERSAL)
              : 1;
      case "contains" ->
          ceil(Values.size(args[0]) * TRAVERSAL) * ceil(Values.size(args[1]) * TRAVERSAL);
      case "slice", "lists.range", "reverse" -> allocating(1, Values.size(result));
      case "flatten" ->
          allocating(args.length == 2 && args[1] instanceof Long n ? n : 1, Values.size(args[0]));
      case "distinct", "sort" -> selfCompare(args[0]);
      case "@sortByAssociatedKeys" -> selfCompare(args[1]);
      case "sets.contains", "sets.intersects" -> 1 + Values.size(args[0]) * Values.size(args[1]);
      case "sets.equivalent" -> 1 + 2 * Values.size(args[0]) * Values.size(args[1]);
      default -> 1;
    };
  }

  private static long ceil(double cost) {
    return (long) Math.ceil(cost);
  }

  private static long perSize(Object value, double factor) {
    return ceil(Values.size(value) * factor);
  }

  private static long comparison(Object[] args) {
    return ceil(Math.min(Values.size(args[0]), Values.size(args[1])) * TRAVERSAL);
  }

  private static long selector(long length) {
    return LIST + ceil(length * TRAVERSAL) + ceil(ceil(length * 0.5) * (double) (LIST + STRUCT));
  }

  private static long network(Object[] args, int times) {
    long size = Values.size(args[0]);
    long cost = ceil(2 * size * TRAVERSAL) + (times > 2 ? ceil(size * TRAVERSAL) : 0);
    return args[1] instanceof String ? cost + perSize(args[1], TRAVERSAL) : cost;
  }

  private static long allocating(double factor, long size) {
    return (long) (size * factor) + 1 + LIST;
  }

  private static long selfCompare(Object value) {
    if (!(value instanceof List<?> list)) {
      return 1;
    }
    if (list.isEmpty()) {
      return allocating(2, 0);
    }
    Object element = Values.of(list.getFirst());
    boolean text = element instanceof String || element instanceof Bytes;
    return allocating(text ? 2 + TRAVERSAL : 2, (long) list.size() * list.size());
  }

  /** As if all of the value were read once. */
  private static long traversal(Object value) {
    return switch (value) {
      case String text -> (long) (text.getBytes(StandardCharsets.UTF_8).length * TRAVERSAL);
      case Bytes bytes -> (long) (bytes.size() * TRAVERSAL);
      case List<?> list -> list.stream().mapToLong(one -> traversal(Values.of(one))).sum();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .mapToLong(entry ->
                  traversal(Values.of(entry.getKey())) + traversal(Values.of(entry.getValue())))
              .sum();
      default -> 1;
    };
  }
}
