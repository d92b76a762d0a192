package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.expression.ExpressionException;
import dev.javernetes.apiserver.admission.expression.PolicyPrograms;
import dev.javernetes.apiserver.admission.expression.PolicyRun;
import dev.javernetes.apiserver.admission.expression.RequestVariables;
import java.util.List;

/** Decides by a webhook's match conditions, in CEL, whether it is called at all. */
public final class MatchConditions {
  private final PolicyPrograms programs;
  private final Authorizer authorizer;

  public MatchConditions(PolicyPrograms programs, Authorizer authorizer) {
    this.programs = programs;
    this.authorizer = authorizer;
  }

  /** A failure alone refuses the request or skips the webhook. */
  boolean hold(
      JsonObject configuration,
      JsonObject webhook,
      boolean failsClosed,
      GroupVersionResource resource,
      AdmissionRequest request) {
    List<JsonObject> conditions = webhook.objects("matchConditions");
    if (conditions.isEmpty()) {
      return true;
    }
    PolicyRun run =
        new PolicyRun(
            programs.ofWebhooks(configuration),
            new RequestVariables(request, resource, authorizer, null, null));
    try {
      return run.matches(conditions.stream().map(one -> one.string("expression")).toList());
    } catch (ExpressionException failed) {
      if (failsClosed) {
        throw Denials.forbidden(request, failed.reason());
      }
      return false;
    }
  }
}
