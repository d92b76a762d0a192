package dev.javernetes.apiserver.admission.network;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.admission.DefaultClasses;
import dev.javernetes.apiserver.admission.ObjectIndex;

/** An Ingress that names no class gets the cluster's default one. */
public final class DefaultIngressClass implements MutatingAdmission {
  private final ObjectIndex classes;

  public DefaultIngressClass(ObjectIndex classes) {
    this.classes = classes;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!request.is("networking.k8s.io", "ingresses") || !request.subresource().isEmpty()) {
      return;
    }
    JsonObject ingress = request.requireObject();
    JsonObject spec = ingress.ensureObject("spec");
    boolean chosen =
        spec.has("ingressClassName")
            || ingress
                .objectOrEmpty("metadata")
                .objectOrEmpty("annotations")
                .has("kubernetes.io/ingress.class");
    if (!chosen) {
      DefaultClasses.newest(classes, "ingressclass.kubernetes.io/is-default-class")
          .ifPresent(name -> spec.put("ingressClassName", name));
    }
  }
}
