package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.codec.patch.JsonPatch;
import dev.javernetes.api.codec.patch.PatchException;
import dev.javernetes.api.codec.patch.StrategicMergePatch;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.webhook.AdmissionReviews;
import dev.javernetes.apiserver.cel.CelValues;
import dev.javernetes.apiserver.cel.ExpressionException;
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
  private final Expressions expressions;
  private final ObjectIndex namespaces;
  private final Authorizer authorizer;

  public MutatingPolicies(
      PolicyHooks hooks, Expressions expressions, ObjectIndex namespaces, Authorizer authorizer) {
    this.hooks = hooks;
    this.expressions = expressions;
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
        throw denial(hook, String.valueOf(failed.getMessage()), request);
      }
    }
    return !request.requireObject().equals(before);
  }

  private void mutate(
      PolicyHooks.Hook hook, @Nullable JsonObject parameters, AdmissionRequest request)
      throws ExpressionException {
    JsonObject spec = hook.spec();
    for (JsonObject mutation : spec.objects("mutations")) {
      // anew each time: a mutation sees what the one before it did
      PolicyContext context =
          PolicyContext.of(
              expressions, spec, parameters, hook.resource(), request, namespaces, authorizer);
      if (!context.conditionsHold(spec)) {
        return;
      }
      boolean jsonPatch = mutation.string("patchType").equals("JSONPatch");
      String expression =
          mutation
              .objectOrEmpty(jsonPatch ? "jsonPatch" : "applyConfiguration")
              .string("expression");
      Object patch = CelValues.toJson(context.evaluate(expression));
      JsonObject shown =
          Objects.requireNonNull(
                  AdmissionReviews.shown(
                      request.resourceDefinition(), hook.resource(), request.requireObject()))
              .deepCopy();
      replace(request, jsonPatch ? patched(shown, patch) : applied(shown, patch, hook, request));
    }
  }

  private static JsonObject patched(JsonObject shown, @Nullable Object patch)
      throws ExpressionException {
    try {
      if (JsonPatch.parse(Json.bytes(patch)).apply(shown) instanceof JsonObject changed) {
        return changed;
      }
    } catch (PatchException bad) {
      throw new ExpressionException("JSON Patch: " + bad.getMessage());
    }
    throw new ExpressionException("JSON Patch: the object was patched away");
  }

  private static JsonObject applied(
      JsonObject shown, @Nullable Object patch, PolicyHooks.Hook hook, AdmissionRequest request)
      throws ExpressionException {
    if (!(patch instanceof JsonObject configuration)) {
      throw new ExpressionException("must evaluate to Object but got another type");
    }
    try {
      for (ServedVersion version : request.resourceDefinition().versions()) {
        if (version.resource().equals(hook.resource())) {
          return StrategicMergePatch.apply(shown, configuration, version.schema()).document();
        }
      }
    } catch (PatchException bad) {
      throw new ExpressionException("error applying patch: " + bad.getMessage());
    }
    throw new ExpressionException("error applying patch: unknown version");
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
