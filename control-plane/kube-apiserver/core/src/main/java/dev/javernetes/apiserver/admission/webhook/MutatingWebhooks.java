package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.codec.patch.JsonPatch;
import dev.javernetes.api.codec.patch.PatchException;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.expression.AdmissionReviews;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * MutatingAdmissionWebhook: calls the webhooks one after the other and applies the JSON patches
 * they answer with. One whose reinvocationPolicy is IfNeeded is called once more when a later one
 * changed the object.
 */
public final class MutatingWebhooks implements MutatingAdmission {
  private final WebhookCalls calls;

  /** {@code configurations} are the MutatingWebhookConfigurations. */
  public MutatingWebhooks(
      ObjectIndex configurations,
      WebhookMatching matching,
      WebhookCaller caller,
      MatchConditions conditions,
      Supplier<String> uuids) {
    calls = new WebhookCalls(configurations, matching, caller, conditions, uuids);
  }

  @Override
  public boolean handles(Operation operation) {
    return true;
  }

  @Override
  public void admit(AdmissionRequest request) {
    List<WebhookCalls.Target> targets = calls.targets(request);
    int lastChange = -1;
    for (int i = 0; i < targets.size(); i++) {
      if (callAndPatch(targets.get(i), request)) {
        lastChange = i;
      }
    }
    for (int i = 0; i < lastChange; i++) {
      if (targets.get(i).webhook().reinvocable()) {
        callAndPatch(targets.get(i), request);
      }
    }
  }

  /** Whether the webhook changed the object. */
  private boolean callAndPatch(WebhookCalls.Target target, AdmissionRequest request) {
    JsonObject response = calls.call(target, request);
    if (response == null || response.string("patch").isEmpty() || request.object() == null) {
      return false;
    }
    String name = target.webhook().name();
    if (!response.string("patchType").equals("JSONPatch")) {
      throw ApiException.internal(
          "failed calling webhook \"%s\": unsupported patch type %s"
              .formatted(name, response.string("patchType")));
    }
    JsonObject before = request.requireObject();
    JsonObject shown =
        AdmissionReviews.shown(request.resourceDefinition(), target.resource(), before);
    try {
      byte[] patch = Base64.getDecoder().decode(response.string("patch"));
      Object patched = JsonPatch.parse(patch).apply(Objects.requireNonNull(shown).deepCopy());
      if (!(patched instanceof JsonObject changed)) {
        throw ApiException.internal("webhook \"" + name + "\" patched the object away");
      }
      request.resourceDefinition().strategy().applyDefaults(changed);
      JsonObject back =
          AdmissionReviews.shown(
              request.resourceDefinition(),
              request.resourceDefinition().storageVersion().resource(),
              changed);
      JsonObject result =
          before.string("apiVersion").equals(changed.string("apiVersion")) || back == null
              ? changed
              : back;
      boolean differs = !result.equals(before);
      request.replaceObject(result);
      return differs;
    } catch (PatchException | IllegalArgumentException bad) {
      throw ApiException.internal(
          "failed calling webhook \"%s\": %s".formatted(name, bad.getMessage()));
    }
  }
}
