package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.expression.ExpressionException;
import dev.javernetes.apiserver.admission.webhook.WebhookMatching;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the policies that concern a request, each with a binding that puts it in force. */
public final class PolicyHooks {
  private final ObjectIndex policies;
  private final ObjectIndex bindings;
  private final Parameters parameters;
  private final WebhookMatching matching;

  public PolicyHooks(
      ObjectIndex policies, ObjectIndex bindings, Parameters parameters, WebhookMatching matching) {
    this.policies = policies;
    this.bindings = bindings;
    this.parameters = parameters;
    this.matching = matching;
  }

  /** A policy and a binding of it, and the version of the object that the policy speaks of. */
  record Hook(JsonObject policy, JsonObject binding, GroupVersionResource resource) {
    JsonObject spec() {
      return policy.objectOrEmpty("spec");
    }

    JsonObject bindingSpec() {
      return binding.objectOrEmpty("spec");
    }

    String policyName() {
      return name(policy);
    }

    String bindingName() {
      return name(binding);
    }

    boolean failsClosed() {
      return !spec().string("failurePolicy").equals("Ignore");
    }
  }

  /** In order of the policies' names, then of the bindings'. */
  List<Hook> of(AdmissionRequest request) {
    if (policies.isEmpty("") || bindings.isEmpty("") || WebhookMatching.isExempt(request)) {
      return List.of();
    }
    List<Hook> hooks = new ArrayList<>();
    policies.list("").stream()
        .sorted(Comparator.comparing(PolicyHooks::name))
        .forEach(policy ->
            matched(policy.objectOrEmpty("spec").objectOrEmpty("matchConstraints"), request)
                .ifPresent(resource -> addBindings(policy, resource, request, hooks)));
    return hooks;
  }

  private void addBindings(
      JsonObject policy,
      GroupVersionResource resource,
      AdmissionRequest request,
      List<Hook> hooks) {
    String name = name(policy);
    bindings.list("").stream()
        .filter(binding -> binding.objectOrEmpty("spec").string("policyName").equals(name))
        .sorted(Comparator.comparing(PolicyHooks::name))
        .forEach(binding -> {
          JsonObject match = binding.objectOrEmpty("spec").object("matchResources");
          if (match == null || matched(match, request).isPresent()) {
            hooks.add(new Hook(policy, binding, resource));
          }
        });
  }

  /** The parameters of a hook, one set after the other. */
  List<@Nullable JsonObject> parameters(Hook hook, AdmissionRequest request)
      throws ExpressionException {
    return parameters.of(hook.spec(), hook.bindingSpec(), request.namespace());
  }

  private Optional<GroupVersionResource> matched(JsonObject match, AdmissionRequest request) {
    boolean exact = match.string("matchPolicy").equals("Exact");
    List<JsonObject> excluded = match.objects("excludeResourceRules");
    if (!excluded.isEmpty() && matching.match(excluded, exact, null, null, request).isPresent()) {
      return Optional.empty();
    }
    List<JsonObject> rules = match.objects("resourceRules");
    List<JsonObject> effective = rules.isEmpty() ? List.of(EVERYTHING) : rules;
    return matching.match(
        effective,
        exact,
        match.object("namespaceSelector"),
        match.object("objectSelector"),
        request);
  }

  private static final JsonObject EVERYTHING =
      JsonObject.of(
          "operations", List.of("*"),
          "apiGroups", List.of("*"),
          "apiVersions", List.of("*"),
          "resources", List.of("*/*"),
          "scope", "*");

  private static String name(JsonObject object) {
    return object.objectOrEmpty("metadata").string("name");
  }
}
