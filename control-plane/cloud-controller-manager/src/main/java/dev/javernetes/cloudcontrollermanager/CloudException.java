package dev.javernetes.cloudcontrollermanager;

/** The cloud refused or failed; the message is for users. It is tried again. */
public final class CloudException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CloudException(String message) {
    super(message);
  }

  public CloudException(String message, Throwable cause) {
    super(message, cause);
  }
}
