package dev.javernetes.api.codec.patch;

/**
 * A patch that cannot be applied. {@link Kind} says how upstream answers it; the message is the one
 * it logs or shows.
 */
public final class PatchException extends Exception {
  private static final long serialVersionUID = 1;

  public enum Kind {
    /** The patch is not a patch: 400 with the message. */
    MALFORMED,
    /** The patch is well formed but does not fit the object: 422. */
    DOES_NOT_APPLY,
    /** Upstream fails on it: 500 with the message. */
    FAILED,
    /** Too many operations, or copies that grow beyond the limit: 413. */
    TOO_LARGE
  }

  private final Kind kind;

  public PatchException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether a JSON Patch's {@code test} did not hold, which some take as "leave it as it is". */
  public boolean isFailedTest() {
    return kind == Kind.DOES_NOT_APPLY && String.valueOf(getMessage()).endsWith(": test failed");
  }
}
