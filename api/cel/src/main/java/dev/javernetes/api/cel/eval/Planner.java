package dev.javernetes.api.cel.eval;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.javernetes.api.cel.library.Body;
import dev.javernetes.api.cel.library.Functions;
import dev.javernetes.api.cel.library.Regexes;
import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.TypeValue;
import dev.javernetes.api.cel.value.Uint;
import dev.javernetes.api.cel.value.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a checked expression into steps. */
public final class Planner {
  private static final Set<String> CONVERSIONS =
      Set.of(
          "bool",
          "bytes",
          "double",
          "duration",
          "dyn",
          "int",
          "string",
          "timestamp",
          "type",
          "uint");

  private static final Set<String> SEARCHES = Set.of("find", "findAll");

  private final CelAbstractSyntaxTree tree;
  private final Functions functions;

  private Planner(CelAbstractSyntaxTree tree, Functions functions) {
    this.tree = tree;
    this.functions = functions;
  }

  /** {@code EvaluationFailure} if a conversion of a literal fails, or a pattern is none. */
  public static Program plan(CelAbstractSyntaxTree tree, Functions functions) {
    return new Program(new Planner(tree, functions).step(tree.getExpr()));
  }

  private Step step(CelExpr expr) {
    return switch (expr.getKind()) {
      case CONSTANT -> new Constant(constant(expr.constant()));
      case IDENT -> variable(expr, expr.ident().name());
      case SELECT -> select(expr);
      case CALL -> call(expr);
      case LIST -> list(expr);
      case MAP -> map(expr);
      case STRUCT -> struct(expr);
      case COMPREHENSION -> loop(expr.comprehension());
      case NOT_SET -> throw new IllegalArgumentException("an expression that is not set");
    };
  }

  private static Object constant(CelConstant constant) {
    return switch (constant.getKind()) {
      case NULL_VALUE -> NullValue.NULL;
      case BOOLEAN_VALUE -> constant.booleanValue();
      case INT64_VALUE -> constant.int64Value();
      case UINT64_VALUE -> new Uint(constant.uint64Value().longValue());
      case DOUBLE_VALUE -> constant.doubleValue();
      case STRING_VALUE -> constant.stringValue();
      case BYTES_VALUE -> Bytes.of(constant.bytesValue().toByteArray());
      case NOT_SET, TIMESTAMP_VALUE, DURATION_VALUE ->
          throw new IllegalArgumentException("no such literal: " + constant.getKind());
    };
  }

  private Step variable(CelExpr expr, String written) {
    String name = tree.getReference(expr.id()).map(CelReference::name).orElse(written);
    boolean type =
        tree.getType(expr.id()).filter(found -> found.kind() == CelKind.TYPE).isPresent();
    return new Attributes.Variable(name, type ? new TypeValue(name) : null);
  }

  private Step select(CelExpr expr) {
    // a name with dots that is declared as one, such as authorizer.requestResource
    Optional<CelReference> whole = tree.getReference(expr.id());
    if (whole.isPresent() && whole.get().overloadIds().isEmpty()) {
      return variable(expr, whole.get().name());
    }
    CelExpr.CelSelect select = expr.select();
    Step operand = step(select.operand());
    return select.testOnly()
        ? new Attributes.Has(operand, select.field())
        : new Attributes.Select(operand, select.field());
  }

  private Step call(CelExpr expr) {
    CelCall call = expr.call();
    List<Step> arguments = new ArrayList<>();
    List<CelExpr> written = new ArrayList<>();
    // format.named(x) looks like a member of "format" until its reference says what it is
    boolean qualified =
        call.target().isPresent()
            && tree.getReference(expr.id()).isPresent()
            && functions.isQualified(qualifiedName(call));
    if (!qualified) {
      call.target().ifPresent(written::add);
    }
    written.addAll(call.args());
    String function = qualified ? qualifiedName(call) : call.function();
    switch (function) {
      case "_&&_", "_||_" -> {
        return junction(expr, function);
      }
      default -> {}
    }
    written.forEach(one -> arguments.add(step(one)));
    return switch (function) {
      case "_?_:_" -> new Logic.Conditional(arguments.get(0), arguments.get(1), arguments.get(2));
      case "@not_strictly_false", "__not_strictly_false__" ->
          new Logic.NotStrictlyFalse(arguments.getFirst());
      case "or" -> new Logic.Or(arguments.get(0), arguments.get(1), false);
      case "orValue" -> new Logic.Or(arguments.get(0), arguments.get(1), true);
      case "_[_]" -> new Attributes.Index(arguments.get(0), arguments.get(1), false);
      case "_[?_]", "_?._" -> new Attributes.Index(arguments.get(0), arguments.get(1), true);
      default -> function(function, isResolved(expr), arguments);
    };
  }

