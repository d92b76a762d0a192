package dev.javernetes.apiserver.authorization.review;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.authorization.rbac.PolicyRule;
import dev.javernetes.apiserver.authorization.rbac.RuleSource;
import java.util.ArrayList;
import java.util.List;

/** SelfSubjectRulesReview: all that the asker may do in a namespace. */
public final class RulesReview implements Review {
  private final RuleSource rules;

  public RulesReview(RuleSource rules) {
    this.rules = rules;
  }

  @Override
  public JsonObject answer(Request request) {
    String namespace = request.object().objectOrEmpty("spec").string("namespace");
    if (namespace.isEmpty()) {
      throw ApiException.badRequest("no namespace on request");
    }
    request.admission().run();
    RuleSource.Rules known = rules.rulesFor(request.user(), namespace);
    List<Object> resourceRules = new ArrayList<>();
    List<Object> pathRules = new ArrayList<>();
    for (PolicyRule rule : known.rules()) {
      JsonObject json = rule.toJson();
      if (!rule.resources().isEmpty()) {
        json.remove("nonResourceURLs");
        resourceRules.add(json);
      }
      if (!rule.nonResourceUrls().isEmpty()) {
        pathRules.add(
            JsonObject.of(
                "verbs",
                new ArrayList<Object>(rule.verbs()),
                "nonResourceURLs",
                new ArrayList<Object>(rule.nonResourceUrls())));
      }
    }
    JsonObject status =
        JsonObject.of(
            "resourceRules",
            resourceRules,
            "nonResourceRules",
            pathRules,
            "incomplete",
            known.incomplete());
    if (!known.error().isEmpty()) {
      status.put("evaluationError", known.error());
    }
    JsonObject object = request.object();
    return JsonObject.of(
        "kind",
        object.string("kind"),
        "apiVersion",
        object.string("apiVersion"),
        "metadata",
        new JsonObject(),
        "spec",
        new JsonObject(),
        "status",
        status);
  }
}
