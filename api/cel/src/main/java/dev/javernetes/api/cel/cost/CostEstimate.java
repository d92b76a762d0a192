package dev.javernetes.api.cel.cost;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The worst case of an expression (cel-go's {@code checker.Cost}): a select or a name costs 1, a
 * loop costs its body as often as its list may be long, a call what {@link CallEstimate} says.
 */
public final class CostEstimate {
  private static final Range LIST = Range.of(10);
  private static final Range MAP = Range.of(30);
  private static final Range STRUCT = Range.of(40);

  /** What is known of the elements of a list or map that is written out. */
  record Entries(boolean list, Range key, Range value) {
    static @Nullable Entries union(@Nullable Entries one, @Nullable Entries other) {
      return one == null || other == null
          ? null
          : new Entries(one.list, one.key.union(other.key), one.value.union(other.value));
    }
  }

  private record Local(List<String> path, @Nullable Range size, @Nullable Entries entries) {}

  private final CelAbstractSyntaxTree tree;
  private final Sizes sizes;
  private final Map<Long, List<String>> paths = new HashMap<>();
  private final Map<String, Deque<Local>> locals = new HashMap<>();
  private final Map<Long, Range> computed = new HashMap<>();
  private final Map<Long, Entries> entries = new HashMap<>();

  private CostEstimate(CelAbstractSyntaxTree tree, Sizes sizes) {
    this.tree = tree;
    this.sizes = sizes;
  }

  /** At most {@code Long.MAX_VALUE}, which stands for "without bounds". */
  public static long max(CelAbstractSyntaxTree checked, Sizes sizes) {
    return new CostEstimate(checked, sizes).cost(checked.getExpr()).max();
  }

  private Range cost(CelExpr expr) {
    return switch (expr.getKind()) {
      case CONSTANT, NOT_SET -> Range.NONE;
      case IDENT -> {
        Local local = local(expr.ident().name());
        paths.put(expr.id(), local == null ? List.of(expr.ident().name()) : local.path);
        yield Range.ONE;
      }
      case SELECT -> select(expr);
      case CALL -> call(expr);
      case LIST -> list(expr);
      case MAP -> map(expr);
      case STRUCT -> {
        Range sum = STRUCT;
        for (CelExpr.CelStruct.Entry field : expr.struct().entries()) {
          sum = sum.plus(cost(field.value()));
        }
        yield sum;
      }
      case COMPREHENSION -> comprehension(expr);
    };
  }

  private Range select(CelExpr expr) {
    CelExpr operand = expr.select().operand();
    Range sum = cost(operand);
    if (expr.select().testOnly()) {
      return sum; // PresenceTestHasCost(false)
    }
    CelKind kind = type(operand).kind();
    if (kind == CelKind.MAP || kind == CelKind.STRUCT || kind == CelKind.TYPE_PARAM) {
      sum = sum.plus(Range.ONE);
    }
    paths.put(expr.id(), appended(path(operand), expr.select().field()));
    return sum;
  }

  private Range call(CelExpr expr) {
    List<CelExpr> arguments = expr.call().args();
    if (expr.call().function().equals("dyn")) {
      Range cost = cost(arguments.getFirst());
      copySizes(expr, arguments.getFirst());
      return cost.plus(Range.ONE);
    }
    List<Range> costs = new ArrayList<>();
    List<CallEstimate.Operand> operands = new ArrayList<>();
    for (CelExpr argument : arguments) {
      costs.add(cost(argument));
      operands.add(operand(argument));
    }
    List<String> overloads =
        tree.getReference(expr.id())
            .map(CelReference::overloadIds)
            .map(List::copyOf)
            .orElse(List.of());
    if (overloads.isEmpty()) {
      return Range.NONE;
    }
    Range sum = Range.NONE;
    CallEstimate.Operand target = null;
    if (expr.call().target().isPresent() && !isNamespace(expr.call().target().get())) {
      CelExpr written = expr.call().target().get();
      sum = cost(written);
      target = operand(written);
    }
    Range called = new Range(Range.UNBOUNDED, 0);
    Range size = null;
    CallEstimate estimate = new CallEstimate(function(expr), target, operands, costs);
    for (String overload : overloads) {
      CallEstimate.Result result = estimate.of(overload);
      called = called.union(result.cost());
      size = union(size, result.size());
      size = track(expr, overload, arguments, size);
    }
    if (size != null) {
      computed.put(expr.id(), size);
    }
    return sum.plus(called);
  }

  private String function(CelExpr expr) {
    boolean qualified = expr.call().target().isPresent() && isNamespace(expr.call().target().get());
    return qualified
        ? expr.call().target().get().ident().name() + "." + expr.call().function()
        : expr.call().function();
  }

  /** {@code format} in {@code format.named(x)}: no value of its own. */
  private boolean isNamespace(CelExpr target) {
    return target.getKind() == CelExpr.ExprKind.Kind.IDENT
        && tree.getReference(target.id()).isEmpty();
  }

  private static @Nullable Range union(@Nullable Range one, @Nullable Range other) {
    return one == null ? other : other == null ? one : one.union(other);
  }

  /** Follows paths and sizes through operators whose result is part of an operand. */
  private @Nullable Range track(
      CelExpr expr, String overload, List<CelExpr> arguments, @Nullable Range size) {
    switch (overload) {
      case "index_list", "index_map" -> {
        Entries of = entries(arguments.get(0));
        paths.put(
            expr.id(),
            appended(path(arguments.get(0)), overload.equals("index_list") ? "@items" : "@values"));
        return of == null ? size(expr) : of.value;
      }
      case "conditional" ->
          putEntries(expr, Entries.union(entries(arguments.get(1)), entries(arguments.get(2))));
      case "add_list", "add_string", "add_bytes" ->
          putEntries(expr, Entries.union(entries(arguments.get(0)), entries(arguments.get(1))));
      default -> {}
    }
    return size == null ? size(expr) : size;
  }

  private Range list(CelExpr expr) {
    Range sum = LIST;
    Range item = new Range(expr.list().elements().isEmpty() ? 0 : Range.UNBOUNDED, 0);
    for (CelExpr element : expr.list().elements()) {
      sum = sum.plus(cost(element));
      item = item.union(sizeOrUnknown(element));
    }
    entries.put(expr.id(), new Entries(true, Range.ONE, item));
    return sum;
  }

  private Range map(CelExpr expr) {
    Range sum = MAP;
    boolean empty = expr.map().entries().isEmpty();
    Range key = new Range(empty ? 0 : Range.UNBOUNDED, 0);
    Range value = key;
    for (CelExpr.CelMap.Entry entry : expr.map().entries()) {
      sum = sum.plus(cost(entry.key())).plus(cost(entry.value()));
      key = key.union(sizeOrUnknown(entry.key()));
      value = value.union(sizeOrUnknown(entry.value()));
    }
    entries.put(expr.id(), new Entries(false, key, value));
    return sum;
  }

  private Range comprehension(CelExpr expr) {
    CelComprehension loop = expr.comprehension();
    Range sum = cost(loop.iterRange()).plus(cost(loop.accuInit()));
    push(
        loop.accuVar(),
        new Local(path(loop.accuInit()), size(loop.accuInit()), entries(loop.accuInit())));
    if (isBinding(loop)) {
      sum = sum.plus(cost(loop.result()));
      pop(loop.accuVar());
      copySizes(expr, loop.result());
      return sum;
    }
    pushElements(loop);
    Range body = cost(loop.loopCondition()).plus(cost(loop.loopStep()));
    pop(loop.iterVar());
    if (!loop.iterVar2().isEmpty()) {
      pop(loop.iterVar2());
    }
    sum = sum.plus(cost(loop.result()));
    pop(loop.accuVar());
    Range count = sizeOrUnknown(loop.iterRange());
    sum = sum.plus(count.times(body));
    switch (loop.accuInit().getKind()) {
      case CONSTANT -> computed.put(expr.id(), sizeOrUnknown(loop.accuInit()));
      case LIST, MAP -> {
        computed.put(expr.id(), count);
        putEntries(expr, entries(loop.loopStep()));
      }
      default -> {}
    }
    return sum;
  }

  /** {@code cel.bind}, {@code optMap}, {@code sortBy}: a loop over nothing that names a value. */
  private static boolean isBinding(CelComprehension loop) {
    return loop.iterRange().getKind() == CelExpr.ExprKind.Kind.LIST
        && loop.iterRange().list().elements().isEmpty()
        && loop.loopCondition().getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && loop.loopCondition().constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
        && !loop.loopCondition().constant().booleanValue()
        && !isAccumulator(loop.accuVar());
  }

  private void pushElements(CelComprehension loop) {
    CelExpr range = loop.iterRange();
    Entries of = entries(range);
    boolean list = of == null ? type(range).kind() == CelKind.LIST : of.list;
    Range key = of == null ? null : of.key;
    Range value = of == null ? null : of.value;
    List<String> path = path(range);
    if (!loop.iterVar2().isEmpty()) {
      push(loop.iterVar(), new Local(appended(path, list ? "@indices" : "@keys"), key, null));
      push(loop.iterVar2(), new Local(appended(path, list ? "@items" : "@values"), value, null));
    } else if (list) {
      push(loop.iterVar(), new Local(appended(path, "@items"), value, null));
    } else {
      push(loop.iterVar(), new Local(appended(path, "@keys"), key, null));
    }
  }

  private static boolean isAccumulator(String name) {
    return name.equals("__result__") || name.equals("@result");
  }

  private CallEstimate.Operand operand(CelExpr expr) {
    List<String> path = path(expr);
    boolean hidden = !path.isEmpty() && isAccumulator(path.getFirst());
    return new CallEstimate.Operand(
        type(expr), expr, hidden ? List.of() : path, size(expr), entries(expr), sizes);
  }

  private CelType type(CelExpr expr) {
    return tree.getType(expr.id()).orElse(SimpleType.DYN);
  }

  private List<String> path(CelExpr expr) {
    if (expr.getKind() == CelExpr.ExprKind.Kind.IDENT) {
      Local local = local(expr.ident().name());
      if (local != null) {
        return local.path;
      }
    }
    return paths.getOrDefault(expr.id(), List.of());
  }

  private static List<String> appended(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  private @Nullable Local local(String name) {
    Deque<Local> stack = locals.get(name);
    return stack == null ? null : stack.peek();
  }

  private void push(String name, Local local) {
    locals.computeIfAbsent(name, unused -> new ArrayDeque<>()).push(local);
  }

  private void pop(String name) {
    Deque<Local> stack = locals.get(name);
    if (stack != null) {
      stack.poll();
    }
  }

  private void copySizes(CelExpr to, CelExpr from) {
    Range size = size(from);
    if (size != null) {
      computed.put(to.id(), size);
    }
    putEntries(to, entries(from));
  }

  private void putEntries(CelExpr expr, @Nullable Entries of) {
    if (of != null) {
      entries.put(expr.id(), of);
    }
  }

  private @Nullable Entries entries(CelExpr expr) {
    Entries found = entries.get(expr.id());
    if (found == null && expr.getKind() == CelExpr.ExprKind.Kind.IDENT) {
      Local local = local(expr.ident().name());
      return local == null ? null : local.entries;
    }
    return found;
  }

  private Range sizeOrUnknown(CelExpr expr) {
    Range size = size(expr);
    return size == null ? Range.UNKNOWN : size;
  }

  private @Nullable Range size(CelExpr expr) {
    Range known = computed.get(expr.id());
    if (known != null) {
      return known;
    }
    Range written = written(expr);
    if (written != null) {
      return written;
    }
    Long bound = sizes.max(path(expr));
    if (bound != null) {
      Range size = new Range(0, bound);
      computed.put(expr.id(), size);
      return size;
    }
    if (CallEstimate.isScalar(type(expr))) {
      return Range.ONE;
    }
    if (expr.getKind() == CelExpr.ExprKind.Kind.IDENT) {
      Local local = local(expr.ident().name());
      return local == null ? null : local.size;
    }
    return null;
  }

  private static @Nullable Range written(CelExpr expr) {
    return switch (expr.getKind()) {
      case CONSTANT ->
          switch (expr.constant().getKind()) {
            case STRING_VALUE -> {
              String text = expr.constant().stringValue();
              yield Range.of(text.codePointCount(0, text.length()));
            }
            case BYTES_VALUE -> Range.of(expr.constant().bytesValue().size());
            default -> Range.ONE;
          };
      case LIST -> Range.of(expr.list().elements().size());
      case MAP -> Range.of(expr.map().entries().size());
      default -> null;
    };
  }
}
