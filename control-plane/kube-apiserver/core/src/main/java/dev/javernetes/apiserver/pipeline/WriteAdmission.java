package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.apply.FieldManager;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.authorization.Refusals;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import org.jspecify.annotations.Nullable;

/** Whom the engine asks about a write: mutating and validating admission, and the authorizer. */
final class WriteAdmission {
  private final Admission admission;
  private final Authorizer authorizer;

  WriteAdmission(Admission admission, Authorizer authorizer) {
    this.admission = admission;
    this.authorizer = authorizer;
  }

  /** The object as admission leaves it; {@code old} is {@code null} for a creation. */
  JsonObject mutated(Write write, JsonObject working, @Nullable JsonObject old) {
    return write.view() == null
        ? mutated(write, write.scope().working().kind(), working, old)
        : working;
  }

  /** The same for an object of another kind that stands for the one written. */
  JsonObject mutated(
      Write write, GroupVersionKind kind, JsonObject object, @Nullable JsonObject old) {
    if (!write.admitted()) {
      return object;
    }
    Object managedFields = object.objectOrEmpty("metadata").get("managedFields");
    AdmissionRequest attributes = attributes(write, kind, object, old);
    admission.mutate(attributes);
    JsonObject mutated = attributes.requireObject();
    keepSensibleManagedFields(write, mutated, managedFields);
    OwnerReferences.dropDuplicates(mutated, write.scope()::warn, true);
    return mutated;
  }

  /** A webhook must not spoil who owns what. */
  private static void keepSensibleManagedFields(
      Write write, JsonObject mutated, @Nullable Object before) {
    JsonObject metadata = mutated.ensureObject("metadata");
    Object after = metadata.get("managedFields");
    if (after == null || after.equals(before)) {
      return;
    }
    String complaint = FieldManager.complaint(metadata.objects("managedFields"));
    if (complaint == null) {
      return;
    }
    if (before == null) {
      metadata.remove("managedFields");
    } else {
      metadata.put("managedFields", before);
    }
    write
        .scope()
        .warn(
            ".metadata.managedFields was in an invalid state after admission; this could be caused"
                + " by an outdated mutating admission controller; please fix your requests: "
                + complaint);
  }

  void validate(Write write, JsonObject working, @Nullable JsonObject old) {
    Write.View view = write.view();
    if (!write.admitted()) {
      return;
    }
    if (view == null) {
      validate(write, write.scope().working().kind(), working, old);
    } else {
      validate(
          write, view.kind(), view.of().apply(working), old == null ? null : view.of().apply(old));
    }
  }

  void validate(Write write, GroupVersionKind kind, JsonObject object, @Nullable JsonObject old) {
    admission.validate(attributes(write, kind, object, old));
  }

  /** exec, attach, portforward and the proxies: the object is what the query asks for. */
  void connect(RequestScope scope, SubresourceDefinition subresource) {
    AdmissionRequest request =
        new AdmissionRequest(
            Operation.CONNECT,
            scope.definition(),
            scope.requested().resource(),
            subresource.kind(),
            subresource.name(),
            scope.namespace(),
            scope.name(),
            ConnectOptions.of(scope, subresource),
            null,
            new JsonObject(),
            false,
            scope.user(),
            scope::warn);
    admission.mutate(request);
    admission.validate(request);
  }

  /**
   * PUT and apply may create: then it takes the right to create, not only that to update or patch.
   */
  void authorizeCreation(Write write, String name) {
    if (!write.admitted()) {
      return;
    }
    RequestScope scope = write.scope();
    RequestAttributes asked = RequestAttributes.of(scope.user(), scope.info(), "", "");
    RequestAttributes attributes =
        new RequestAttributes(
            asked.user(),
            "create",
            asked.namespace(),
            asked.apiGroup(),
            asked.apiVersion(),
            asked.resource(),
            write.subresource(),
            name,
            true,
            asked.path(),
            "",
            "");
    Authorizer.Decision decision = authorizer.authorize(attributes);
    if (!decision.allowed()) {
      throw Refusals.forbidden(attributes, decision.reason());
    }
  }

  private static AdmissionRequest attributes(
      Write write, GroupVersionKind kind, JsonObject object, @Nullable JsonObject old) {
    RequestScope scope = write.scope();
    String given = object.objectOrEmpty("metadata").string("name");
    String name = given.isEmpty() ? scope.name() : given;
    boolean isNamespace = scope.groupResource().toString().equals("namespaces");
    return new AdmissionRequest(
        old == null ? Operation.CREATE : Operation.UPDATE,
        scope.definition(),
        scope.requested().resource(),
        kind,
        write.subresource(),
        isNamespace ? name : scope.namespace(),
        name,
        object,
        old,
        write.options().tree(old == null),
        write.options().dryRun(),
        scope.user(),
        scope::warn);
  }
}
