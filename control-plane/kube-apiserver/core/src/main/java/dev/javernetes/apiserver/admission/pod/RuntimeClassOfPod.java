package dev.javernetes.apiserver.admission.pod;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives a new pod the overhead, node selector and tolerations of its runtime class. */
public final class RuntimeClassOfPod implements MutatingAdmission, ValidatingAdmission {
  private final ObjectIndex classes;

  public RuntimeClassOfPod(ObjectIndex classes) {
    this.classes = classes;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!Pods.isPod(request)) {
      return;
    }
    JsonObject spec = request.requireObject().ensureObject("spec");
    JsonObject runtimeClass = runtimeClass(request, spec);
    if (runtimeClass == null) {
      return;
    }
    JsonObject overhead = runtimeClass.object("overhead");
    if (overhead != null) {
      JsonObject fixed = overhead.objectOrEmpty("podFixed");
      JsonObject given = spec.objectOrEmpty("overhead");
      if (!given.isEmpty() && !Pods.quantities(given).equals(Pods.quantities(fixed))) {
        throw mismatch(request);
      }
      if (!fixed.isEmpty()) {
        spec.put("overhead", fixed.deepCopy());
      }
    }
    JsonObject scheduling = runtimeClass.object("scheduling");
    if (scheduling != null) {
      addScheduling(request, spec, scheduling);
    }
  }

  private static void addScheduling(
      AdmissionRequest request, JsonObject spec, JsonObject scheduling) {
    Map<String, String> wanted = scheduling.stringMap("nodeSelector");
    Map<String, String> given = spec.stringMap("nodeSelector");
    wanted.forEach((key, value) -> {
      String pods = given.get(key);
      if (pods != null && !pods.equals(value)) {
        throw Denials.forbidden(
            request,
            "conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s"
                .formatted(key, value, key, pods));
      }
    });
    if (!wanted.isEmpty()) {
      spec.ensureObject("nodeSelector").putAll(wanted);
    }
    List<JsonObject> present = new ArrayList<>(spec.objects("tolerations"));
    for (JsonObject toleration : scheduling.objects("tolerations")) {
      if (!present.contains(toleration)) {
        spec.ensureArray("tolerations").add(toleration.deepCopy());
        present.add(toleration);
      }
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!Pods.isPod(request)) {
      return;
    }
    JsonObject spec = request.requireObject().objectOrEmpty("spec");
    JsonObject runtimeClass = runtimeClass(request, spec);
    if (runtimeClass != null && runtimeClass.has("overhead")) {
      JsonObject fixed = runtimeClass.objectOrEmpty("overhead").objectOrEmpty("podFixed");
      if (!Pods.quantities(fixed).equals(Pods.quantities(spec.object("overhead")))) {
        throw mismatch(request);
      }
    } else if (spec.has("overhead")) {
      throw Denials.forbidden(
          request,
          "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
  }

  private @Nullable JsonObject runtimeClass(AdmissionRequest request, JsonObject spec) {
    String name = spec.stringOrNull("runtimeClassName");
    if (name == null) {
      return null;
    }
    JsonObject found = classes.get("", name);
    if (found == null) {
      throw Denials.forbidden(
          request, "pod rejected: RuntimeClass " + GoQuote.quote(name) + " not found");
    }
    return found;
  }

  private static dev.javernetes.api.machinery.status.ApiException mismatch(
      AdmissionRequest request) {
    return Denials.forbidden(
        request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
}
