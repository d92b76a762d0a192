package dev.javernetes.api.cel;

import dev.cel.common.CelIssue;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExpander;
import dev.cel.parser.CelMacroExprFactory;
import dev.cel.parser.CelStandardMacro;
import java.util.List;
import java.util.Optional;

/** The language's macros, with cel-go's words for, and places of, arguments that will not do. */
final class Macros {
  static final String NO_IDENTIFIER = "argument is not an identifier";

  private Macros() {}

  static List<CelMacro> standard() {
    CelExpr.ExprKind.Kind name = CelExpr.ExprKind.Kind.IDENT;
    String simple = "argument must be a simple name";
    return List.of(
        CelMacro.newGlobalMacro(
            "has",
            1,
            expander(
                CelStandardMacro.HAS,
                CelExpr.ExprKind.Kind.SELECT,
                "invalid argument to has() macro")),
        member(CelStandardMacro.ALL, name, simple),
        member(CelStandardMacro.EXISTS, name, simple),
        member(CelStandardMacro.EXISTS_ONE, name, simple),
        member(CelStandardMacro.EXISTS_ONE_NEW, name, simple),
        member(CelStandardMacro.MAP, name, NO_IDENTIFIER),
        member(CelStandardMacro.MAP_FILTER, name, NO_IDENTIFIER),
        member(CelStandardMacro.FILTER, name, NO_IDENTIFIER));
  }

  private static CelMacro member(
      CelStandardMacro macro, CelExpr.ExprKind.Kind wanted, String complaint) {
    return CelMacro.newReceiverMacro(
        macro.getFunction(),
        macro == CelStandardMacro.MAP_FILTER ? 3 : 2,
        expander(macro, wanted, complaint));
  }

  private static CelMacroExpander expander(
      CelStandardMacro macro, CelExpr.ExprKind.Kind wanted, String complaint) {
    CelMacroExpander standard = macro.getDefinition().getExpander();
    return (factory, target, arguments) ->
        arguments.getFirst().getKind() == wanted
            ? standard.expandMacro(factory, target, arguments)
            : Optional.of(refused(factory, arguments.getFirst(), complaint));
  }

  static CelExpr refused(CelMacroExprFactory factory, CelExpr argument, String complaint) {
    return factory.reportError(
        CelIssue.formatError(argument.id(), factory.getSourceLocation(argument), complaint));
  }
}
