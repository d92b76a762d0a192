package dev.javernetes.api.cel.cost;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one call costs at worst (upstream's {@code library.CostEstimator}, cel-go's rules). */
final class CallEstimate {
  private static final double TRAVERSAL = 0.1;
  private static final double REGEX = 0.25;
  private static final double LONGEST_NAME_REGEX = 128;
  private static final double LONGEST_FORMAT = 64;
  private static final Range LIST = Range.of(10);
  private static final Range AUTHORIZATION = Range.of(350_000);
  private static final Range ADDRESS = new Range(4, 16);

  /** An operand with what is known of its size. */
  record Operand(
      CelType type,
      CelExpr expr,
      List<String> path,
      @Nullable Range computed,
      CostEstimate.@Nullable Entries entries,
      Sizes sizes) {

    Range size() {
      return computed == null ? bound(path) : computed;
    }

    private Range bound(List<String> where) {
      Long max = where.isEmpty() ? null : sizes.max(where);
      return max == null ? Range.UNKNOWN : new Range(0, max);
    }

    /** {@code null} if it is no list. */
    @Nullable CelType element() {
      return type.parameters().isEmpty() ? null : type.parameters().getFirst();
    }

    Range elementSize() {
      if (path.isEmpty()) {
        return Range.UNKNOWN;
      }
      List<String> items = new java.util.ArrayList<>(path);
      items.add("@items");
      return bound(items);
    }
  }

  /** The cost, and the size of the result where that is known. */
  record Result(Range cost, @Nullable Range size) {}

  private final String function;
  private final @Nullable Operand target;
  private final List<Operand> args;
  private final List<Range> costs;

  CallEstimate(String function, @Nullable Operand target, List<Operand> args, List<Range> costs) {
    this.function = function;
    this.target = target;
    this.args = args;
    this.costs = costs;
  }

  Result of(String overload) {
    Result own = listExtension(overload);
    if (own == null) {
      own = kubernetes(overload);
    }
    if (own != null) {
      return new Result(own.cost.plus(argumentCost()), own.size);
    }
    return language(overload);
  }

  private Range argumentCost() {
    Range sum = Range.NONE;
    for (Range cost : costs) {
      sum = sum.plus(cost);
    }
    return sum;
  }

  private static Result cost(Range cost) {
    return new Result(cost, null);
  }

  /** Those of cel-go's extensions that estimate themselves. */
  private @Nullable Result listExtension(String overload) {
    if (overload.startsWith("list_sets_") && args.size() == 2) {
      double factor = overload.contains("equivalent") ? 2 : 1;
      return cost(args.get(0).size().times(args.get(1).size()).times(factor).plus(Range.ONE));
    }
    return switch (overload) {
      case "list_slice" -> {
        long start = literal(args.get(0), 0);
        long end = literal(args.get(1), target == null ? 0 : target.size().max());
        yield allocating(1, Range.of(Math.max(end - start, 0)));
      }
      case "lists_range" -> allocating(1, Range.of(literal(args.getFirst(), Range.UNBOUNDED)));
      case "list_reverse" -> allocating(1, targetSize());
      case "list_flatten" -> allocating(1, targetSize());
      case "list_flatten_int" ->
          allocating(literal(args.getFirst(), Range.UNBOUNDED), targetSize());
      case "list_distinct" -> allocating(2, targetSize().times(targetSize()));
      default -> {
        if (overload.startsWith("list_") && overload.endsWith("_sort")) {
          yield sorting(overload, targetSize());
        }
        yield overload.endsWith("_sortByAssociatedKeys")
            ? sorting(overload, args.getFirst().size())
            : null;
      }
    };
  }

  private Range targetSize() {
    return target == null ? Range.UNKNOWN : target.size();
  }

  private static Result sorting(String overload, Range size) {
    boolean text = overload.startsWith("list_string_") || overload.startsWith("list_bytes_");
    return allocating(text ? 2 + TRAVERSAL : 2, size.times(size));
  }

  private static Result allocating(double factor, Range size) {
    return new Result(size.times(factor).plus(Range.ONE).plus(LIST), size);
  }

  private static long literal(Operand operand, long otherwise) {
    CelExpr expr = operand.expr();
    return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expr.constant().getKind() == CelConstant.Kind.INT64_VALUE
        ? Math.max(expr.constant().int64Value(), 0)
        : otherwise;
  }

