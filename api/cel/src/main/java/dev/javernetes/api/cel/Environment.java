package dev.javernetes.api.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSource;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.javernetes.api.cel.eval.Planner;
import dev.javernetes.api.cel.library.Functions;
import dev.javernetes.api.cel.library.Libraries;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What an expression may speak of: variables with their types, and all of Kubernetes' functions.
 * The language itself is loaded with the first expression only: it takes a while.
 *
 * <pre>{@code
 * Environment environment =
 *     Environment.builder().variable("object", Environment.DYN).build();
 * Compiled rule = environment.compile("object.spec.replicas < 5");
 * }</pre>
 */
public final class Environment {
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .enableQuotedIdentifierSyntax(false)
          .build();
  private static final int MAX_ERRORS = 100;

  private final Supplier<CelCompiler> compiler;
  private final boolean patching;
  private final boolean bindings;

  private Environment(Builder builder) {
    Map<String, Supplier<CelType>> variables = Map.copyOf(builder.variables);
    List<DeclaredType> types = List.copyOf(builder.types);
    this.patching = builder.patching;
    this.bindings = builder.bindings;
    this.compiler = Once.of(() -> compiler(variables, new DeclaredTypes(types, patching)));
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Gathers what is visible. */
  public static final class Builder {
    private final Map<String, Supplier<CelType>> variables = new LinkedHashMap<>();
    private final List<DeclaredType> types = new ArrayList<>();
    private boolean patching;
    private boolean bindings;

    private Builder() {}

    /** A variable; its type is asked for with the first expression. */
    public Builder variable(String name, Supplier<CelType> type) {
      variables.put(name, type);
      return this;
    }

    /** A variable of a type that a schema describes. */
    public Builder variable(String name, DeclaredType type) {
      types.add(type);
      return variable(name, type::celType);
    }

    /** {@code Object{}} and {@code JSONPatch{}} can be written. */
    public Builder patching() {
      patching = true;
      return this;
    }

    /** {@code cel.bind(x, value, expression)} can be written. */
    public Builder bindings() {
      bindings = true;
      return this;
    }

    /** A type of which a variable is an optional or a list. */
    public Builder type(DeclaredType type) {
      types.add(type);
      return this;
    }

    public Environment build() {
      return new Environment(this);
    }
  }

  private Functions functions() {
    return patching ? Libraries.patching() : Libraries.kubernetes();
  }

  public Compiled compile(String expression) throws CompileException {
    CelCompiler language = compiler.get();
    CelValidationResult parsed = language.parse(expression);
    if (parsed.hasError()) {
      throw problem(parsed.getSource(), parsed.getErrors());
    }
    try {
      CelValidationResult checked = language.check(parsed.getAst());
      if (checked.hasError()) {
        throw problem(checked.getSource(), Issues.worded(parsed.getAst(), checked.getErrors()));
      }
      CelAbstractSyntaxTree tree = checked.getAst();
      List<CelIssue> wrong = LiteralChecks.of(tree);
      if (!wrong.isEmpty()) {
        throw problem(tree.getSource(), wrong);
      }
      return new Compiled(tree, Planner.plan(tree, functions()));
    } catch (EvaluationFailure failed) {
      throw CompileException.instantiation(failed.reason());
    } catch (CelValidationException failed) {
      throw CompileException.issues(String.valueOf(failed.getMessage()));
    }
  }

  private static CompileException problem(CelSource source, List<CelIssue> issues) {
    List<CelIssue> sorted = new ArrayList<>(issues);
    sorted.sort(
        Comparator.comparingInt((CelIssue issue) -> issue.getSourceLocation().getLine())
            .thenComparingInt(issue -> issue.getSourceLocation().getColumn()));
    List<String> lines = new ArrayList<>();
    for (CelIssue issue : sorted.subList(0, Math.min(sorted.size(), MAX_ERRORS))) {
      lines.add(
          CelIssue.formatError(
                  issue.getExprId(), issue.getSourceLocation(), Issues.worded(issue.getMessage()))
              .toDisplayString(source));
    }
    return CompileException.issues(String.join("\n", lines));
  }

  private CelCompiler compiler(Map<String, Supplier<CelType>> variables, DeclaredTypes types) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .addMacros(Macros.standard())
            .setTypeProvider(types)
            .addLibraries(new OptionalTypes(), CelExtensions.comprehensions())
            .addMacros(SortBy.macro())
            .addFunctionDeclarations(functions().declarations());
    if (bindings) {
      builder.addLibraries(CelExtensions.bindings());
    }
    variables.forEach((name, type) -> builder.addVar(name, type.get()));
    return builder.build();
  }
}
