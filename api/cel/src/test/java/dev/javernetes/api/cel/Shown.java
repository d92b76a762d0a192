package dev.javernetes.api.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.types.SimpleType;
import dev.javernetes.api.cel.eval.Program;
import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.Fields;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.Opt;
import dev.javernetes.api.cel.value.Uint;
import dev.javernetes.api.cel.value.Values;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Evaluates tables of expressions: each line is {@code expression ⇒ value}, where a value is
 * written as the language would, a failure as {@code ! text}, and one of the compiler as {@code !!
 * text} (its first line without the place).
 */
final class Shown {
  private static final Environment ENVIRONMENT =
      Environment.builder().variable("x", () -> SimpleType.DYN).patching().build();

  private static final long ENDLESS = 10_000_000_000_000_000L;

  private Shown() {}

  static void check(String table) {
    check(table, "{}");
  }

  /** {@code x} is the JSON value of the variable of this name. */
  static void check(String table, String x) {
    StringBuilder actual = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (String line : table.lines().filter(one -> !one.isBlank()).toList()) {
      String expression = line.substring(0, line.indexOf("⇒")).strip();
      expected
          .append(expression)
          .append(" ⇒ ")
          .append(line.substring(line.indexOf("⇒") + 1).strip());
      expected.append('\n');
      actual.append(expression).append(" ⇒ ").append(of(expression, x)).append('\n');
    }
    assertThat(actual.toString()).isEqualTo(expected.toString());
  }

  /** Lines are {@code expression ⇒ cost estimate}, the latter ∞ if there is no bound worth it. */
  static void checkCosts(String table, String x) {
    StringBuilder actual = new StringBuilder();
    for (String line : table.lines().toList()) {
      String expression = line.substring(0, line.indexOf("⇒")).strip();
      try {
        long estimate = ENVIRONMENT.compile(expression).maxCost(path -> null);
        actual
            .append(expression)
            .append(" ⇒ ")
            .append(evaluate(expression, x).cost())
            .append(' ')
            .append(estimate > ENDLESS ? "∞" : Long.toString(estimate))
            .append('\n');
      } catch (CompileException bad) {
        throw new AssertionError(expression, bad);
      }
    }
    assertThat(actual.toString()).isEqualTo(table);
  }

  static String of(String expression, String x) {
    Program.Outcome outcome;
    try {
      outcome = evaluate(expression, x);
    } catch (CompileException bad) {
      return "!! " + bad.issues().lines().findFirst().orElse("").replaceFirst("^ERROR: [^ ]* ", "");
    }
    return outcome.failed()
        ? "! " + outcome.failure()
        : text(Objects.requireNonNull(outcome.value()));
  }

  static Program.Outcome evaluate(String expression, String x) throws CompileException {
    Object value = json(x);
    return ENVIRONMENT
        .compile(expression)
        .evaluate(name -> name.equals("x") ? value : null, Limits.PER_CALL);
  }

  private static Object json(String text) {
    try {
      return Values.of(Json.parse(text.getBytes(StandardCharsets.UTF_8)));
    } catch (JsonSyntaxException bad) {
      throw new AssertionError(bad);
    }
  }

  static String text(Object value) {
    return switch (value) {
      case String text -> "'" + text + "'";
      case NullValue unused -> "null";
      case Uint number -> number + "u";
      case Bytes bytes -> "b'" + new String(bytes.toArray(), StandardCharsets.UTF_8) + "'";
      case Opt opt -> opt.isPresent() ? "some(" + text(opt.get()) + ")" : "none";
      case Fields fields -> fields.typeName() + text(fields.asMap());
      case List<?> list ->
          list.stream()
              .map(one -> text(Values.of(one)))
              .collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(one -> text(Values.of(one.getKey())) + ": " + text(Values.of(one.getValue())))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }
}