  private @Nullable Result kubernetes(String overload) {
    return switch (function) {
      case "check" -> cost(AUTHORIZATION);
      case "serviceAccount",
          "path",
          "group",
          "resource",
          "subresource",
          "namespace",
          "name",
          "allowed",
          "reason",
          "error",
          "errored",
          "masked",
          "prefixLength",
          "family",
          "isUnspecified",
          "isLoopback",
          "isLinkLocalMulticast",
          "isLinkLocalUnicast",
          "isGlobalUnicast",
          "format.named",
          "sign",
          "asInteger",
          "isInteger",
          "asApproximateFloat",
          "isGreaterThan",
          "isLessThan",
          "compareTo",
          "add",
          "sub",
          "major",
          "minor",
          "patch",
          "getScheme",
          "getHostname",
          "getHost",
          "getPort",
          "getEscapedPath",
          "getQuery" ->
          cost(Range.ONE);
      case "fieldSelector", "labelSelector" -> args.size() == 1 ? cost(selector()) : null;
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" ->
          target == null ? null : cost(perElement(target));
      case "url", "jsonpatch.escapeKey" ->
          args.size() == 1
              ? new Result(args.getFirst().size().times(TRAVERSAL), args.getFirst().size())
              : null;
      case "lowerAscii", "upperAscii", "substring", "trim" ->
          target == null ? null : new Result(target.size().times(TRAVERSAL), target.size());
      case "replace" -> target != null && args.size() >= 2 ? replace(target) : null;
      case "split" -> target == null ? null : split(target);
      case "join" -> target == null ? null : join(target);
      case "find", "findAll" ->
          target == null || args.isEmpty()
              ? null
              : new Result(regex(target), new Range(0, target.size().max()));
      case "cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver" ->
          args.isEmpty() ? null : cost(args.getFirst().size().times(TRAVERSAL));
      case "ip" -> {
        if (overload.equals("cidr_ip")) {
          yield cost(Range.ONE);
        }
        yield args.isEmpty() ? null : cost(args.getFirst().size().times(TRAVERSAL));
      }
      case "ip.isCanonical" -> cost(args.getFirst().size().times(2 * TRAVERSAL));
      case "containsIP", "containsCIDR" -> network(overload);
      case "validate" ->
          args.isEmpty()
              ? null
              : cost(args.getFirst().size().times(TRAVERSAL).times(LONGEST_NAME_REGEX * REGEX));
      case "_==_" -> equality();
      default -> null;
    };
  }

  private Range selector() {
    Range length = args.getFirst().size();
    return LIST.plus(length.times(TRAVERSAL)).plus(length.times(0.5).times(50));
  }

  private static Range perElement(Operand list) {
    CelType element = list.element();
    if (element == null) {
      return list.size().times(TRAVERSAL); // indexOf of a string
    }
    Range cost = Range.ONE;
    if (element.kind() == CelKind.STRING || element.kind() == CelKind.BYTES) {
      cost = cost.plus(list.elementSize().times(TRAVERSAL));
    }
    return list.size().times(cost);
  }

  private Result replace(Operand text) {
    Range size = text.size();
    Range old = args.get(0).size();
    Range by = args.get(1).size();
    long most;
    long kept = 0;
    if (old.min() == 0) {
      most = Range.add(size.max(), 1);
      kept = size.max();
    } else if (by.max() <= old.min()) {
      most = 0;
      kept = size.max();
    } else {
      most = (long) Math.ceil((double) size.max() / old.min());
    }
    long fewest;
    long keptAtLeast = 0;
    if (old.max() == 0) {
      fewest = Range.add(size.min(), 1);
      keptAtLeast = size.min();
    } else if (old.max() <= by.min()) {
      fewest = 0;
      keptAtLeast = size.min();
    } else {
      fewest = (long) Math.ceil((double) size.min() / old.max());
    }
    Range result = new Range(fewest, most).times(by).plus(new Range(keptAtLeast, kept));
    return new Result(size.times(2 * TRAVERSAL), result);
  }

  private Result split(Operand text) {
    long most =
        args.size() > 1 && args.get(1).expr().getKind() == CelExpr.ExprKind.Kind.CONSTANT
            ? args.get(1).expr().constant().int64Value()
            : text.size().max();
    return new Result(
        text.size().times(2 * TRAVERSAL), new Range(0, most < 0 ? Range.UNBOUNDED : most));
  }

  private Result join(Operand list) {
    Range count = list.size();
    Range size = list.element() == null ? Range.NONE : count.times(list.elementSize());
    if (!args.isEmpty()) {
      Range separators = new Range(Math.max(count.min() - 1, 0), Math.max(count.max() - 1, 0));
      size = size.plus(args.getFirst().size().times(separators));
    }
    return new Result(size.times(TRAVERSAL), size);
  }

