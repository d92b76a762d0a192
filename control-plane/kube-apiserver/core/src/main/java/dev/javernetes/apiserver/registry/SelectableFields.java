package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionKind;
import java.util.List;

/** The fields of built-in kinds that field selectors may name, beside name and namespace. */
final class SelectableFields {
  private SelectableFields() {}

  static List<SelectableField> of(GroupVersionKind kind) {
    return switch (kind.kind()) {
      case "Pod" ->
          List.of(
              SelectableField.of("spec.nodeName"),
              SelectableField.of("spec.restartPolicy"),
              SelectableField.of("spec.schedulerName"),
              SelectableField.of("spec.serviceAccountName"),
              field("spec.hostNetwork", "spec.hostNetwork", "false"),
              SelectableField.of("status.phase"),
              SelectableField.of("status.podIP"),
              SelectableField.of("status.podIPs"),
              SelectableField.of("status.nominatedNodeName"));
      case "Event" -> kind.group().isEmpty() ? coreEvent() : newEvent();
      case "Secret" -> List.of(SelectableField.of("type"));
      case "Service" ->
          List.of(SelectableField.of("spec.clusterIP"), SelectableField.of("spec.type"));
      case "Namespace" -> List.of(SelectableField.of("status.phase"));
      case "Node" -> List.of(field("spec.unschedulable", "spec.unschedulable", "false"));
      case "ReplicationController", "ReplicaSet" ->
          List.of(field("status.replicas", "status.replicas", "0"));
      case "Job" -> List.of(field("status.successful", "status.succeeded", "0"));
      case "CertificateSigningRequest" -> List.of(SelectableField.of("spec.signerName"));
      case "ResourceSlice" ->
          List.of(SelectableField.of("spec.nodeName"), SelectableField.of("spec.driver"));
      default -> List.of();
    };
  }

  private static List<SelectableField> coreEvent() {
    return List.of(
        SelectableField.of("involvedObject.kind"),
        SelectableField.of("involvedObject.namespace"),
        SelectableField.of("involvedObject.name"),
        SelectableField.of("involvedObject.uid"),
        SelectableField.of("involvedObject.apiVersion"),
        SelectableField.of("involvedObject.resourceVersion"),
        SelectableField.of("involvedObject.fieldPath"),
        SelectableField.of("reason"),
        SelectableField.of("reportingComponent"),
        source("reportingComponent"),
        SelectableField.of("type"));
  }

  /** In the order of the core event's, since that is how events are stored. */
  private static List<SelectableField> newEvent() {
    return List.of(
        field("regarding.kind", "involvedObject.kind", ""),
        field("regarding.namespace", "involvedObject.namespace", ""),
        field("regarding.name", "involvedObject.name", ""),
        field("regarding.uid", "involvedObject.uid", ""),
        field("regarding.apiVersion", "involvedObject.apiVersion", ""),
        field("regarding.resourceVersion", "involvedObject.resourceVersion", ""),
        field("regarding.fieldPath", "involvedObject.fieldPath", ""),
        SelectableField.of("reason"),
        field("reportingController", "reportingComponent", ""),
        source("reportingController"),
        SelectableField.of("type"));
  }

  /** The component that reported in the old way, or else the one that did in the new. */
  private static SelectableField source(String reporter) {
    return new SelectableField("source", List.of("source", "component"), "", reporter);
  }

  private static SelectableField field(String name, String path, String absent) {
    return new SelectableField(name, List.of(path.split("\\.")), absent);
  }
}
