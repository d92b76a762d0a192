package dev.javernetes.etcd.protocol;

import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreException.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Reasons as gRPC statuses and back. etcd's clients tell errors apart by their exact text, so each
 * reason has upstream's words.
 *
 * <p>{@code COMPACTED} is {@code OUT_OF_RANGE: etcdserver: mvcc: required revision has been
 * compacted}.
 */
public final class StoreErrors {
  private StoreErrors() {}

  private static final String PREFIX = "etcdserver: ";

  public static StatusRuntimeException toWire(StoreException e) {
    return status(e).withCause(e).asRuntimeException();
  }

  private static Status status(StoreException e) {
    return switch (e.reason()) {
      case COMPACTED -> of(Status.OUT_OF_RANGE, "mvcc: required revision has been compacted");
      case FUTURE_REVISION ->
          of(Status.OUT_OF_RANGE, "mvcc: required revision is a future revision");
      case KEY_NOT_FOUND -> of(Status.INVALID_ARGUMENT, "key not found");
      case LEASE_NOT_FOUND -> of(Status.NOT_FOUND, "requested lease not found");
      case LEASE_EXISTS -> of(Status.FAILED_PRECONDITION, "lease already exists");
      case LEASE_TTL_TOO_LARGE -> of(Status.OUT_OF_RANGE, "too large lease TTL");
      case MEMBER_NOT_FOUND -> of(Status.NOT_FOUND, "member not found");
      case DUPLICATE_KEY -> of(Status.INVALID_ARGUMENT, "duplicate key given in txn request");
      case INVALID -> of(Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
      case TOO_LARGE -> of(Status.INVALID_ARGUMENT, "request is too large");
      case NO_SPACE -> of(Status.RESOURCE_EXHAUSTED, "mvcc: database space exceeded");
      case CORRUPT -> of(Status.DATA_LOSS, "corrupt cluster");
      case LOCKED, UNAVAILABLE -> of(Status.UNAVAILABLE, "server stopped");
      case TIMEOUT -> of(Status.UNAVAILABLE, "request timed out");
      case UNAUTHENTICATED -> of(Status.UNAUTHENTICATED, "invalid auth token");
      case PERMISSION_DENIED -> of(Status.PERMISSION_DENIED, "permission denied");
      case UNSUPPORTED -> of(Status.UNIMPLEMENTED, String.valueOf(e.getMessage()));
    };
  }

  private static Status of(Status status, String message) {
    return status.withDescription(PREFIX + message);
  }

  public static StoreException fromWire(StatusRuntimeException e) {
    String text = String.valueOf(e.getStatus().getDescription());
    Reason reason = reason(e.getStatus().getCode(), text);
    if (reason == Reason.COMPACTED) {
      return StoreException.compacted(0);
    }
    return new StoreException(reason, "etcd: " + e.getStatus().getCode() + ": " + text, e);
  }

  private static Reason reason(Status.Code code, String text) {
    return switch (code) {
      case OUT_OF_RANGE ->
          text.contains("compacted")
              ? Reason.COMPACTED
              : text.contains("future") ? Reason.FUTURE_REVISION : Reason.LEASE_TTL_TOO_LARGE;
      case NOT_FOUND -> text.contains("member") ? Reason.MEMBER_NOT_FOUND : Reason.LEASE_NOT_FOUND;
      case INVALID_ARGUMENT -> invalid(text);
      case FAILED_PRECONDITION ->
          text.contains("lease already exists") ? Reason.LEASE_EXISTS : Reason.INVALID;
      case RESOURCE_EXHAUSTED ->
          text.contains("space exceeded") ? Reason.NO_SPACE : Reason.UNAVAILABLE;
      case DATA_LOSS -> Reason.CORRUPT;
      case DEADLINE_EXCEEDED -> Reason.TIMEOUT;
      case UNAUTHENTICATED -> Reason.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Reason.PERMISSION_DENIED;
      case UNIMPLEMENTED -> Reason.UNSUPPORTED;
      case OK, CANCELLED, UNKNOWN, ALREADY_EXISTS, ABORTED, INTERNAL, UNAVAILABLE ->
          text.contains("timed out") ? Reason.TIMEOUT : Reason.UNAVAILABLE;
    };
  }

  private static Reason invalid(String text) {
    if (text.contains("duplicate key")) {
      return Reason.DUPLICATE_KEY;
    }
    if (text.contains("key not found")) {
      return Reason.KEY_NOT_FOUND;
    }
    return text.contains("too large") ? Reason.TOO_LARGE : Reason.INVALID;
  }
}
