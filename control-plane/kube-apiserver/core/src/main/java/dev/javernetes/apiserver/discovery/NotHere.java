package dev.javernetes.apiserver.discovery;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;

/** Refusals of paths and methods, in the words that upstream's server has for them. */
public final class NotHere {
  private NotHere() {}

  public static ApiException notServed() {
    return new ApiException(
        ApiException.status(
            StatusReason.NOT_FOUND,
            "the server could not find the requested resource",
            new JsonObject()));
  }

  public static ApiException methodNotAllowed() {
    return new ApiException(
        ApiException.status(
            StatusReason.METHOD_NOT_ALLOWED,
            "the server does not allow this method on the requested resource",
            new JsonObject()));
  }

  /** Whether it says that no handler was found for the request. */
  public static boolean isThrownBefore(ApiException problem) {
    return problem.is(StatusReason.METHOD_NOT_ALLOWED)
        || problem.is(StatusReason.NOT_FOUND)
            && problem.status().objectOrEmpty("details").string("kind").isEmpty();
  }
}
