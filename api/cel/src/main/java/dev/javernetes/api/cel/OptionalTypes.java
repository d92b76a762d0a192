package dev.javernetes.api.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.checker.CelCheckerBuilder;
import dev.cel.common.ast.CelExpr;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import dev.cel.parser.CelParserBuilder;
import java.util.Optional;

/**
 * Optionals: dev.cel's declarations with cel-go's expansion of {@code optMap} and {@code
 * optFlatMap}, by which their cost is known.
 */
final class OptionalTypes implements CelCompilerLibrary {
  private static final CelOptionalLibrary LIBRARY = CelExtensions.optional();

  @Override
  public void setParserOptions(CelParserBuilder parser) {
    LIBRARY.setParserOptions(parser);
    parser.addMacros(
        CelMacro.newReceiverMacro(
            "optMap", 2, (factory, target, arguments) -> map(factory, target, arguments, true)),
        CelMacro.newReceiverMacro(
            "optFlatMap",
            2,
            (factory, target, arguments) -> map(factory, target, arguments, false)));
  }

  @Override
  public void setCheckerOptions(CelCheckerBuilder checker) {
    LIBRARY.setCheckerOptions(checker);
  }

  /** {@code target.hasValue() ? (bind name to target.value() in expression) : optional.none()}. */
  private static Optional<CelExpr> map(
      CelMacroExprFactory factory,
      CelExpr target,
      ImmutableList<CelExpr> arguments,
      boolean wraps) {
    CelExpr name = arguments.getFirst();
    if (name.getKind() != CelExpr.ExprKind.Kind.IDENT) {
      return Optional.of(
          Macros.refused(
              factory,
              name,
              (wraps ? "optMap" : "optFlatMap") + "() variable name must be a simple identifier"));
    }
    CelExpr mapped =
        factory.fold(
            "#unused",
            factory.newList(),
            name.ident().name(),
            factory.newReceiverCall("value", factory.copy(target)),
            factory.newBoolLiteral(false),
            factory.newIdentifier(name.ident().name()),
            arguments.get(1));
    return Optional.of(
        factory.newGlobalCall(
            "_?_:_",
            factory.newReceiverCall("hasValue", target),
            wraps ? factory.newGlobalCall("optional.of", mapped) : mapped,
            factory.newGlobalCall("optional.none")));
  }
}
