package dev.javernetes.launch;

/**
 * Something that the user can put right: shown as one line, without a stack trace. The message says
 * what is wrong and what to do.
 */
final class LaunchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LaunchException(String message) {
    super(message);
  }

  LaunchException(String message, Throwable cause) {
    super(message, cause);
  }
}
