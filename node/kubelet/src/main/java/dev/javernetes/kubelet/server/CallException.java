package dev.javernetes.kubelet.server;

/** A call that cannot be served: its HTTP code and a message for the client. */
final class CallException extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;

  CallException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
