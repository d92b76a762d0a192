package dev.javernetes.api.codec.protobuf;

/** The bytes are not protobuf of the expected message; the message says what was met instead. */
public final class ProtobufSyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  public ProtobufSyntaxException(String message) {
    super(message);
  }

  public ProtobufSyntaxException(String message, Throwable cause) {
    super(message, cause);
  }
}
