package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.cel.Expression;
import dev.javernetes.apiserver.cel.ExpressionCompiler;
import dev.javernetes.apiserver.cel.ExpressionException;
import dev.javernetes.apiserver.strategy.admissionregistration.ExpressionCheck;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Compiles what policies and match conditions say, and remembers it by its text. */
public final class Expressions implements ExpressionCheck {
  private static final int REMEMBERED = 10_000;
  private static final Set<String> ANY = Set.of("dyn");

  private record Compiled(@Nullable Expression expression, String problem) {}

  private final ExpressionCompiler policies =
      new ExpressionCompiler(
          List.of(
              "object",
              "oldObject",
              "request",
              "params",
              "namespaceObject",
              "variables",
              "authorizer",
              "authorizer.requestResource"));
  private final ExpressionCompiler conditions =
      new ExpressionCompiler(
          List.of("object", "oldObject", "request", "authorizer", "authorizer.requestResource"));
  private final Map<String, Compiled> forPolicies = new ConcurrentHashMap<>();
  private final Map<String, Compiled> forConditions = new ConcurrentHashMap<>();

  /** One that may speak of parameters and variables. */
  Expression policy(String text) throws ExpressionException {
    return found(forPolicies, policies, text);
  }

  /** One of a webhook's match conditions. */
  public Expression condition(String text) throws ExpressionException {
    return found(forConditions, conditions, text);
  }

  private static Expression found(
      Map<String, Compiled> known, ExpressionCompiler compiler, String text)
      throws ExpressionException {
    Compiled compiled = known.get(text);
    if (compiled == null) {
      compiled = compile(compiler, text);
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
      known.put(text, compiled);
    }
    if (compiled.expression == null) {
      throw new ExpressionException(compiled.problem);
    }
    return compiled.expression;
  }

  private static Compiled compile(ExpressionCompiler compiler, String text) {
    try {
      return new Compiled(compiler.compile(text), "");
    } catch (ExpressionException bad) {
      return new Compiled(null, String.valueOf(bad.getMessage()));
    }
  }

  @Override
  public String problem(
      String expression, Yields yields, JsonObject policySpec, int variablesBefore) {
    String type;
    try {
      type = policySpec.isEmpty() ? condition(expression).type() : policy(expression).type();
    } catch (ExpressionException bad) {
      return String.valueOf(bad.getMessage());
    }
    Set<String> allowed =
        switch (yields) {
          case BOOL -> Set.of("bool");
          case STRING -> Set.of("string");
          case STRING_OR_NULL -> Set.of("string", "null");
          case ANYTHING -> Set.of();
        };
    if (allowed.isEmpty() || ANY.contains(type) || allowed.contains(type)) {
      return "";
    }
    return yields == Yields.STRING_OR_NULL
        ? "must evaluate to one of [string null_type]"
        : "must evaluate to " + allowed.iterator().next() + " but got " + type;
  }
}
