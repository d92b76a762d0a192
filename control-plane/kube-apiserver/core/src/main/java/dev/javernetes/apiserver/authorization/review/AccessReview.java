package dev.javernetes.apiserver.authorization.review;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SubjectAccessReview, SelfSubjectAccessReview and LocalSubjectAccessReview. */
public final class AccessReview implements Review {
  private static final String GROUP = "authorization.k8s.io";
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath ATTRIBUTES = FieldPath.of("spec.resourceAttributes");

  /** Whom it is about and where. */
  public enum Kind {
    /** Any user, any namespace. */
    SUBJECT,
    /** Who asks. */
    SELF,
    /** Any user, in the namespace of the request. */
    LOCAL
  }

  private final Kind kind;
  private final Authorizer authorizer;

  public AccessReview(Kind kind, Authorizer authorizer) {
    this.kind = kind;
    this.authorizer = authorizer;
  }

  @Override
  public JsonObject answer(Request request) {
    JsonObject object = request.object();
    JsonObject spec = object.objectOrEmpty("spec");
    ErrorList errors = validate(object, spec);
    if (!errors.isEmpty()) {
      // upstream has lost the kind at this point, and its message shows it
      throw ApiException.invalid(GROUP, "", "", errors);
    }
    if (kind == Kind.LOCAL
        && !request.namespace().equals(object.objectOrEmpty("metadata").string("namespace"))) {
      throw ApiException.badRequest(
          "spec.resourceAttributes.namespace must match namespace: " + request.namespace());
    }
    request.admission().run();
    UserInfo user = kind == Kind.SELF ? request.user() : subject(spec);
    List<String> problems = new ArrayList<>();
    Authorizer.Decision decision = authorizer.authorize(attributes(user, spec, problems));
    JsonObject status = JsonObject.of("allowed", decision.allowed());
    if (decision.verdict() == Authorizer.Verdict.DENY) {
      status.put("denied", true);
    }
    // RBAC's unresolvable roles come as the reason of no opinion
    if (!decision.reason().isEmpty()) {
      status.put("reason", decision.reason());
    }
    if (!problems.isEmpty()) {
      status.put("evaluationError", String.join("; ", problems));
    }
    object.put("status", status);
    return object;
  }

  private ErrorList validate(JsonObject object, JsonObject spec) {
    ErrorList errors = new ErrorList();
    JsonObject resource = spec.object("resourceAttributes");
    JsonObject path = spec.object("nonResourceAttributes");
    if (resource != null && path != null) {
      errors.invalid(
          SPEC.child("nonResourceAttributes"),
          goForm(path),
          "cannot be specified in combination with resourceAttributes");
    }
    if (resource == null && path == null) {
      errors.invalid(
          SPEC.child("resourceAttributes"),
          null,
          "exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }
    if (kind != Kind.SELF && spec.string("user").isEmpty() && spec.strings("groups").isEmpty()) {
      errors.invalid(SPEC.child("user"), "", "at least one of user or group must be specified");
    }
    if (resource != null) {
      SelectorAttributes.validate(
          resource.object("fieldSelector"), ATTRIBUTES.child("fieldSelector"), true, errors);
      SelectorAttributes.validate(
          resource.object("labelSelector"), ATTRIBUTES.child("labelSelector"), false, errors);
    }
    JsonObject metadata = object.objectOrEmpty("metadata");
    JsonObject rest = new JsonObject(metadata);
    rest.remove("managedFields");
    rest.remove("creationTimestamp");
    if (kind == Kind.LOCAL) {
      rest.remove("namespace");
    }
    if (!rest.isEmpty()) {
      errors.invalid(
          FieldPath.of("metadata"),
          metadata,
          kind == Kind.LOCAL ? "must be empty except for namespace" : "must be empty");
    }
    if (kind == Kind.LOCAL) {
      if (resource != null && !resource.string("namespace").equals(metadata.string("namespace"))) {
        errors.invalid(
            FieldPath.of("spec.resourceAttributes.namespace"),
            resource.string("namespace"),
            "must match metadata.namespace");
      }
      if (path != null) {
        errors.invalid(
            FieldPath.of("spec.nonResourceAttributes"),
            goForm(path),
            "disallowed on this kind of request");
      }
    }
    return errors;
  }

  /** As Go prints the internal struct, whose fields have no JSON names. */
  private static JsonObject goForm(JsonObject attributes) {
    return JsonObject.of("Path", attributes.string("path"), "Verb", attributes.string("verb"));
  }

  private static UserInfo subject(JsonObject spec) {
    Map<String, List<String>> extra = new LinkedHashMap<>();
    JsonObject given = spec.objectOrEmpty("extra");
    given.keySet().forEach(key -> extra.put(key, given.strings(key)));
    return new UserInfo(spec.string("user"), spec.string("uid"), spec.strings("groups"), extra);
  }

  private static RequestAttributes attributes(
      UserInfo user, JsonObject spec, List<String> problems) {
    @Nullable JsonObject resource = spec.object("resourceAttributes");
    if (resource == null) {
      JsonObject path = spec.objectOrEmpty("nonResourceAttributes");
      return new RequestAttributes(
          user, path.string("verb"), "", "", "", "", "", "", false, path.string("path"), "", "");
    }
    String version = resource.string("version");
    return new RequestAttributes(
        user,
        resource.string("verb"),
        resource.string("namespace"),
        resource.string("group"),
        version.isEmpty() ? "*" : version,
        resource.string("resource"),
        resource.string("subresource"),
        resource.string("name"),
        true,
        "",
        SelectorAttributes.text(resource.object("fieldSelector"), true, problems),
        SelectorAttributes.text(resource.object("labelSelector"), false, problems));
  }
}
