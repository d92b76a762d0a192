package dev.javernetes.api.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import dev.cel.parser.CelStandardMacro;
import java.util.Optional;

/**
 * {@code list.sortBy(e, key)}, expanded as cel-go does: the list is bound to a name and sorted by
 * the keys that {@code map} makes of it. (dev.cel's own makes pairs of keys and elements, which
 * costs otherwise.)
 */
final class SortBy {
  private static final String INPUT = "@__sortBy_input__";

  private SortBy() {}

  static CelMacro macro() {
    return CelMacro.newReceiverMacro("sortBy", 2, SortBy::expand);
  }

  private static Optional<CelExpr> expand(
      CelMacroExprFactory factory, CelExpr target, ImmutableList<CelExpr> arguments) {
    if (arguments.getFirst().getKind() != CelExpr.ExprKind.Kind.IDENT) {
      return Optional.of(Macros.refused(factory, arguments.getFirst(), Macros.NO_IDENTIFIER));
    }
    return switch (target.getKind()) {
      case LIST, SELECT, IDENT, COMPREHENSION, CALL ->
          CelStandardMacro.MAP
              .getDefinition()
              .getExpander()
              .expandMacro(factory, factory.newIdentifier(INPUT), arguments)
              .map(keys -> sorted(factory, target, keys));
      case CONSTANT, MAP, STRUCT, NOT_SET ->
          Optional.of(
              factory.reportError(
                  "sortBy can only be applied to a list, identifier, comprehension, call or select"
                      + " expression"));
    };
  }

  private static CelExpr sorted(CelMacroExprFactory factory, CelExpr target, CelExpr keys) {
    return factory.fold(
        "#unused",
        factory.newList(),
        INPUT,
        target,
        factory.newBoolLiteral(false),
        factory.newIdentifier(INPUT),
        factory.newReceiverCall("@sortByAssociatedKeys", factory.newIdentifier(INPUT), keys));
  }
}
