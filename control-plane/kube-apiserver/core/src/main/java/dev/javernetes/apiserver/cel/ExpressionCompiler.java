package dev.javernetes.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSource;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelTypes;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Compiles expressions in which certain variables may stand; all of them are of dynamic type. The
 * language itself is loaded with the first expression only: it takes a while.
 */
public final class ExpressionCompiler {
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .comprehensionMaxIterations(1_000_000)
          .build();
  private static final Supplier<CelRuntime> RUNTIME = Once.of(ExpressionCompiler::runtime);
  private static final Pattern SYNTAX =
      Pattern.compile("(?:mismatched|extraneous|missing|no viable|token recognition).*");

  private final Supplier<CelCompiler> compiler;

  public ExpressionCompiler(Collection<String> variables) {
    List<String> names = List.copyOf(variables);
    compiler = Once.of(() -> compiler(names));
  }

  public Expression compile(String expression) throws ExpressionException {
    CelValidationResult parsed = compiler.get().parse(expression);
    if (parsed.hasError()) {
      throw problem(parsed, true);
    }
    try {
      CelAbstractSyntaxTree tree = PatchLiterals.asMaps(parsed.getAst());
      CelValidationResult checked = compiler.get().check(tree);
      if (checked.hasError()) {
        throw problem(checked, false);
      }
      CelAbstractSyntaxTree sound = checked.getAst();
      return new Expression(
          RUNTIME.get().createProgram(sound), CelTypes.format(sound.getResultType()));
    } catch (CelValidationException | CelEvaluationException failed) {
      throw new ExpressionException("compilation failed: " + failed.getMessage());
    }
  }

  private static ExpressionException problem(CelValidationResult result, boolean syntax) {
    CelSource source = result.getSource();
    List<String> lines = new ArrayList<>();
    for (CelIssue issue : result.getErrors()) {
      boolean prefixed = syntax && SYNTAX.matcher(issue.getMessage()).matches();
      lines.add(
          (prefixed
                  ? CelIssue.formatError(
                      issue.getExprId(),
                      issue.getSourceLocation(),
                      "Syntax error: " + issue.getMessage())
                  : issue)
              .toDisplayString(source));
    }
    return new ExpressionException("compilation failed: " + String.join("\n", lines));
  }

  private static CelCompiler compiler(List<String> variables) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addLibraries(
                CelExtensions.strings(),
                CelExtensions.optional(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.comprehensions(),
                CelExtensions.lists(),
                KubernetesLibrary.INSTANCE);
    variables.forEach(name ->
        builder.addVar(
            name, name.startsWith("authorizer") ? AuthorizerValue.typeOf(name) : SimpleType.DYN));
    return builder.build();
  }

  private static CelRuntime runtime() {
    return CelRuntimeFactory.standardCelRuntimeBuilder()
        .setOptions(OPTIONS)
        .addLibraries(
            CelExtensions.strings(),
            CelExtensions.optional(),
            CelExtensions.sets(OPTIONS),
            CelExtensions.comprehensions(),
            CelExtensions.lists(),
            KubernetesLibrary.INSTANCE)
        .build();
  }
}
