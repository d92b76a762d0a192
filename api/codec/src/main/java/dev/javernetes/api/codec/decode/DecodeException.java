package dev.javernetes.api.codec.decode;

/**
 * Bytes that Go's decoder would not take; the message is word for word the one that upstream's
 * clients see ({@code unexpected end of JSON input}, {@code json: cannot unmarshal …}).
 */
public final class DecodeException extends Exception {
  private static final long serialVersionUID = 1;

  public DecodeException(String message) {
    super(message);
  }
}
