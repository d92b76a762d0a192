package dev.javernetes.kubelet.cri;

/**
 * The runtime refused or failed a call. {@link #getMessage} reads as upstream's kubelet prints it
 * in events: {@code rpc error: code = NotFound desc = …}.
 */
public final class RuntimeCallException extends Exception {
  private static final long serialVersionUID = 1;

  /** What the caller may do about it; everything else is {@link #FAILED}. */
  public enum Kind {
    NOT_FOUND,
    UNIMPLEMENTED,
    UNAVAILABLE,
    TIMEOUT,
    CANCELLED,
    FAILED
  }

  private final Kind kind;
  private final String description;

  public RuntimeCallException(Kind kind, String codeName, String description, Throwable cause) {
    super("rpc error: code = " + codeName + " desc = " + description, cause);
    this.kind = kind;
    this.description = description;
  }

  public RuntimeCallException(Kind kind, String codeName, String description) {
    super("rpc error: code = " + codeName + " desc = " + description);
    this.kind = kind;
    this.description = description;
  }

  public Kind kind() {
    return kind;
  }

  public boolean is(Kind kind) {
    return this.kind == kind;
  }

  /** The runtime's own words, without the code. */
  public String description() {
    return description;
  }
}
