package dev.javernetes.apiserver.admission.pod;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;

/**
 * A pod stays on a node that is not ready or unreachable for five minutes, unless it says
 * otherwise.
 */
public final class DefaultTolerationSeconds implements MutatingAdmission {
  private static final String NOT_READY = "node.kubernetes.io/not-ready";
  private static final String UNREACHABLE = "node.kubernetes.io/unreachable";

  private final long notReadySeconds;
  private final long unreachableSeconds;

  public DefaultTolerationSeconds(long notReadySeconds, long unreachableSeconds) {
    this.notReadySeconds = notReadySeconds;
    this.unreachableSeconds = unreachableSeconds;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!Pods.isPod(request)) {
      return;
    }
    JsonObject spec = request.requireObject().ensureObject("spec");
    boolean notReady = tolerates(spec, NOT_READY);
    boolean unreachable = tolerates(spec, UNREACHABLE);
    if (!notReady) {
      spec.ensureArray("tolerations").add(toleration(NOT_READY, notReadySeconds));
    }
    if (!unreachable) {
      spec.ensureArray("tolerations").add(toleration(UNREACHABLE, unreachableSeconds));
    }
  }

  private static boolean tolerates(JsonObject spec, String taint) {
    for (JsonObject toleration : spec.objects("tolerations")) {
      String key = toleration.string("key");
      String effect = toleration.string("effect");
      if ((key.isEmpty() || key.equals(taint))
          && (effect.isEmpty() || effect.equals("NoExecute"))) {
        return true;
      }
    }
    return false;
  }

  private static JsonObject toleration(String key, long seconds) {
    return JsonObject.of(
        "key", key, "operator", "Exists", "effect", "NoExecute", "tolerationSeconds", seconds);
  }
}
