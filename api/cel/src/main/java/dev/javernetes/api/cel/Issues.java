package dev.javernetes.api.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What dev.cel finds wrong, as cel-go says it. */
final class Issues {
  private static final Pattern SYNTAX =
      Pattern.compile("(?s)(?:mismatched|extraneous|missing|no viable|token recognition).*");
  private static final Pattern CANDIDATES = Pattern.compile("(?s) \\(candidates: .*\\)$");
  private static final Pattern JUNCTION =
      Pattern.compile("found no matching overload for '_(?:\\|\\||&&)_' applied to '\\((.*)\\)'");
  private static final Set<String> SUITABLE = Set.of("bool", "dyn", "*error*");
  private static final String CONSEQUENCE =
      "Message type resolution failure while referencing field";

  private static final Pattern INT = Pattern.compile("For input string: .*");
  private static final Pattern UINT = Pattern.compile("String value .* exceeds range .*");

  private Issues() {}

  static String worded(String message) {
    if (INT.matcher(message).matches()) {
      return "invalid int literal";
    }
    if (UINT.matcher(message).matches()) {
      return "invalid uint literal";
    }
    if (SYNTAX.matcher(message).matches()) {
      return "Syntax error: " + message;
    }
    return CANDIDATES
        .matcher(message)
        .replaceFirst("")
        .replace("The argument must be", "argument must be")
        .replace("unsupported syntax '", "unsupported syntax: '")
        .replace("google.protobuf.Timestamp", "timestamp")
        .replace("google.protobuf.Duration", "duration");
  }

  /** What the checker found: cel-go points at the operand of {@code &&} that is no bool. */
  static List<CelIssue> worded(CelAbstractSyntaxTree tree, List<CelIssue> issues) {
    List<CelIssue> worded = new ArrayList<>();
    for (CelIssue issue : issues) {
      Matcher junction = JUNCTION.matcher(worded(issue.getMessage()));
      if (junction.matches()) {
        operands(tree, issue, junction.group(1), worded);
      } else if (!issue.getMessage().startsWith(CONSEQUENCE)) {
        worded.add(issue);
      }
    }
    return worded;
  }

  private static void operands(
      CelAbstractSyntaxTree tree, CelIssue issue, String types, List<CelIssue> worded) {
    List<CelExpr> operands =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .map(CelNavigableExpr::expr)
            .filter(expr -> expr.id() == issue.getExprId())
            .filter(expr -> expr.getKind() == CelExpr.ExprKind.Kind.CALL)
            .findFirst()
            .map(expr -> List.<CelExpr>copyOf(expr.call().args()))
            .orElse(List.of());
    List<String> found = split(types);
    for (int i = 0; i < Math.min(operands.size(), found.size()); i++) {
      if (!SUITABLE.contains(found.get(i))) {
        worded.add(
            CelIssue.formatError(
                operands.get(i).id(),
                place(tree, operands.get(i).id()),
                "expected type 'bool' but found '" + found.get(i) + "'"));
      }
    }
  }

  static CelSourceLocation place(CelAbstractSyntaxTree tree, long expression) {
    Integer offset = tree.getSource().getPositionsMap().get(expression);
    return offset == null
        ? CelSourceLocation.NONE
        : tree.getSource().getOffsetLocation(offset).orElse(CelSourceLocation.NONE);
  }

  /** At the commas that are in no parentheses: {@code list(int), map(string, dyn)}. */
  private static List<String> split(String types) {
    List<String> all = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < types.length(); i++) {
      char c = types.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        all.add(types.substring(start, i).strip());
        start = i + 1;
      }
    }
    all.add(types.substring(start).strip());
    return all;
  }
}