  private Range regex(Operand text) {
    Range perText = text.size().plus(Range.ONE).times(TRAVERSAL);
    return perText.times(args.getFirst().size().times(REGEX));
  }

  private @Nullable Result network(String overload) {
    if (args.isEmpty()) {
      return null;
    }
    Range cost = ADDRESS.plus(ADDRESS).times(TRAVERSAL);
    if (function.equals("containsCIDR")) {
      cost = cost.plus(ADDRESS.times(TRAVERSAL)).plus(Range.ONE);
    }
    if (overload.endsWith("_string")) {
      cost = cost.plus(args.getFirst().size().times(TRAVERSAL));
    }
    return cost(cost);
  }

  private @Nullable Result equality() {
    if (args.size() != 2 || !args.get(0).type().equals(args.get(1).type())) {
      return null;
    }
    return switch (args.get(0).type().name()) {
      case "net.IP",
          "net.CIDR",
          "kubernetes.Quantity",
          "kubernetes.Semver",
          "kubernetes.authorization.Authorizer",
          "kubernetes.authorization.PathCheck",
          "kubernetes.authorization.GroupCheck",
          "kubernetes.authorization.ResourceCheck",
          "kubernetes.authorization.Decision" ->
          cost(Range.ONE);
      case "kubernetes.NamedFormat" -> cost(new Range(1, (long) LONGEST_FORMAT).times(TRAVERSAL));
      case "kubernetes.URL" -> {
        Range size = args.get(1).computed();
        yield cost(new Range(1, size == null ? 1 : size.max()).times(TRAVERSAL));
      }
      default -> null;
    };
  }

  private Result language(String overload) {
    Range sum = argumentCost();
    return switch (overload) {
      case "string_format" -> cost(targetSize().times(TRAVERSAL).plus(sum));
      case "string_to_bytes" -> {
        Range size = args.getFirst().size();
        yield new Result(
            size.times(TRAVERSAL).plus(sum), new Range(size.min(), Range.multiply(size.max(), 4)));
      }
      case "bytes_to_string" -> {
        Range size = args.getFirst().size();
        yield new Result(size.times(TRAVERSAL).plus(sum), new Range(size.min() / 4, size.max()));
      }
      case "strings_quote" -> {
        Range size = args.getFirst().size();
        yield new Result(
            size.times(TRAVERSAL).plus(sum),
            new Range(size.min() + 2, Range.add(Range.multiply(size.max(), 2), 2)));
      }
      case "starts_with_string", "ends_with_string" ->
          cost(args.getFirst().size().times(TRAVERSAL).plus(sum));
      case "in_list" -> cost(args.get(1).size().plus(sum));
      case "matches_string" ->
          target == null ? cost(Range.ONE.plus(sum)) : cost(regex(target).plus(sum));
      case "contains_string" ->
          cost(
              targetSize()
                  .times(TRAVERSAL)
                  .times(args.getFirst().size().times(TRAVERSAL))
                  .plus(sum));
      case "logical_or", "logical_and" ->
          cost(new Range(costs.get(0).min(), costs.get(0).plus(costs.get(1)).max()));
      case "conditional" ->
          new Result(
              costs.get(0).plus(costs.get(1).union(costs.get(2))),
              args.get(1).size().union(args.get(2).size()));
      case "add_string", "add_bytes" -> {
        Range size = args.get(0).size().plus(args.get(1).size());
        yield new Result(size.times(TRAVERSAL).plus(sum), size);
      }
      case "add_list" ->
          new Result(Range.ONE.plus(sum), args.get(0).size().plus(args.get(1).size()));
      case "less_string",
          "greater_string",
          "less_equals_string",
          "greater_equals_string",
          "less_bytes",
          "greater_bytes",
          "less_equals_bytes",
          "greater_equals_bytes",
          "equals",
          "not_equals" -> {
        long smaller = Math.min(args.get(0).size().max(), args.get(1).size().max());
        yield cost(new Range(smaller > 0 ? 1 : 0, smaller).times(TRAVERSAL).plus(sum));
      }
      default -> cost(Range.ONE.plus(sum));
    };
  }

  static boolean isScalar(CelType type) {
    return switch (type.kind()) {
      case BOOL, DOUBLE, DURATION, INT, TIMESTAMP, UINT -> true;
      case OPAQUE -> type.name().equals("optional_type") && isScalar(type.parameters().getFirst());
      default -> false;
    };
  }
}
