package dev.javernetes.apiserver.admission.expression;

import dev.javernetes.api.cel.eval.Activation;
import dev.javernetes.api.cel.library.Access;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.Values;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.admission.ObjectIndex;
import org.jspecify.annotations.Nullable;

/** What expressions see of one request, in the version of the object that they speak of. */
public final class RequestVariables implements Activation {
  private final AdmissionRequest request;
  private final GroupVersionResource resource;
  private final RequestAuthorizer authorizer;
  private final @Nullable ObjectIndex namespaces;
  private final @Nullable JsonObject parameters;
  private final Object object;
  private final Object oldObject;
  private @Nullable Object described;

  /**
   * @param parameters those of a policy's binding
   * @param namespaces where {@code namespaceObject} is found; {@code null} if there is none to see
   */
  public RequestVariables(
      AdmissionRequest request,
      GroupVersionResource resource,
      Authorizer authorizer,
      @Nullable JsonObject parameters,
      @Nullable ObjectIndex namespaces) {
    this.request = request;
    this.resource = resource;
    this.authorizer = new RequestAuthorizer(authorizer, request.user());
    this.parameters = parameters;
    this.namespaces = namespaces;
    this.object = shown(request.object());
    this.oldObject = shown(request.oldObject());
  }

  private Object shown(@Nullable JsonObject json) {
    return Values.of(AdmissionReviews.shown(request.resourceDefinition(), resource, json));
  }

  @Override
  public @Nullable Object variable(String name) {
    return switch (name) {
      case "object" -> object;
      case "oldObject" -> oldObject;
      case "request" -> described();
      case "params" -> Values.of(parameters);
      case "namespaceObject" -> namespaceObject();
      case "authorizer" -> authorizer;
      case "authorizer.requestResource" ->
          new Access.ResourceCheck(
              authorizer,
              request.resource().group(),
              request.resource().resource(),
              request.subresource(),
              request.namespace(),
              request.name(),
              "",
              "");
      default -> null;
    };
  }

  private Object described() {
    Object known = described;
    if (known == null) {
      JsonObject json = AdmissionReviews.describe(resource, request);
      json.put("dryRun", request.dryRun());
      json.put("options", request.options());
      known = json;
      described = known;
    }
    return known;
  }

  /** What says what a namespace is, not who wrote it. */
  private Object namespaceObject() {
    boolean namespaced = !request.namespace().isEmpty() && !request.is("", "namespaces");
    JsonObject namespace =
        namespaces == null || !namespaced ? null : namespaces.get("", request.namespace());
    if (namespace == null) {
      return NullValue.NULL;
    }
    JsonObject shown = new JsonObject(namespace);
    JsonObject metadata = new JsonObject(namespace.objectOrEmpty("metadata"));
    metadata.remove("managedFields");
    metadata.remove("ownerReferences");
    shown.put("metadata", metadata);
    return shown;
  }
}
