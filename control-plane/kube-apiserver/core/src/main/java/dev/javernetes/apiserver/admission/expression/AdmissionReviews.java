package dev.javernetes.apiserver.admission.expression;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request as webhooks and policies are shown it. */
public final class AdmissionReviews {
  private AdmissionReviews() {}

  /** The AdmissionReview, with the object in the version {@code wanted}. */
  public static JsonObject review(
      String uid, GroupVersionResource wanted, AdmissionRequest request) {
    JsonObject body = JsonObject.of("uid", uid);
    body.putAll(describe(wanted, request));
    body.put("object", shown(request.resourceDefinition(), wanted, request.object()));
    body.put("oldObject", shown(request.resourceDefinition(), wanted, request.oldObject()));
    body.put("dryRun", request.dryRun());
    body.put("options", request.options().isEmpty() ? null : request.options());
    return JsonObject.of(
        "kind", "AdmissionReview", "apiVersion", "admission.k8s.io/v1", "request", body);
  }

  /** What is asked and by whom, without the objects and options. */
  public static JsonObject describe(GroupVersionResource wanted, AdmissionRequest request) {
    ResourceDefinition definition = request.resourceDefinition();
    JsonObject body = new JsonObject();
    body.put("kind", kind(definition, wanted, request));
    body.put("resource", resource(wanted));
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
    return body;
  }

  /** The object in the version that the webhook asked for. */
  public static @Nullable JsonObject shown(
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
