package dev.javernetes.apiserver.admission.expression;

/** An expression that cannot be compiled or evaluated; the message is what a client is told. */
public final class ExpressionException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean outOfBudget;

  public ExpressionException(String message) {
    this(message, false);
  }

  ExpressionException(String message, boolean outOfBudget) {
    super(message);
    this.outOfBudget = outOfBudget;
  }

  /** Whether nothing more may be evaluated. */
  public boolean outOfBudget() {
    return outOfBudget;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
