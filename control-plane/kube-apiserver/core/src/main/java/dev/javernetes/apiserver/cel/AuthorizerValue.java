package dev.javernetes.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.request.UserInfo;
import org.jspecify.annotations.Nullable;

/** What {@code authorizer} is in expressions: asks whether the user of the request may do more. */
public record AuthorizerValue(Authorizer authorizer, UserInfo user) {
  static final CelType TYPE = OpaqueType.create("kubernetes.authorization.Authorizer");
  static final CelType GROUP = OpaqueType.create("kubernetes.authorization.GroupCheck");
  static final CelType PATH = OpaqueType.create("kubernetes.authorization.PathCheck");
  static final CelType RESOURCE = OpaqueType.create("kubernetes.authorization.ResourceCheck");
  static final CelType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

  /** {@code authorizer.path(…)}. */
  record PathCheck(AuthorizerValue of, String path) {
    Decision check(String verb) {
      return of.decide(
          new RequestAttributes(of.user, verb, "", "", "", "", "", "", false, path, "", ""));
    }
  }

  /** {@code authorizer.group(…)}. */
  record GroupCheck(AuthorizerValue of, String group) {}

  /** {@code authorizer.group(…).resource(…)} and what is added to it. */
  public record ResourceCheck(
      AuthorizerValue of,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name,
      String fieldSelector,
      String labelSelector) {

    Decision check(String verb) {
      return of.decide(
          new RequestAttributes(
              of.user,
              verb,
              namespace,
              group,
              "*",
              resource,
              subresource,
              name,
              true,
              "",
              fieldSelector,
              labelSelector));
    }
  }

  /** What the authorizer said. */
  record Decision(boolean allowed, String reason, @Nullable String error) {}

  static CelType typeOf(String variable) {
    return variable.equals("authorizer") ? TYPE : RESOURCE;
  }

  AuthorizerValue serviceAccount(String namespace, String name) {
    return new AuthorizerValue(
        authorizer,
        UserInfo.of(
            "system:serviceaccount:" + namespace + ":" + name,
            "system:serviceaccounts",
            "system:serviceaccounts:" + namespace,
            UserInfo.AUTHENTICATED_GROUP));
  }

  private Decision decide(RequestAttributes attributes) {
    Authorizer.Decision decision = authorizer.authorize(attributes);
    return new Decision(decision.allowed(), decision.reason(), null);
  }
}
