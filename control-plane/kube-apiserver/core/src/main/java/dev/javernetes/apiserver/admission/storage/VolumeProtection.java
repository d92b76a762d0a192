package dev.javernetes.apiserver.admission.storage;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;

/**
 * StorageObjectInUseProtection: volumes, claims and attribute classes get a finalizer, which a
 * controller takes off when nothing uses them any more.
 */
public final class VolumeProtection implements MutatingAdmission {
  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!request.subresource().isEmpty()) {
      return;
    }
    String finalizer =
        switch (request.groupResource().toString()) {
          case "persistentvolumes" -> "kubernetes.io/pv-protection";
          case "persistentvolumeclaims" -> "kubernetes.io/pvc-protection";
          case "volumeattributesclasses.storage.k8s.io" -> "kubernetes.io/vac-protection";
          default -> "";
        };
    if (finalizer.isEmpty()) {
      return;
    }
    JsonObject metadata = request.requireObject().ensureObject("metadata");
    if (!metadata.strings("finalizers").contains(finalizer)) {
      metadata.ensureArray("finalizers").add(finalizer);
    }
  }
}
