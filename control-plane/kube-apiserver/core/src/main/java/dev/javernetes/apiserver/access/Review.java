package dev.javernetes.apiserver.access;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.function.Consumer;

/**
 * A resource that is asked and never stored: a POST is answered with the object completed. {@code
 * SubjectAccessReview}, {@code TokenReview}, and {@code TokenRequest} behind serviceaccounts/token.
 */
@FunctionalInterface
public interface Review {

  /**
   * What is asked.
   *
   * @param name of the object that a subresource belongs to, {@code ""} for a resource of its own
   * @param object as the client sent it, in its own version, pruned and with its defaults; may be
   *     changed and returned
   * @param admission runs the validating plug-ins; called once the object has proved valid
   */
  record Request(
      UserInfo user,
      String namespace,
      String name,
      JsonObject object,
      Consumer<String> warnings,
      Runnable admission) {}

  /** Fills in what the client left out, before anybody looks at the object. */
  default void applyDefaults(JsonObject object) {}

  /** The answer, status included; {@code ApiException} for an object that asks nothing sensible. */
  JsonObject answer(Request request);
}
