package dev.javernetes.apiserver.authorization;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.RequestAttributes;

/**
 * The 403 of a request that nobody allowed: {@code pods is forbidden: User "jane" cannot list
 * resource "pods" in API group "" in the namespace "default"}.
 */
public final class Refusals {
  private Refusals() {}

  /** {@code reason} is the authorizer's, {@code ""} for none. */
  public static ApiException forbidden(RequestAttributes request, String reason) {
    String message = escaped(sentence(request)) + (reason.isEmpty() ? "" : ": " + reason);
    return ApiException.forbidden(
        new GroupResource(request.apiGroup(), request.resource()), request.name(), message);
  }

  private static String sentence(RequestAttributes request) {
    String user = GoQuote.quote(request.user().name());
    if (!request.isResourceRequest()) {
      return "User %s cannot %s path %s"
          .formatted(user, request.verb(), GoQuote.quote(request.path()));
    }
    String resource =
        request.subresource().isEmpty()
            ? request.resource()
            : request.resource() + "/" + request.subresource();
    String what =
        "User %s cannot %s resource %s in API group %s"
            .formatted(
                user, request.verb(), GoQuote.quote(resource), GoQuote.quote(request.apiGroup()));
    return request.namespace().isEmpty()
        ? what + " at the cluster scope"
        : what + " in the namespace " + GoQuote.quote(request.namespace());
  }

  /** Browsers may be shown this text. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
