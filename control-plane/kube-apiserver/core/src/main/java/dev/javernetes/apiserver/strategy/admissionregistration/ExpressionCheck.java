package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.json.JsonObject;

/** Says what is wrong with a CEL expression of a policy before it is stored. */
@FunctionalInterface
public interface ExpressionCheck {

  /** What an expression must yield. */
  enum Yields {
    BOOL,
    STRING,
    STRING_OR_NULL,
    ANYTHING
  }

  /**
   * {@code ""} if the expression is good.
   *
   * @param policySpec the policy it stands in: its variables and paramKind are in scope
   * @param variablesBefore how many of the policy's variables are in scope
   */
  String problem(String expression, Yields yields, JsonObject policySpec, int variablesBefore);
}
