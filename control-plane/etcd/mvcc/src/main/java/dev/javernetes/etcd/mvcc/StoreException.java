package dev.javernetes.etcd.mvcc;

import org.jspecify.annotations.Nullable;

/** The store refused or failed; each edge (HTTP, gRPC) translates the reason once. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /**
     * The revision asked for was compacted away; {@link #compactRevision()} is the oldest one left.
     */
    COMPACTED,
    /** The revision asked for does not exist yet. */
    FUTURE_REVISION,
    /** A put that keeps the value or lease of a key that does not exist. */
    KEY_NOT_FOUND,
    LEASE_NOT_FOUND,
    LEASE_EXISTS,
    LEASE_TTL_TOO_LARGE,
    /** No member of a replicated store has that id. */
    MEMBER_NOT_FOUND,
    /** A transaction writes one key twice. */
    DUPLICATE_KEY,
    /** The request makes no sense, whatever the state. */
    INVALID,
    /** The request is larger than the store takes. */
    TOO_LARGE,
    /** The quota is used up: reads, deletions and compaction still work. */
    NO_SPACE,
    /** Stored bytes are not what was written. */
    CORRUPT,
    /** The data directory is used by another process. */
    LOCKED,
    /** Closed, failed, or not reachable now; the outcome of a write is unknown. */
    UNAVAILABLE,
    /** Took too long; the outcome of a write is unknown. */
    TIMEOUT,
    UNAUTHENTICATED,
    PERMISSION_DENIED,
    /** This backend cannot do that. */
    UNSUPPORTED
  }

  private final Reason reason;
  private final long compactRevision;

  public StoreException(Reason reason, String message) {
    this(reason, message, null);
  }

  public StoreException(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, message, cause, 0);
  }

  private StoreException(
      Reason reason, String message, @Nullable Throwable cause, long compactRevision) {
    super(message, cause);
    this.reason = reason;
    this.compactRevision = compactRevision;
  }

  public static StoreException compacted(long compactRevision) {
    return new StoreException(
        Reason.COMPACTED,
        "required revision has been compacted, the oldest one left is " + compactRevision,
        null,
        compactRevision);
  }

  public static StoreException futureRevision(long asked, long current) {
    return new StoreException(
        Reason.FUTURE_REVISION,
        "required revision " + asked + " is a future revision, the store is at " + current);
  }

  public Reason reason() {
    return reason;
  }

  /** For COMPACTED the oldest revision that can still be read, 0 if unknown; else 0. */
  public long compactRevision() {
    return compactRevision;
  }
}
