package dev.javernetes.api.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether arguments that are written out fit the clauses of a format that is, too. */
final class FormatCheck {
  private static final Pattern CLAUSE = Pattern.compile("%(?:%|(\\.[0-9]+)?(.?))", Pattern.DOTALL);
  private static final Set<CelKind> INTEGERS = EnumSet.of(CelKind.INT, CelKind.UINT);
  private static final Set<CelKind> SHOWABLE =
      EnumSet.of(
          CelKind.LIST,
          CelKind.MAP,
          CelKind.INT,
          CelKind.UINT,
          CelKind.DOUBLE,
          CelKind.BOOL,
          CelKind.STRING,
          CelKind.TIMESTAMP,
          CelKind.BYTES,
          CelKind.DURATION,
          CelKind.TYPE,
          CelKind.NULL_TYPE);

  /**
   * What is wrong.
   *
   * @param argument where; {@code null} for the whole call
   */
  record Fault(@Nullable CelExpr argument, String message) {}

  private FormatCheck() {}

  static @Nullable Fault fault(
      String pattern, List<CelExpr> arguments, Function<CelExpr, CelType> types) {
    Matcher clauses = CLAUSE.matcher(pattern);
    int next = 0;
    while (clauses.find()) {
      if (clauses.group().equals("%%")) {
        continue;
      }
      String verb = clauses.group(2);
      if (verb.isEmpty()) {
        return new Fault(null, "unexpected end of string");
      }
      if (next >= arguments.size()) {
        return new Fault(null, "index " + next + " out of range");
      }
      CelExpr argument = arguments.get(next++);
      Fault fault = clause(verb, argument, types.apply(argument));
      if (fault != null) {
        return fault;
      }
    }
    return arguments.size() > next
        ? new Fault(
            null,
            "too many arguments supplied to string.format (expected %d, got %d)"
                .formatted(next, arguments.size()))
        : null;
  }

  private static @Nullable Fault clause(String verb, CelExpr argument, CelType type) {
    return switch (verb) {
      case "s" ->
          check(
              argument,
              type,
              SHOWABLE,
              "string clause can only be used on strings, bools, bytes, ints, doubles, maps,"
                  + " lists, types, durations, and timestamps");
      case "d" -> check(argument, type, INTEGERS, "decimal clause can only be used on integers");
      case "f" ->
          check(
              argument,
              type,
              EnumSet.of(CelKind.DOUBLE, CelKind.STRING),
              "fixed-point clause can only be used on doubles");
      case "e" ->
          check(
              argument,
              type,
              EnumSet.of(CelKind.DOUBLE, CelKind.STRING),
              "scientific clause can only be used on doubles");
      case "b" ->
          check(
              argument,
              type,
              EnumSet.of(CelKind.INT, CelKind.UINT, CelKind.BOOL),
              "only integers and bools can be formatted as binary");
      case "x", "X" ->
          check(
              argument,
              type,
              EnumSet.of(CelKind.INT, CelKind.UINT, CelKind.STRING, CelKind.BYTES),
              "only integers, byte buffers, and strings can be formatted as hex");
      case "o" -> check(argument, type, INTEGERS, "octal clause can only be used on integers");
      default ->
          new Fault(
              null,
              "could not parse formatting clause: unrecognized formatting clause \"" + verb + "\"");
    };
  }

  private static @Nullable Fault check(
      CelExpr argument, CelType type, Set<CelKind> allowed, String rule) {
    return type.kind() == CelKind.DYN || allowed.contains(type.kind())
        ? null
        : new Fault(
            argument, "error during formatting: " + rule + ", was given " + TypeNames.of(type));
  }
}
