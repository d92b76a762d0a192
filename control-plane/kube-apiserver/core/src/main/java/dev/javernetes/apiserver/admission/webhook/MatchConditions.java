package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.policy.Expressions;
import dev.javernetes.apiserver.cel.AuthorizerValue;
import dev.javernetes.apiserver.cel.CelValues;
import dev.javernetes.apiserver.cel.ExpressionException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides by a webhook's match conditions, in CEL, whether it is called at all. */
public final class MatchConditions {
  private final Expressions expressions;
  private final Authorizer authorizer;

  public MatchConditions(Expressions expressions, Authorizer authorizer) {
    this.expressions = expressions;
    this.authorizer = authorizer;
  }

  /** One that is false outweighs one that fails; a failure alone refuses or skips. */
  boolean hold(
      JsonObject webhook,
      boolean failsClosed,
      GroupVersionResource resource,
      AdmissionRequest request) {
    List<JsonObject> conditions = webhook.objects("matchConditions");
    if (conditions.isEmpty()) {
      return true;
    }
    Map<String, Object> variables = variables(resource, request, authorizer);
    String failure = null;
    for (JsonObject condition : conditions) {
      String text = condition.string("expression");
      try {
        if (!Boolean.TRUE.equals(expressions.condition(text).evaluate(variables))) {
          return false;
        }
      } catch (ExpressionException failed) {
        failure = "expression '%s' resulted in error: %s".formatted(text, failed.getMessage());
      }
    }
    if (failure != null && failsClosed) {
      throw Denials.forbidden(request, failure);
    }
    return failure == null;
  }

  /** What every expression about a request may speak of. */
  public static Map<String, Object> variables(
      GroupVersionResource resource, AdmissionRequest request, Authorizer authorizer) {
    Map<String, Object> variables = new HashMap<>();
    variables.put(
        "object",
        CelValues.of(
            AdmissionReviews.shown(request.resourceDefinition(), resource, request.object())));
    variables.put(
        "oldObject",
        CelValues.of(
            AdmissionReviews.shown(request.resourceDefinition(), resource, request.oldObject())));
    JsonObject described = AdmissionReviews.describe(resource, request);
    described.put("dryRun", request.dryRun());
    described.put("options", request.options());
    variables.put("request", CelValues.of(described));
    AuthorizerValue asked = new AuthorizerValue(authorizer, request.user());
    variables.put("authorizer", asked);
    variables.put(
        "authorizer.requestResource",
        new AuthorizerValue.ResourceCheck(
            asked,
            request.resource().group(),
            request.resource().resource(),
            request.subresource(),
            request.namespace(),
            request.name(),
            "",
            ""));
    return variables;
  }
}
