package dev.javernetes.apiserver.admission.node;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.registry.ObjectReader;
import java.util.List;

/** PodTopologyLabels: a pod that is put on a node gets the node's zone and region as labels. */
public final class TopologyLabels implements MutatingAdmission {
  private static final List<String> LABELS =
      List.of("topology.kubernetes.io/zone", "topology.kubernetes.io/region");

  private final ObjectReader reader;

  public TopologyLabels(ObjectReader reader) {
    this.reader = reader;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!request.is("", "pods")) {
      return;
    }
    JsonObject object = request.requireObject();
    String nodeName =
        switch (request.subresource()) {
          case "" -> object.objectOrEmpty("spec").string("nodeName");
          case "binding" ->
              object.objectOrEmpty("target").string("kind").equals("Node")
                  ? object.objectOrEmpty("target").string("name")
                  : "";
          default -> "";
        };
    if (nodeName.isEmpty()) {
      return;
    }
    JsonObject node = reader.get(new GroupResource("", "nodes"), "", nodeName);
    if (node == null) {
      return;
    }
    JsonObject labels = node.objectOrEmpty("metadata").objectOrEmpty("labels");
    for (String label : LABELS) {
      if (labels.has(label)) {
        object.ensureObject("metadata").ensureObject("labels").put(label, labels.get(label));
      }
    }
  }
}
