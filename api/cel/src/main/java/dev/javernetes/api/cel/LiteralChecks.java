package dev.javernetes.api.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.javernetes.api.cel.library.Times;
import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What upstream's environment checks beyond types (cel-go's AST validators): durations, timestamps
 * and regular expressions that are written out, elements of one type, clauses of {@code format}.
 */
final class LiteralChecks {
  private final CelAbstractSyntaxTree tree;
  private final List<CelIssue> wrong = new ArrayList<>();
  private int formats;

  private LiteralChecks(CelAbstractSyntaxTree tree) {
    this.tree = tree;
  }

  static List<CelIssue> of(CelAbstractSyntaxTree tree) {
    LiteralChecks checks = new LiteralChecks(tree);
    checks.visit(tree.getExpr());
    return checks.wrong;
  }

  private void visit(CelExpr expr) {
    switch (expr.getKind()) {
      case SELECT -> visit(expr.select().operand());
      case CALL -> call(expr);
      case LIST -> {
        sameTypes(expr.list().elements(), expr.list().optionalIndices());
        expr.list().elements().forEach(this::visit);
      }
      case MAP -> map(expr.map());
      case STRUCT -> expr.struct().entries().forEach(entry -> visit(entry.value()));
      case COMPREHENSION -> {
        CelExpr.CelComprehension loop = expr.comprehension();
        visit(loop.iterRange());
        visit(loop.accuInit());
        visit(loop.loopCondition());
        visit(loop.loopStep());
        visit(loop.result());
      }
      case CONSTANT, IDENT, NOT_SET -> {}
    }
  }

  private void call(CelExpr expr) {
    CelExpr.CelCall call = expr.call();
    literalArgument(call);
    // lists among format's arguments may be of mixed types
    boolean format = call.function().equals("format");
    formats += format ? 1 : 0;
    call.target().ifPresent(this::visit);
    call.args().forEach(this::visit);
    formats -= format ? 1 : 0;
    if (format
        && call.target().isPresent()
        && text(call.target().get()) instanceof String pattern
        && call.args().size() == 1
        && call.args().getFirst().getKind() == CelExpr.ExprKind.Kind.LIST) {
      FormatCheck.Fault fault =
          FormatCheck.fault(pattern, call.args().getFirst().list().elements(), this::type);
      if (fault != null) {
        report(fault.argument() == null ? expr : fault.argument(), fault.message());
      }
    }
  }

  private static @Nullable String text(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? expr.constant().stringValue()
        : null;
  }

  private void literalArgument(CelExpr.CelCall call) {
    if (call.args().isEmpty() || !(text(call.args().getFirst()) instanceof String literal)) {
      return;
    }
    try {
      switch (call.function()) {
        case "duration" -> Times.duration(literal);
        case "timestamp" -> Times.timestamp(literal);
        case "matches" -> Pattern.compile(literal);
        default -> {}
      }
    } catch (EvaluationFailure | PatternSyntaxException bad) {
      report(call.args().getFirst(), "invalid " + call.function() + " argument");
    }
  }

  private void map(CelExpr.CelMap map) {
    CelType key = null;
    CelType value = null;
    for (CelExpr.CelMap.Entry entry : map.entries()) {
      CelType of = type(entry.value());
      of = entry.optionalEntry() ? of.parameters().getFirst() : of;
      if (key == null || value == null) {
        key = type(entry.key());
        value = of;
      } else {
        same(key, type(entry.key()), entry.key());
        same(value, of, entry.value());
      }
      visit(entry.key());
      visit(entry.value());
    }
  }

  private void sameTypes(List<CelExpr> elements, List<Integer> optional) {
    CelType first = null;
    for (int i = 0; i < elements.size(); i++) {
      CelType type = type(elements.get(i));
      type = optional.contains(i) ? type.parameters().getFirst() : type;
      if (first == null) {
        first = type;
      } else if (!same(first, type, elements.get(i))) {
        return;
      }
    }
  }

  private boolean same(CelType expected, CelType actual, CelExpr where) {
    if (formats > 0 || equivalent(expected, actual)) {
      return true;
    }
    report(
        where,
        "expected type '%s' but found '%s'"
            .formatted(TypeNames.shortened(expected), TypeNames.shortened(actual)));
    return false;
  }

  private static boolean equivalent(CelType one, CelType other) {
    if (one.kind() == CelKind.TYPE_PARAM && other.kind() == CelKind.TYPE_PARAM) {
      return true;
    }
    if (one.kind() != other.kind()
        || !one.name().equals(other.name())
        || one.parameters().size() != other.parameters().size()) {
      return false;
    }
    for (int i = 0; i < one.parameters().size(); i++) {
      if (!equivalent(one.parameters().get(i), other.parameters().get(i))) {
        return false;
      }
    }
    return true;
  }

  private CelType type(CelExpr expr) {
    return tree.getType(expr.id()).orElse(SimpleType.DYN);
  }

  private void report(CelExpr where, String message) {
    wrong.add(CelIssue.formatError(where.id(), Issues.place(tree, where.id()), message));
  }
}
