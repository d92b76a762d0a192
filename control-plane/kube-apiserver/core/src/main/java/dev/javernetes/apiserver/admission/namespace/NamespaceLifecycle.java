package dev.javernetes.apiserver.admission.namespace;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Refuses writes into namespaces that do not exist and creations in those that are going away;
 * keeps the namespaces that a cluster cannot do without from being deleted.
 */
public final class NamespaceLifecycle implements MutatingAdmission {
  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");
  private static final Set<String> ACCESS_REVIEWS = Set.of("localsubjectaccessreviews");

  private final ObjectIndex namespaces;

  public NamespaceLifecycle(ObjectIndex namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation != Operation.CONNECT;
  }

  @Override
  public void admit(AdmissionRequest request) {
    boolean isNamespace = request.is("", "namespaces");
    if (request.operation() == Operation.DELETE) {
      if (isNamespace && IMMORTAL.contains(request.name())) {
        throw ApiException.forbidden(
            request.groupResource(), request.name(), "this namespace may not be deleted");
      }
      return;
    }
    if (isNamespace
        || request.namespace().isEmpty()
        || request.resource().group().equals("authorization.k8s.io")
            && ACCESS_REVIEWS.contains(request.resource().resource())) {
      return;
    }
    JsonObject namespace = namespaces.get("", request.namespace());
    if (namespace == null) {
      throw ApiException.notFound(new GroupResource("", "namespaces"), request.namespace());
    }
    if (request.operation() == Operation.CREATE
        && namespace.objectOrEmpty("status").string("phase").equals("Terminating")) {
      throw terminating(request);
    }
  }

  private static ApiException terminating(AdmissionRequest request) {
    ApiException refusal =
        Denials.forbidden(
            request,
            "unable to create new content in namespace %s because it is being terminated"
                .formatted(request.namespace()));
    List<Object> causes = new ArrayList<>();
    causes.add(
        JsonObject.of(
            "reason",
            "NamespaceTerminating",
            "message",
            "namespace %s is being terminated".formatted(request.namespace()),
            "field",
            "metadata.namespace"));
    refusal.status().ensureObject("details").put("causes", causes);
    return refusal;
  }
}
