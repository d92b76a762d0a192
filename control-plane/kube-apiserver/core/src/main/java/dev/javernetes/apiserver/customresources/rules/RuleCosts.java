package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.cel.Compiled;
import dev.javernetes.api.cel.cost.Sizes;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of a whole schema cost at worst: each as often as a request can hold values for
 * it. One that costs too much is refused, and so are all together.
 */
final class RuleCosts {
  private static final long PER_EXPRESSION = 10_000_000;
  private static final long PER_SCHEMA = 100_000_000;
  private static final long MAX_REQUEST_BYTES = 3 * 1024 * 1024;
  private static final int SHOWN = 4;
  private static final String CONTRIBUTED =
      "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";

  private record Expensive(FieldPath path, long cost) {}

  private final boolean singleCostsMatter;
  private final List<Expensive> mostExpensive = new ArrayList<>();
  private long total;

  /**
   * @param singleCostsMatter not for a schema that is as it was: estimates may have grown since
   */
  RuleCosts(boolean singleCostsMatter) {
    this.singleCostsMatter = singleCostsMatter;
  }

  /**
   * How often a value may stand where the schema's parts lead.
   *
   * @param times {@code null} is without bounds
   */
  record Cardinality(@Nullable Long times) {
    static final Cardinality ONE = new Cardinality(1L);

    Cardinality within(JsonObject container) {
      Long elements =
          switch (container.string("type")) {
            case "object" ->
                container.object("additionalProperties") == null
                        && !container.bool("additionalProperties")
                    ? (Long) 1L
                    : container.integerOrNull("maxProperties");
            case "array" -> container.integerOrNull("maxItems");
            default -> (Long) 1L;
          };
      return new Cardinality(
          times == null || elements == null ? null : multiply(times, Math.max(elements, 0)));
    }

    long of(DeclaredType type) {
      return times == null ? MAX_REQUEST_BYTES / (type.minSerializedSize() + 1) : times;
    }
  }

  void rule(
      Compiled program,
      DeclaredType type,
      Cardinality cardinality,
      FieldPath path,
      ErrorList errors) {
    long cost = multiply(program.maxCost(Sizes.within(type)), cardinality.of(type));
    if (singleCostsMatter && cost > PER_EXPRESSION) {
      errors.forbidden(path, exceeded("estimated rule cost", cost, PER_EXPRESSION));
    }
    observe(path, cost);
  }

  void message(Compiled program, DeclaredType type, FieldPath path, ErrorList errors) {
    long cost = program.maxCost(Sizes.within(type));
    if (singleCostsMatter && cost > PER_EXPRESSION) {
      errors.forbidden(path, exceeded("estimated messageExpression cost", cost, PER_EXPRESSION));
    }
    observe(path, cost);
  }

  private void observe(FieldPath path, long cost) {
    total = total > Long.MAX_VALUE - cost ? Long.MAX_VALUE : total + cost;
    if (cost >= PER_SCHEMA / 100) {
      mostExpensive.add(new Expensive(path, cost));
      mostExpensive.sort(Comparator.comparingLong(Expensive::cost).reversed());
      if (mostExpensive.size() > SHOWN) {
        mostExpensive.removeLast();
      }
    }
  }

  void total(FieldPath path, ErrorList errors) {
    if (total <= PER_SCHEMA) {
      return;
    }
    mostExpensive.forEach(one -> errors.forbidden(one.path, CONTRIBUTED));
    errors.forbidden(
        path,
        exceeded(
            "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
            total,
            PER_SCHEMA));
  }

  private static long multiply(long cost, long times) {
    return cost == 0 ? 0 : Long.MAX_VALUE / cost < times ? Long.MAX_VALUE : cost * times;
  }

  private static String exceeded(String what, long cost, long limit) {
    double factor = (double) cost / limit;
    String shown =
        factor > 100
            ? "more than 100x"
            : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
    return what
        + " exceeds budget by factor of "
        + shown
        + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where"
        + " arrays, maps, and strings are declared)";
  }
}
