package dev.javernetes.api.machinery.json;

/**
 * The bytes are not JSON. The message names the first offence without a position, ready to be shown
 * to a client.
 */
public final class JsonSyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  public JsonSyntaxException(String message) {
    super(message);
  }

  public JsonSyntaxException(String message, Throwable cause) {
    super(message, cause);
  }
}
