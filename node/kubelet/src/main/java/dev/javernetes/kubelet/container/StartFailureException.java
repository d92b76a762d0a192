package dev.javernetes.kubelet.container;

/**
 * A container could not be started. {@link #reason} is what its status waits for, such as {@code
 * ErrImagePull}.
 */
public final class StartFailureException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  public StartFailureException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
