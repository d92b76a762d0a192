package dev.javernetes.etcd.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Refusals around users and roles, in the words that etcd's clients know. */
enum AuthErrors {
  ROOT_USER_MISSING(Status.FAILED_PRECONDITION, "root user does not exist"),
  ROOT_ROLE_MISSING(Status.FAILED_PRECONDITION, "root user does not have root role"),
  USER_EXISTS(Status.FAILED_PRECONDITION, "user name already exists"),
  USER_EMPTY(Status.INVALID_ARGUMENT, "user name is empty"),
  USER_NOT_FOUND(Status.FAILED_PRECONDITION, "user name not found"),
  ROLE_EXISTS(Status.FAILED_PRECONDITION, "role name already exists"),
  ROLE_NOT_FOUND(Status.FAILED_PRECONDITION, "role name not found"),
  ROLE_EMPTY(Status.INVALID_ARGUMENT, "role name is empty"),
  AUTHENTICATION_FAILED(
      Status.INVALID_ARGUMENT, "authentication failed, invalid user ID or password"),
  PERMISSION_NOT_GIVEN(Status.INVALID_ARGUMENT, "permission not given"),
  PERMISSION_DENIED(Status.PERMISSION_DENIED, "permission denied"),
  ROLE_NOT_GRANTED(Status.FAILED_PRECONDITION, "role is not granted to the user"),
  PERMISSION_NOT_GRANTED(Status.FAILED_PRECONDITION, "permission is not granted to the role"),
  NOT_ENABLED(Status.FAILED_PRECONDITION, "authentication is not enabled"),
  INVALID_TOKEN(Status.UNAUTHENTICATED, "invalid auth token"),
  INVALID_MANAGEMENT(Status.INVALID_ARGUMENT, "invalid auth management");

  private final Status status;

  AuthErrors(Status status, String text) {
    this.status = status.withDescription("etcdserver: " + text);
  }

  StatusRuntimeException exception() {
    return status.asRuntimeException();
  }

  String text() {
    return String.valueOf(status.getDescription());
  }
}
