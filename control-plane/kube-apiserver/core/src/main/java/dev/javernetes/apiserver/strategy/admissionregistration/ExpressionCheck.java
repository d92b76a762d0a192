package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.json.JsonObject;

/** Says what is wrong with the CEL expressions of a policy before it is stored. */
@FunctionalInterface
public interface ExpressionCheck {

  /** What an expression is for: by this its type is known. */
  enum Yields {
    MATCH,
    VALIDATION,
    MESSAGE,
    AUDIT_ANNOTATION,
    APPLY_CONFIGURATION,
    JSON_PATCH
  }

  /** One policy's expressions. */
  interface Checked {
    /** {@code ""} if the expression is good. */
    String problem(String expression, Yields yields);

    /** The same for the expression of one of the policy's variables, which sees those before it. */
    String variableProblem(int index);
  }

  /**
   * @param policySpec the policy: its variables and paramKind are in scope; empty for a webhook
   */
  Checked of(JsonObject policySpec);
}
