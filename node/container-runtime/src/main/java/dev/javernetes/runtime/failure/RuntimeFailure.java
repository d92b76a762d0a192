package dev.javernetes.runtime.failure;

import java.io.IOException;

/**
 * Why the runtime refused or could not do something; becomes a gRPC status at the server's edge and
 * nowhere else.
 *
 * <p>{@code throw RuntimeFailure.notFound("container 4be1… is not known")} reaches a client as
 * NOT_FOUND with that message.
 */
public final class RuntimeFailure extends RuntimeException {
  /** The cases a CRI client tells apart. */
  public enum Reason {
    NOT_FOUND,
    INVALID,
    CONFLICT,
    NOT_READY,
    UNSUPPORTED,
    TIMED_OUT,
    DENIED,
    UNAVAILABLE,
    INTERNAL
  }

  private final Reason reason;

  public RuntimeFailure(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public RuntimeFailure(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public static RuntimeFailure notFound(String message) {
    return new RuntimeFailure(Reason.NOT_FOUND, message);
  }

  public static RuntimeFailure invalid(String message) {
    return new RuntimeFailure(Reason.INVALID, message);
  }

  public static RuntimeFailure conflict(String message) {
    return new RuntimeFailure(Reason.CONFLICT, message);
  }

  public static RuntimeFailure notReady(String message) {
    return new RuntimeFailure(Reason.NOT_READY, message);
  }

  public static RuntimeFailure unsupported(String message) {
    return new RuntimeFailure(Reason.UNSUPPORTED, message);
  }

  public static RuntimeFailure internal(String message) {
    return new RuntimeFailure(Reason.INTERNAL, message);
  }

  public static RuntimeFailure io(String what, IOException cause) {
    return new RuntimeFailure(Reason.INTERNAL, what + ": " + cause.getMessage(), cause);
  }
}
