package dev.javernetes.apiserver.admission.storage;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.pod.Pods;

/** PersistentVolumeClaimResize: a claim grows only where its storage class says it can. */
public final class ClaimResize implements ValidatingAdmission {
  private final ObjectIndex classes;

  public ClaimResize(ObjectIndex classes) {
    this.classes = classes;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.UPDATE;
  }

  @Override
  public void validate(AdmissionRequest request) {
    JsonObject old = request.oldObject();
    if (!request.is("", "persistentvolumeclaims")
        || !request.subresource().isEmpty()
        || old == null) {
      return;
    }
    JsonObject claim = request.requireObject();
    if (size(claim).compareTo(size(old)) <= 0) {
      return;
    }
    if (!old.objectOrEmpty("status").string("phase").equals("Bound")) {
      throw Denials.forbidden(request, "Only bound persistent volume claims can be expanded");
    }
    String className = className(claim);
    JsonObject storageClass =
        className.isEmpty() || !className.equals(className(old))
            ? null
            : classes.get("", className);
    if (storageClass == null || !storageClass.bool("allowVolumeExpansion")) {
      throw Denials.forbidden(
          request,
          "only dynamically provisioned pvc can be resized and the storageclass that provisions the"
              + " pvc must support resize");
    }
  }

  private static Quantity size(JsonObject claim) {
    return Pods.quantities(
            claim.objectOrEmpty("spec").objectOrEmpty("resources").object("requests"))
        .getOrDefault("storage", Quantity.ZERO);
  }

  private static String className(JsonObject claim) {
    JsonObject annotations = claim.objectOrEmpty("metadata").objectOrEmpty("annotations");
    return annotations.has(DefaultStorageClass.CLASS_ANNOTATION)
        ? annotations.string(DefaultStorageClass.CLASS_ANNOTATION)
        : claim.objectOrEmpty("spec").string("storageClassName");
  }
}
