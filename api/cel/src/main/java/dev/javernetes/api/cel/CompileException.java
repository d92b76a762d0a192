package dev.javernetes.api.cel;

/**
 * An expression that cannot be compiled. Its issues are what clients see, each with the line and a
 * mark below the place: {@code ERROR: <input>:1:5: undefined field 'x'}.
 */
public final class CompileException extends Exception {
  private static final long serialVersionUID = 1;

  private final String prefix;

  private CompileException(String prefix, String message) {
    super(message);
    this.prefix = prefix;
  }

  static CompileException issues(String message) {
    return new CompileException("compilation failed: ", message);
  }

  /** Sound, but a conversion of a literal in it fails. */
  static CompileException instantiation(String message) {
    return new CompileException("program instantiation failed: ", message);
  }

  static CompileException plain(String message) {
    return new CompileException("", message);
  }

  public String issues() {
    return String.valueOf(getMessage());
  }

  /** The issues after upstream's words for what has failed: {@code compilation failed: ERROR …}. */
  public String reason() {
    return prefix + issues();
  }
}
