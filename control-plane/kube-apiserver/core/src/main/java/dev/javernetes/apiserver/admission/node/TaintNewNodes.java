package dev.javernetes.apiserver.admission.node;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;

/** TaintNodesByCondition: a new node takes no pods until its controller finds it ready. */
public final class TaintNewNodes implements MutatingAdmission {
  private static final String NOT_READY = "node.kubernetes.io/not-ready";

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!request.is("", "nodes") || !request.subresource().isEmpty()) {
      return;
    }
    JsonObject spec = request.requireObject().ensureObject("spec");
    boolean present =
        spec.objects("taints").stream()
            .anyMatch(taint ->
                taint.string("key").equals(NOT_READY)
                    && taint.string("effect").equals("NoSchedule"));
    if (!present) {
      spec.ensureArray("taints").add(JsonObject.of("key", NOT_READY, "effect", "NoSchedule"));
    }
  }
}