  private boolean isResolved(CelExpr expr) {
    return tree.getReference(expr.id())
        .filter(reference -> reference.overloadIds().size() == 1)
        .isPresent();
  }

  private Step function(String name, boolean resolved, List<Step> arguments) {
    Body body = functions.body(name);
    if (body == null) {
      throw new IllegalArgumentException("no such function: " + name);
    }
    if (CONVERSIONS.contains(name)
        && arguments.size() == 1
        && arguments.getFirst() instanceof Constant(Object value)) {
      return new Constant(body.apply(new Object[] {value})); // may fail, as upstream's program
    }
    if (name.equals("@in")
        && arguments.get(1) instanceof Constant(List<?> list)
        && list.stream().allMatch(Planner::isPrimitive)) {
      return new Logic.Member(arguments.getFirst(), list);
    }
    if (SEARCHES.contains(name) && arguments.get(1) instanceof Constant(String pattern)) {
      Regexes.check(pattern);
    }
    return new Call(name, resolved, arguments, body);
  }

  private static boolean isPrimitive(Object value) {
    return value instanceof String || value instanceof Boolean || Values.isNumber(value);
  }

  private static String qualifiedName(CelCall call) {
    String target = call.target().map(Planner::dotted).orElse(null);
    return target == null ? call.function() : target + "." + call.function();
  }

  private static @Nullable String dotted(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.IDENT ? expr.ident().name() : null;
  }

  private Step junction(CelExpr expr, String operator) {
    List<Step> terms = new ArrayList<>();
    gather(expr, operator, terms);
    return new Logic.Junction(terms, operator.equals("_||_"));
  }

  private void gather(CelExpr expr, String operator, List<Step> terms) {
    if (expr.getKind() == CelExpr.ExprKind.Kind.CALL && expr.call().function().equals(operator)) {
      expr.call().args().forEach(argument -> gather(argument, operator, terms));
    } else {
      terms.add(step(expr));
    }
  }

  private Step list(CelExpr expr) {
    List<Literals.Element> elements = new ArrayList<>();
    List<Integer> optional = expr.list().optionalIndices();
    for (int i = 0; i < expr.list().elements().size(); i++) {
      elements.add(new Literals.Element(step(expr.list().elements().get(i)), optional.contains(i)));
    }
    List<Object> constants = new ArrayList<>();
    for (Literals.Element element : elements) {
      if (element.optional() || !(element.value() instanceof Constant(Object value))) {
        return new Literals.ListLiteral(elements);
      }
      constants.add(value);
    }
    return new Constant(Collections.unmodifiableList(constants));
  }

  private Step map(CelExpr expr) {
    List<Literals.Entry> entries = new ArrayList<>();
    expr.map()
        .entries()
        .forEach(entry ->
            entries.add(
                new Literals.Entry(step(entry.key()), step(entry.value()), entry.optionalEntry())));
    Map<Object, Object> constants = new LinkedHashMap<>();
    for (Literals.Entry entry : entries) {
      if (entry.optional()
          || !(entry.key() instanceof Constant(Object key))
          || !(entry.value() instanceof Constant(Object value))) {
        return new Literals.MapLiteral(entries);
      }
      constants.put(Values.key(key), value);
    }
    return new Constant(Collections.unmodifiableMap(constants));
  }

  private Step struct(CelExpr expr) {
    List<Literals.Entry> fields = new ArrayList<>();
    expr.struct()
        .entries()
        .forEach(entry ->
            fields.add(
                new Literals.Entry(
                    new Constant(entry.fieldKey()), step(entry.value()), entry.optionalEntry())));
    return new Literals.StructLiteral(expr.struct().messageName(), fields);
  }

  private Step loop(CelComprehension loop) {
    return new Loop(
        step(loop.iterRange()),
        loop.iterVar(),
        loop.iterVar2(),
        loop.accuVar(),
        step(loop.accuInit()),
        step(loop.loopCondition()),
        step(loop.loopStep()),
        step(loop.result()));
  }
}
