package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.expression.AdmissionReviews;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the webhooks that a request concerns, calls one, and says what its answer means. */
final class WebhookCalls {

  /** A webhook to call, with the version it wants to see. */
  record Target(Webhook webhook, GroupVersionResource resource) {}

  private final ObjectIndex configurations;
  private final WebhookMatching matching;
  private final WebhookCaller caller;
  private final Supplier<String> uuids;
  private final MatchConditions conditions;

  WebhookCalls(
      ObjectIndex configurations,
      WebhookMatching matching,
      WebhookCaller caller,
      MatchConditions conditions,
      Supplier<String> uuids) {
    this.conditions = conditions;
    this.configurations = configurations;
    this.matching = matching;
    this.caller = caller;
    this.uuids = uuids;
  }

  /** In order of the configurations' names, then as they stand in them. */
  List<Target> targets(AdmissionRequest request) {
    if (configurations.isEmpty("") || WebhookMatching.isExempt(request)) {
      return List.of();
    }
    List<Target> targets = new ArrayList<>();
    configurations.list("").stream()
        .sorted(Comparator.comparing(one -> one.objectOrEmpty("metadata").string("name")))
        .forEach(configuration -> {
          String name = configuration.objectOrEmpty("metadata").string("name");
          for (JsonObject json : configuration.objects("webhooks")) {
            Webhook webhook = new Webhook(name, json);
            Optional<GroupVersionResource> resource =
                matching.match(
                    webhook.rules(),
                    webhook.matchesExactly(),
                    json.object("namespaceSelector"),
                    json.object("objectSelector"),
                    request);
            if (resource.isPresent()
                && conditions.hold(
                    configuration, json, webhook.failsClosed(), resource.get(), request)) {
              targets.add(new Target(webhook, resource.get()));
            }
          }
        });
    return targets;
  }

  /** The {@code response} of an allowed request; {@code null} if the call failed and may. */
  @Nullable JsonObject call(Target target, AdmissionRequest request) {
    Webhook webhook = target.webhook;
    if (request.dryRun() && !webhook.hasNoSideEffectsOnDryRun()) {
      throw ApiException.badRequest(
          "admission webhook %s does not support dry run".formatted(GoQuote.quote(webhook.name())));
    }
    String uid = uuids.get();
    JsonObject response;
    try {
      response =
          checked(
              caller.call(
                  webhook.json().objectOrEmpty("clientConfig"),
                  AdmissionReviews.review(uid, target.resource, request),
                  webhook.timeout()),
              uid);
    } catch (WebhookCaller.CallException failed) {
      if (webhook.failsClosed()) {
        throw ApiException.internal(
            "failed calling webhook %s: %s"
                .formatted(GoQuote.quote(webhook.name()), failed.getMessage()));
      }
      request
          .auditAnnotations()
          .put(
              "failed-open.webhook.admission.k8s.io/" + webhook.name(),
              String.valueOf(failed.getMessage()));
      return null;
    }
    response.strings("warnings").forEach(request::warn);
    response
        .stringMap("auditAnnotations")
        .forEach((key, value) -> request.auditAnnotations().put(webhook.name() + "/" + key, value));
    if (!response.bool("allowed")) {
      throw denied(webhook, response.object("status"));
    }
    return response;
  }

  private static JsonObject checked(JsonObject answer, String uid)
      throws WebhookCaller.CallException {
    JsonObject response = answer.object("response");
    if (!answer.string("kind").equals("AdmissionReview") || response == null) {
      throw new WebhookCaller.CallException("webhook response is not an AdmissionReview");
    }
    if (!response.string("uid").equals(uid)) {
      throw new WebhookCaller.CallException(
          "expected response.uid=%s, got %s"
              .formatted(GoQuote.quote(uid), GoQuote.quote(response.string("uid"))));
    }
    return response;
  }

  private static ApiException denied(Webhook webhook, @Nullable JsonObject given) {
    JsonObject status = given == null ? new JsonObject() : given.deepCopy();
    String by = "admission webhook %s denied the request".formatted(GoQuote.quote(webhook.name()));
    String message = status.string("message");
    String reason = status.string("reason");
    status.put("kind", "Status");
    status.put("apiVersion", "v1");
    status.ensureObject("metadata");
    status.put("status", "Failure");
    status.put(
        "message",
        !message.isEmpty()
            ? by + ": " + message
            : !reason.isEmpty() ? by + ": " + reason : by + " without explanation");
    if (status.integer("code") < 400) {
      status.put("code", 400L);
    }
    return new ApiException(status);
  }
}
