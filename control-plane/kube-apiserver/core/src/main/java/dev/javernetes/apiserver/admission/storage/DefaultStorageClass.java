package dev.javernetes.apiserver.admission.storage;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.admission.DefaultClasses;
import dev.javernetes.apiserver.admission.ObjectIndex;

/** A claim that says nothing about its storage class gets the cluster's default one. */
public final class DefaultStorageClass implements MutatingAdmission {
  private static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";
  private static final String IS_DEFAULT_BETA = "storageclass.beta.kubernetes.io/is-default-class";
  static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

  private final ObjectIndex classes;

  public DefaultStorageClass(ObjectIndex classes) {
    this.classes = classes;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!request.is("", "persistentvolumeclaims") || !request.subresource().isEmpty()) {
      return;
    }
    JsonObject claim = request.requireObject();
    JsonObject spec = claim.ensureObject("spec");
    if (spec.has("storageClassName")
        || claim.objectOrEmpty("metadata").objectOrEmpty("annotations").has(CLASS_ANNOTATION)) {
      return;
    }
    DefaultClasses.newest(classes, IS_DEFAULT, IS_DEFAULT_BETA)
        .ifPresent(name -> spec.put("storageClassName", name));
  }
}
