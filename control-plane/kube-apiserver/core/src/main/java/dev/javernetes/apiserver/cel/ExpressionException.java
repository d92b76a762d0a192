package dev.javernetes.apiserver.cel;

/** An expression that cannot be compiled or evaluated; the message is what a client is told. */
public final class ExpressionException extends Exception {
  public ExpressionException(String message) {
    super(message);
  }
}
