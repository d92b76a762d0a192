package dev.javernetes.apiserver.admission.expression;

import dev.javernetes.api.cel.library.Access;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.request.UserInfo;

/** What {@code authorizer} is in expressions: asks whether the user of the request may do more. */
record RequestAuthorizer(Authorizer authorizer, UserInfo user) implements Access.Authorizer {
  @Override
  public Access.Decision path(String path, String verb) {
    return decide(new RequestAttributes(user, verb, "", "", "", "", "", "", false, path, "", ""));
  }

  @Override
  public Access.Decision resource(Access.ResourceCheck check, String verb) {
    return decide(
        new RequestAttributes(
            user,
            verb,
            check.namespace(),
            check.group(),
            "*",
            check.resource(),
            check.subresource(),
            check.name(),
            true,
            "",
            check.fieldSelector(),
            check.labelSelector()));
  }

  @Override
  public Access.Authorizer serviceAccount(String namespace, String name) {
    return new RequestAuthorizer(
        authorizer,
        UserInfo.of(
            "system:serviceaccount:" + namespace + ":" + name,
            "system:serviceaccounts",
            "system:serviceaccounts:" + namespace,
            UserInfo.AUTHENTICATED_GROUP));
  }

  private Access.Decision decide(RequestAttributes attributes) {
    Authorizer.Decision decision = authorizer.authorize(attributes);
    return new Access.Decision(decision.allowed(), decision.reason(), null);
  }
}
