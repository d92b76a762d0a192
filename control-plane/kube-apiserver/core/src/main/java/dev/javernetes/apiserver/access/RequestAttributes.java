package dev.javernetes.apiserver.access;

import dev.javernetes.apiserver.request.RequestInfo;
import dev.javernetes.apiserver.request.UserInfo;

/**
 * What an authorizer decides on. For a request that is not about a resource only {@code user},
 * {@code verb} and {@code path} count.
 */
public record RequestAttributes(
    UserInfo user,
    String verb,
    String namespace,
    String apiGroup,
    String apiVersion,
    String resource,
    String subresource,
    String name,
    boolean isResourceRequest,
    String path,
    String fieldSelector,
    String labelSelector) {

  public static RequestAttributes of(
      UserInfo user, RequestInfo info, String fieldSelector, String labelSelector) {
    return new RequestAttributes(
        user,
        info.verb(),
        info.namespace(),
        info.apiGroup(),
        info.apiVersion(),
        info.resource(),
        info.subresource(),
        info.name(),
        info.isResourceRequest(),
        info.path(),
        fieldSelector,
        labelSelector);
  }

  /** May {@code user} do {@code verb} to that resource; a question the server asks itself. */
  public static RequestAttributes resource(
      UserInfo user,
      String verb,
      String namespace,
      String apiGroup,
      String resource,
      String subresource,
      String name) {
    return new RequestAttributes(
        user, verb, namespace, apiGroup, "*", resource, subresource, name, true, "", "", "");
  }
}
