package dev.javernetes.apiserver.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A compiled expression; any number of threads may evaluate it. */
public final class Expression {
  private static final Pattern MISSING_KEY = Pattern.compile("key '(.*)' is not present in map\\.");
  private static final Pattern POSITION = Pattern.compile("^evaluation error(?: at [^:]*:\\d+)?: ");

  private final CelRuntime.Program program;
  private final String type;

  Expression(CelRuntime.Program program, String type) {
    this.program = program;
    this.type = type;
  }

  /** What it yields, in CEL's words: {@code bool}, {@code string}, {@code dyn} … */
  public String type() {
    return type;
  }

  /** {@code variables} as {@link CelValues#of} makes them; the answer is such a value, too. */
  public Object evaluate(Map<String, ?> variables) throws ExpressionException {
    Object value;
    try {
      value = program.eval(variables);
    } catch (CelEvaluationException failed) {
      throw new ExpressionException(reason(failed));
    } catch (LazyVariables.Failure failed) {
      throw new ExpressionException(String.valueOf(failed.getMessage()));
    }
    if (value instanceof CelUnknownSet) {
      throw new ExpressionException("unknown value");
    }
    return value;
  }

  private static String reason(CelEvaluationException failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof LazyVariables.Failure) {
        return String.valueOf(cause.getMessage());
      }
    }
    String message = POSITION.matcher(String.valueOf(failed.getMessage())).replaceFirst("");
    return switch (failed.getErrorCode()) {
      case ATTRIBUTE_NOT_FOUND -> missingKey(message);
      case OVERLOAD_NOT_FOUND -> "no such overload";
      case DIVIDE_BY_ZERO -> "division by zero";
      case INDEX_OUT_OF_BOUNDS -> message.replace("Index out of bounds", "index out of bounds");
      default -> message;
    };
  }

  private static String missingKey(String message) {
    @Nullable Matcher matcher = MISSING_KEY.matcher(message);
    return matcher.find() ? "no such key: " + matcher.group(1) : message;
  }
}
