package dev.javernetes.apiserver.admission.expression;

import dev.javernetes.api.cel.Compiled;
import dev.javernetes.api.cel.Limits;
import dev.javernetes.api.cel.eval.Program;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Fields;
import dev.javernetes.api.machinery.field.GoQuote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates expressions of one policy for one request and one set of parameters. Variables are
 * evaluated when an expression first asks for them, once; what they cost counts for that
 * expression.
 */
public final class PolicyRun {
  private static final String OUT_OF_BUDGET =
      "validation failed due to running out of cost budget, no further validation rules will be"
          + " run";

  private final PolicyProgram program;
  private final RequestVariables request;
  private final Variables variables = new Variables();
  private long variableCost;

  public PolicyRun(PolicyProgram program, RequestVariables request) {
    this.program = program;
    this.request = request;
  }

  /** What evaluations may cost together. */
  public static final class Budget {
    private long left;

    public Budget(long limit) {
      this.left = limit;
    }

    private void spend(long cost) throws ExpressionException {
      if (cost > left) {
        left = -1;
        throw new ExpressionException(OUT_OF_BUDGET, true);
      }
      left -= cost;
    }
  }

  /** What the expression yields; the message says which one failed and why. */
  public Object evaluate(String text, Purpose purpose, Budget budget) throws ExpressionException {
    Compiled compiled;
    try {
      compiled = program.compiled(text, purpose);
    } catch (ExpressionException bad) {
      throw new ExpressionException("compilation error: " + bad.reason());
    }
    Program.Outcome outcome = compiled.evaluate(this::variable, Limits.PER_CALL);
    long ofVariables = variableCost;
    variableCost = 0;
    budget.spend(ofVariables);
    budget.spend(outcome.cost());
    if (outcome.failed()) {
      throw new ExpressionException(
          "expression '%s' resulted in error: %s".formatted(text, outcome.failure()));
    }
    return Objects.requireNonNull(outcome.value());
  }

  private @Nullable Object variable(String name) {
    return name.equals("variables") ? variables : request.variable(name);
  }

  /**
   * Whether all match conditions hold. One that is false outweighs those that fail; these are told
   * together.
   */
  public boolean matches(List<String> conditions) throws ExpressionException {
    Budget budget = new Budget(Limits.MATCH_CONDITIONS);
    List<String> failures = new ArrayList<>();
    boolean matches = true;
    for (String condition : conditions) {
      try {
        matches &= Boolean.TRUE.equals(evaluate(condition, Purpose.MATCH_CONDITION, budget));
      } catch (ExpressionException failed) {
        if (failed.outOfBudget()) {
          throw failed;
        }
        failures.add(failed.reason());
      }
    }
    if (matches && !failures.isEmpty()) {
      List<String> distinct = failures.stream().distinct().toList();
      throw new ExpressionException(
          distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]");
    }
    return matches;
  }

  /** {@code variables} as expressions see them. */
  private final class Variables implements Fields {
    private final Map<String, Object> known = new HashMap<>();

    @Override
    public String typeName() {
      return "kubernetes.variables";
    }

    @Override
    public @Nullable Object field(String name) {
      if (!program.hasVariable(name)) {
        return null;
      }
      Object value = known.get(name);
      if (value == null) {
        value = compute(name);
        known.put(name, value);
      }
      if (value instanceof EvaluationFailure failure) {
        throw failure;
      }
      return value;
    }

    private Object compute(String name) {
      String said = "composited variable " + GoQuote.quote(name);
      Program.Outcome outcome;
      try {
        outcome = program.variable(name).evaluate(PolicyRun.this::variable, Limits.PER_CALL);
      } catch (ExpressionException bad) {
        return new EvaluationFailure(said + " fails to compile: " + bad.reason());
      }
      variableCost += outcome.cost();
      return outcome.value() == null
          ? new EvaluationFailure(said + " fails to evaluate: " + outcome.failure())
          : outcome.value();
    }

    @Override
    public int count() {
      return program.variableNames().size();
    }

    @Override
    public Map<String, Object> asMap() {
      Map<String, Object> all = new LinkedHashMap<>();
      for (String name : program.variableNames()) {
        all.put(name, Objects.requireNonNull(field(name)));
      }
      return all;
    }
  }
}
