package dev.javernetes.api.cel;

/**
 * An expression that cannot be compiled. The message is what clients see, each error with the line
 * and a mark below the place: {@code ERROR: <input>:1:5: undefined field 'x'}.
 */
public final class CompileException extends Exception {
  private static final long serialVersionUID = 1;

  CompileException(String message) {
    super(message);
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
