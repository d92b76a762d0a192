package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.cel.Limits;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.expression.AdmissionReviews;
import dev.javernetes.apiserver.admission.expression.ExpressionException;
import dev.javernetes.apiserver.admission.expression.PolicyPrograms;
import dev.javernetes.apiserver.admission.expression.PolicyRun;
import dev.javernetes.apiserver.admission.expression.Purpose;
import dev.javernetes.apiserver.admission.expression.RequestVariables;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * MutatingAdmissionPolicy: changes objects as policies' expressions say. A policy whose
 * reinvocationPolicy is IfNeeded is asked once more when a later one changed the object.
 */
public final class MutatingPolicies implements MutatingAdmission {
  private final PolicyHooks hooks;
  private final PolicyPrograms programs;
  private final ObjectIndex namespaces;
  private final Authorizer authorizer;

  public MutatingPolicies(
      PolicyHooks hooks, PolicyPrograms programs, ObjectIndex namespaces, Authorizer authorizer) {
    this.hooks = hooks;
    this.programs = programs;
    this.namespaces = namespaces;
    this.authorizer = authorizer;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation != Operation.DELETE && operation != Operation.CONNECT;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (request.object() == null) {
      return;
    }
    List<PolicyHooks.Hook> found = hooks.of(request);
    int lastChange = -1;
    for (int i = 0; i < found.size(); i++) {
      if (run(found.get(i), request)) {
        lastChange = i;
      }
    }
    for (int i = 0; i < lastChange; i++) {
      if (found.get(i).spec().string("reinvocationPolicy").equals("IfNeeded")) {
        run(found.get(i), request);
      }
    }
  }

  /** Whether the policy changed the object. */
  private boolean run(PolicyHooks.Hook hook, AdmissionRequest request) {
    JsonObject before = request.requireObject();
    try {
      for (JsonObject parameters : hooks.parameters(hook, request)) {
        mutate(hook, parameters, request);
      }
    } catch (ExpressionException failed) {
      if (hook.failsClosed()) {
        throw denial(hook, "failed to configure binding: " + failed.reason(), request);
      }
    }
    return !request.requireObject().equals(before);
  }

  private void mutate(
      PolicyHooks.Hook hook, @Nullable JsonObject parameters, AdmissionRequest request) {
    JsonObject spec = hook.spec();
    try {
      List<String> conditions =
          spec.objects("matchConditions").stream().map(one -> one.string("expression")).toList();
      if (!sight(hook, parameters, request).matches(conditions)) {
        return;
      }
    } catch (ExpressionException failed) {
      refuseUnlessIgnored(hook, failed, request);
      return;
    }
    for (JsonObject mutation : spec.objects("mutations")) {
      try {
        // seen anew each time: a mutation sees what the one before it did
        patch(mutation, sight(hook, parameters, request), hook, request);
      } catch (ExpressionException failed) {
        refuseUnlessIgnored(hook, failed, request);
      }
    }
  }

  private PolicyRun sight(
      PolicyHooks.Hook hook, @Nullable JsonObject parameters, AdmissionRequest request) {
    return new PolicyRun(
        programs.of(hook.policy()),
        new RequestVariables(request, hook.resource(), authorizer, parameters, namespaces));
  }

  private static void patch(
      JsonObject mutation, PolicyRun run, PolicyHooks.Hook hook, AdmissionRequest request)
      throws ExpressionException {
    boolean jsonPatch = mutation.string("patchType").equals("JSONPatch");
    String expression =
        mutation.objectOrEmpty(jsonPatch ? "jsonPatch" : "applyConfiguration").string("expression");
    Object yielded =
        run.evaluate(
            expression,
            jsonPatch ? Purpose.JSON_PATCH : Purpose.APPLY_CONFIGURATION,
            new PolicyRun.Budget(Limits.PER_REQUEST));
    JsonObject shown =
        Objects.requireNonNull(
                AdmissionReviews.shown(
                    request.resourceDefinition(), hook.resource(), request.requireObject()))
            .deepCopy();
    replace(
        request,
        jsonPatch
            ? PolicyPatch.jsonPatch(shown, yielded)
            : PolicyPatch.applyConfiguration(shown, yielded, schema(hook, request)));
  }

  private static Schema schema(PolicyHooks.Hook hook, AdmissionRequest request)
      throws ExpressionException {
    for (ServedVersion version : request.resourceDefinition().versions()) {
      if (version.resource().equals(hook.resource())) {
        return version.schema();
      }
    }
    throw new ExpressionException("error applying patch: unknown version");
  }

  private static void refuseUnlessIgnored(
      PolicyHooks.Hook hook, ExpressionException failed, AdmissionRequest request) {
    if (hook.failsClosed()) {
      throw denial(hook, failed.reason(), request);
    }
  }

  private static void replace(AdmissionRequest request, JsonObject changed) {
    request.resourceDefinition().strategy().applyDefaults(changed);
    JsonObject back =
        AdmissionReviews.shown(
            request.resourceDefinition(),
            request.resourceDefinition().storageVersion().resource(),
            changed);
    boolean stored =
        request.requireObject().string("apiVersion").equals(changed.string("apiVersion"));
    request.replaceObject(stored || back == null ? changed : back);
  }

  private static ApiException denial(
      PolicyHooks.Hook hook, String message, AdmissionRequest request) {
    return Denials.forbidden(
        request,
        "policy '%s' with binding '%s' denied request: %s"
            .formatted(hook.policyName(), hook.bindingName(), message));
  }
}
