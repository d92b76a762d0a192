package dev.javernetes.apiserver.admission.expression;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.admissionregistration.ExpressionCheck;

/** Compiles what a policy or webhook configuration says before it is stored. */
public final class StoredExpressions implements ExpressionCheck {
  @Override
  public Checked of(JsonObject policySpec) {
    PolicyProgram program = PolicyProgram.of(policySpec);
    return new Checked() {
      @Override
      public String problem(String expression, Yields yields) {
        return program.problem(expression, purpose(yields));
      }

      @Override
      public String variableProblem(int index) {
        return program.variableProblem(index);
      }
    };
  }

  private static Purpose purpose(Yields yields) {
    return switch (yields) {
      case MATCH -> Purpose.MATCH_CONDITION;
      case VALIDATION -> Purpose.VALIDATION;
      case MESSAGE -> Purpose.MESSAGE;
      case AUDIT_ANNOTATION -> Purpose.AUDIT_ANNOTATION;
      case APPLY_CONFIGURATION -> Purpose.APPLY_CONFIGURATION;
      case JSON_PATCH -> Purpose.JSON_PATCH;
    };
  }
}
