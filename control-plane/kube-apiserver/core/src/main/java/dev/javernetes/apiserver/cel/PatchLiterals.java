package dev.javernetes.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableComprehension;
import dev.cel.common.ast.CelMutableExpr.CelMutableMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The literals {@code Object{…}}, {@code Object.metadata{…}} and {@code JSONPatch{…}} of mutating
 * policies, read as maps of their fields.
 */
final class PatchLiterals {
  private long nextId = 1_000_000;

  private PatchLiterals() {}

  static CelAbstractSyntaxTree asMaps(CelAbstractSyntaxTree parsed) {
    CelMutableAst tree = CelMutableAst.fromCelAst(parsed);
    PatchLiterals literals = new PatchLiterals();
    literals.visit(tree.expr());
    return literals.nextId == 1_000_000 ? parsed : tree.toParsedAst();
  }

  private void visit(CelMutableExpr expression) {
    switch (expression.getKind()) {
      case SELECT -> visit(expression.select().operand());
      case CALL -> {
        expression.call().target().ifPresent(this::visit);
        expression.call().args().forEach(this::visit);
      }
      case LIST -> expression.list().elements().forEach(this::visit);
      case MAP ->
          expression
              .map()
              .entries()
              .forEach(entry -> {
                visit(entry.key());
                visit(entry.value());
              });
      case COMPREHENSION -> {
        CelMutableComprehension comprehension = expression.comprehension();
        visit(comprehension.iterRange());
        visit(comprehension.accuInit());
        visit(comprehension.loopCondition());
        visit(comprehension.loopStep());
        visit(comprehension.result());
      }
      case STRUCT -> struct(expression);
      default -> {}
    }
  }

  private void struct(CelMutableExpr expression) {
    expression.struct().entries().forEach(entry -> visit(entry.value()));
    String name = expression.struct().messageName();
    if (!name.equals("Object") && !name.startsWith("Object.") && !name.equals("JSONPatch")) {
      return;
    }
    List<CelMutableMap.Entry> entries = new ArrayList<>();
    expression
        .struct()
        .entries()
        .forEach(entry ->
            entries.add(
                CelMutableMap.Entry.create(
                    entry.id(),
                    CelMutableExpr.ofConstant(nextId++, CelConstant.ofValue(entry.fieldKey())),
                    entry.value(),
                    entry.optionalEntry())));
    nextId++;
    expression.setMap(CelMutableMap.create(entries));
  }
}
