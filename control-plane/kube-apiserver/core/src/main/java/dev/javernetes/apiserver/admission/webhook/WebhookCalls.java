package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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

  WebhookCalls(
      ObjectIndex configurations,
      WebhookMatching matching,
      WebhookCaller caller,
      Supplier<String> uuids) {
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
            resource.ifPresent(found -> targets.add(new Target(webhook, found)));
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
      if (webhook.hasConditions()) {
        throw new WebhookCaller.CallException(
            "matchConditions are not supported by this server yet");
      }
      response =
          checked(
              caller.call(
                  webhook.json().objectOrEmpty("clientConfig"),
                  review(uid, target, request),
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

  private static JsonObject review(String uid, Target target, AdmissionRequest request) {
    ResourceDefinition definition = request.resourceDefinition();
    JsonObject body = JsonObject.of("uid", uid);
    body.put("kind", kind(definition, target.resource, request));
    body.put("resource", resource(target.resource));
    if (!request.subresource().isEmpty()) {
      body.put("subResource", request.subresource());
    }
    body.put("requestKind", kind(definition, request.resource(), request));
    body.put("requestResource", resource(request.resource()));
    if (!request.subresource().isEmpty()) {
      body.put("requestSubResource", request.subresource());
    }
    if (!request.name().isEmpty()) {
      body.put("name", request.name());
    }
    if (!request.namespace().isEmpty()) {
      body.put("namespace", request.namespace());
    }
    body.put("operation", request.operation().name());
    body.put("userInfo", user(request.user()));
    body.put("object", shown(definition, target.resource, request.object()));
    body.put("oldObject", shown(definition, target.resource, request.oldObject()));
    body.put("dryRun", request.dryRun());
    body.put("options", request.options().isEmpty() ? null : request.options());
    return JsonObject.of(
        "kind", "AdmissionReview", "apiVersion", "admission.k8s.io/v1", "request", body);
  }

  /** The object in the version that the webhook asked for. */
  static @Nullable JsonObject shown(
      ResourceDefinition definition, GroupVersionResource wanted, @Nullable JsonObject object) {
    if (object == null) {
      return null;
    }
    ServedVersion from = null;
    ServedVersion to = null;
    for (ServedVersion version : definition.versions()) {
      if (version.kind().apiVersion().equals(object.string("apiVersion"))
          && version.kind().kind().equals(object.string("kind"))) {
        from = version;
      }
      if (version.resource().equals(wanted)) {
        to = version;
      }
    }
    return from == null || to == null || Objects.equals(from, to)
        ? object
        : definition.conversion().convert(object, from, to);
  }

  private static JsonObject kind(
      ResourceDefinition definition, GroupVersionResource resource, AdmissionRequest request) {
    if (request.subresource().isEmpty()) {
      for (ServedVersion version : definition.versions()) {
        if (version.resource().equals(resource)) {
          return kindOf(version.kind().group(), version.kind().version(), version.kind().kind());
        }
      }
    }
    return kindOf(request.kind().group(), request.kind().version(), request.kind().kind());
  }

  private static JsonObject kindOf(String group, String version, String kind) {
    return JsonObject.of("group", group, "version", version, "kind", kind);
  }

  private static JsonObject resource(GroupVersionResource resource) {
    return JsonObject.of(
        "group", resource.group(), "version", resource.version(), "resource", resource.resource());
  }

  private static JsonObject user(UserInfo user) {
    JsonObject json = JsonObject.of("username", user.name());
    if (!user.uid().isEmpty()) {
      json.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      json.put("groups", new ArrayList<Object>(user.groups()));
    }
    if (!user.extra().isEmpty()) {
      JsonObject extra = new JsonObject();
      user.extra().forEach((key, values) -> extra.put(key, new ArrayList<Object>(values)));
      json.put("extra", extra);
    }
    return json;
  }
}
