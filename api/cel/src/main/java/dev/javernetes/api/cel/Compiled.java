package dev.javernetes.api.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelType;
import dev.javernetes.api.cel.cost.CostEstimate;
import dev.javernetes.api.cel.cost.Sizes;
import dev.javernetes.api.cel.eval.Activation;
import dev.javernetes.api.cel.eval.Program;

/** A compiled expression: its type, what it costs at worst, and its evaluation. */
public final class Compiled {
  private final CelAbstractSyntaxTree tree;
  private final Program program;

  Compiled(CelAbstractSyntaxTree tree, Program program) {
    this.tree = tree;
    this.program = program;
  }

  public CelType type() {
    return tree.getResultType();
  }

  /** As messages show it: {@code bool}, {@code list(string)}, {@code null_type}. */
  public String typeName() {
    return TypeNames.of(tree.getResultType());
  }

  /** Whether the expression speaks of the variable. */
  public boolean uses(String variable) {
    return tree.getReferenceMap().values().stream()
        .anyMatch(reference -> reference.name().equals(variable));
  }

  /** The worst case; {@code Long.MAX_VALUE} is without bounds. */
  public long maxCost(Sizes sizes) {
    return CostEstimate.max(tree, sizes);
  }

  public Program.Outcome evaluate(Activation variables, long limit) {
    return program.evaluate(variables, Math.min(limit, Limits.PER_CALL));
  }
}
