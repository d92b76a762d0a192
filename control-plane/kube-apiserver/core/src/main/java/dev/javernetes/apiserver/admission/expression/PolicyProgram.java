package dev.javernetes.apiserver.admission.expression;

import dev.cel.common.types.SimpleType;
import dev.javernetes.api.cel.CompileException;
import dev.javernetes.api.cel.Compiled;
import dev.javernetes.api.cel.Environment;
import dev.javernetes.api.cel.library.Kinds;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.types.ObjectShapes;
import dev.javernetes.api.cel.types.RequestTypes;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The expressions of one policy (or of webhooks, whose spec is empty), compiled when first asked
 * for and remembered. A policy's variables are compiled one after the other: each sees those before
 * it, with their types, and everything else sees all.
 */
public final class PolicyProgram {
  private static final String VARIABLES_TYPE = "kubernetes.variables";

  /** An expression or what is wrong with it. */
  private record Result(@Nullable Compiled compiled, String problem) {
    Compiled orThrow() throws ExpressionException {
      if (compiled == null) {
        throw new ExpressionException(problem);
      }
      return compiled;
    }
  }

  /** What else than the request is visible. */
  private enum Sight {
    ALL,
    WITHOUT_AUTHORIZER,
    PATCHING,
    WITHOUT_VARIABLES
  }

  private final boolean hasParameters;
  private final boolean hasVariables;
  private final Map<String, DeclaredType.Field> variableTypes = new ConcurrentHashMap<>();
  private final List<Result> variableResults = new ArrayList<>();
  private final Map<String, Result> variables = new LinkedHashMap<>();
  private final Map<Sight, Environment> environments = new EnumMap<>(Sight.class);
  private final Map<Purpose, Map<String, Result>> results = new ConcurrentHashMap<>();

  /**
   * @param objectType that of {@code object} and {@code oldObject}; {@code null} if anything may
   *     come
   * @param parametersType that of {@code params}; {@code null} likewise
   */
  PolicyProgram(
      JsonObject spec, @Nullable DeclaredType objectType, @Nullable DeclaredType parametersType) {
    this.hasParameters = spec.has("paramKind");
    this.hasVariables = spec.has("mutations") || !spec.objects("variables").isEmpty();
    for (Sight sight : Sight.values()) {
      environments.put(sight, environment(sight, objectType, parametersType));
    }
    for (JsonObject variable : spec.objects("variables")) {
      Result result = compile(variable.string("expression"), Purpose.VARIABLE);
      String name = variable.string("name");
      variableResults.add(result);
      variables.put(name, result);
      variableTypes.put(
          name,
          ObjectShapes.field(result.compiled == null ? SimpleType.DYN : result.compiled.type()));
    }
  }

  public static PolicyProgram of(JsonObject spec) {
    return new PolicyProgram(spec, null, null);
  }

  private Environment environment(
      Sight sight, @Nullable DeclaredType objectType, @Nullable DeclaredType parametersType) {
    Environment.Builder builder =
        Environment.builder()
            .variable("request", RequestTypes.request())
            .variable("namespaceObject", RequestTypes.namespace());
    for (String name : List.of("object", "oldObject")) {
      declare(builder, name, objectType);
    }
    if (hasParameters) {
      declare(builder, "params", parametersType);
    }
    if (sight != Sight.WITHOUT_AUTHORIZER) {
      builder.variable("authorizer", () -> Kinds.AUTHORIZER);
      builder.variable("authorizer.requestResource", () -> Kinds.RESOURCE_CHECK);
    }
    if (hasVariables && sight != Sight.WITHOUT_VARIABLES) {
      builder.variable("variables", ObjectShapes.growing(VARIABLES_TYPE, variableTypes));
    }
    if (sight == Sight.PATCHING) {
      builder.patching();
    }
    return builder.build();
  }

  private static void declare(
      Environment.Builder builder, String name, @Nullable DeclaredType type) {
    if (type == null) {
      builder.variable(name, () -> SimpleType.DYN);
    } else {
      builder.variable(name, type);
    }
  }

  private Result compile(String expression, Purpose purpose) {
    Sight sight =
        purpose.patches()
            ? Sight.PATCHING
            : purpose.seesAuthorizer() ? Sight.ALL : Sight.WITHOUT_AUTHORIZER;
    return compile(expression, purpose, sight);
  }

  private Result compile(String expression, Purpose purpose, Sight sight) {
    Environment environment = environments.get(sight);
    if (environment == null) {
      throw new IllegalStateException("no environment for " + sight);
    }
    try {
      Compiled compiled = environment.compile(expression);
      String complaint = purpose.complaint(compiled);
      return complaint.isEmpty() ? new Result(compiled, "") : new Result(null, complaint);
    } catch (CompileException bad) {
      return new Result(null, bad.reason());
    }
  }

  /** Fails if the expression is wrong. */
  Compiled compiled(String expression, Purpose purpose) throws ExpressionException {
    return results
        .computeIfAbsent(purpose, unused -> new ConcurrentHashMap<>())
        .computeIfAbsent(expression, text -> compile(text, purpose))
        .orThrow();
  }

  /**
   * What is wrong with an expression before it is stored; empty if nothing is. Match conditions are
   * checked as those of webhooks are: they may not speak of variables.
   */
  String problem(String expression, Purpose purpose) {
    return purpose == Purpose.MATCH_CONDITION
        ? compile(expression, purpose, Sight.WITHOUT_VARIABLES).problem
        : compile(expression, purpose).problem;
  }

  String variableProblem(int index) {
    return variableResults.get(index).problem;
  }

  boolean hasVariable(String name) {
    return variables.containsKey(name);
  }

  List<String> variableNames() {
    return List.copyOf(variables.keySet());
  }

  /** Fails if the variable's expression is wrong. */
  Compiled variable(String name) throws ExpressionException {
    Result result = variables.get(name);
    if (result == null) {
      throw new ExpressionException("no such variable: " + name);
    }
    return result.orThrow();
  }
}
