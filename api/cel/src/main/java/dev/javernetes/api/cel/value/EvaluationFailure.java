package dev.javernetes.api.cel.value;

/**
 * An expression's run-time error, in cel-go's words: {@code no such key: x}, {@code division by
 * zero}. It is a value of the language (short-circuiting may still make it void), so it carries no
 * stack.
 */
public final class EvaluationFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EvaluationFailure(String message) {
    super(message, null, false, false);
  }

  public static EvaluationFailure noSuchOverload() {
    return new EvaluationFailure("no such overload");
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
