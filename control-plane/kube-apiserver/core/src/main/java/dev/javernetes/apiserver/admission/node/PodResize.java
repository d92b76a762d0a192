package dev.javernetes.apiserver.admission.node;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.pod.Pods;
import dev.javernetes.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** PodResizeValidator: a running pod cannot be resized beyond what its node could ever give. */
public final class PodResize implements ValidatingAdmission {
  private final ObjectReader reader;

  public PodResize(ObjectReader reader) {
    this.reader = reader;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.UPDATE;
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.is("", "pods") || !request.subresource().equals("resize")) {
      return;
    }
    JsonObject pod = request.requireObject();
    JsonObject old = request.oldObject();
    String nodeName = pod.objectOrEmpty("spec").string("nodeName");
    if (nodeName.isEmpty() || old != null && Objects.equals(pod.get("spec"), old.get("spec"))) {
      return;
    }
    JsonObject node = reader.get(new GroupResource("", "nodes"), "", nodeName);
    if (node == null) {
      throw Denials.forbidden(request, "node " + GoQuote.quote(nodeName) + " not found");
    }
    String os = node.objectOrEmpty("metadata").objectOrEmpty("labels").string("kubernetes.io/os");
    if (!os.isEmpty() && !os.equals("linux")) {
      throw refused(
          request,
          "pod resize is only supported on linux nodes, node %s is %s"
              .formatted(GoQuote.quote(nodeName), GoQuote.quote(os)),
          "UnsupportedPlatform");
    }
    checkCapacity(request, pod, node);
  }

  private static void checkCapacity(AdmissionRequest request, JsonObject pod, JsonObject node) {
    Map<String, Quantity> asked = Pods.total(pod, "requests");
    Map<String, Quantity> there =
        Pods.quantities(node.objectOrEmpty("status").object("allocatable"));
    List<String> lacking = new ArrayList<>();
    Quantity cpu = asked.getOrDefault("cpu", Quantity.ZERO);
    Quantity cpuThere = there.getOrDefault("cpu", Quantity.ZERO);
    if (cpu.compareTo(cpuThere) > 0) {
      lacking.add(
          "cpu, requested: %d, allocatable: %d".formatted(cpu.milliValue(), cpuThere.milliValue()));
    }
    Quantity memory = asked.getOrDefault("memory", Quantity.ZERO);
    Quantity memoryThere = there.getOrDefault("memory", Quantity.ZERO);
    if (memory.compareTo(memoryThere) > 0) {
      lacking.add(
          "memory, requested: %d, allocatable: %d".formatted(memory.value(), memoryThere.value()));
    }
    if (!lacking.isEmpty()) {
      throw refused(
          request,
          "node didn't have enough allocatable resources: " + String.join("; ", lacking),
          "NodeCapacity");
    }
  }

  private static ApiException refused(AdmissionRequest request, String why, String cause) {
    ApiException refusal = Denials.forbidden(request, why);
    refusal
        .status()
        .ensureObject("details")
        .ensureArray("causes")
        .add(JsonObject.of("reason", cause));
    return refusal;
  }
}
