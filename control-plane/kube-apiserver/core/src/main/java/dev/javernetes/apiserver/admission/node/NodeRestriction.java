package dev.javernetes.apiserver.admission.node;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.pod.Pods;
import dev.javernetes.apiserver.authorization.node.NodeIdentity;
import dev.javernetes.apiserver.authorization.node.PodReferences;
import dev.javernetes.apiserver.registry.ObjectReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps kubelets to their own node: they write their own Node, Lease and CSINode, mirror pods and
 * the status of pods on their node, and get tokens only for such pods. The node authorizer decides
 * by names; what only the object tells is decided here.
 */
public final class NodeRestriction implements MutatingAdmission {
  private final ObjectReader reader;
  private final Authorizer authorizer;

  public NodeRestriction(ObjectReader reader, Authorizer authorizer) {
    this.reader = reader;
    this.authorizer = authorizer;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation != Operation.CONNECT;
  }

  @Override
  public void admit(AdmissionRequest request) {
    Optional<NodeIdentity> identity = NodeIdentity.of(request.user());
    if (identity.isEmpty()) {
      return;
    }
    String node = identity.get().nodeName();
    if (node.isEmpty()) {
      throw Denials.forbidden(
          request, "could not determine node from user " + GoQuote.quote(request.user().name()));
    }
    switch (request.groupResource().toString()) {
      case "pods" -> pod(node, request);
      case "nodes" -> node(node, request);
      case "persistentvolumeclaims" -> claim(node, request);
      case "serviceaccounts" -> token(node, request);
      case "leases.coordination.k8s.io" -> lease(node, request);
      case "csinodes.storage.k8s.io" -> ownName(node, request, "can only access CSINode");
      case "resourceslices.resource.k8s.io" -> resourceSlice(node, request);
      case "certificatesigningrequests.certificates.k8s.io" -> signingRequest(node, request);
      default -> {
        // nothing to restrict beyond what is authorized
      }
    }
  }

  private void pod(String node, AdmissionRequest request) {
    switch (request.subresource()) {
      case "" -> {
        switch (request.operation()) {
          case CREATE -> createPod(node, request);
          case DELETE ->
              onNode(
                  request,
                  node,
                  "node %s can only delete pods with spec.nodeName set to itself"
                      .formatted(GoQuote.quote(node)));
          case UPDATE, CONNECT ->
              throw Denials.forbidden(
                  request,
                  "unexpected operation %s, node %s can only create and delete mirror pods"
                      .formatted(GoQuote.quote(request.operation().name()), GoQuote.quote(node)));
        }
      }
      case "status" -> podStatus(node, request);
      case "eviction" ->
          onNode(
              request,
              node,
              "node %s can only evict pods with spec.nodeName set to itself".formatted(node));
      default ->
          throw Denials.forbidden(
              request,
              "unexpected pod subresource %s, only 'status' and 'eviction' are allowed"
                  .formatted(GoQuote.quote(request.subresource())));
    }
  }

  private void createPod(String node, AdmissionRequest request) {
    JsonObject pod = request.requireObject();
    String quoted = GoQuote.quote(node);
    if (!Pods.isMirror(pod)) {
      throw Denials.forbidden(
          request,
          "pod does not have \"kubernetes.io/config.mirror\" annotation, node %s can only create mirror pods"
              .formatted(quoted));
    }
    if (!pod.objectOrEmpty("spec").string("nodeName").equals(node)) {
      throw Denials.forbidden(
          request,
          "node %s can only create pods with spec.nodeName set to itself".formatted(quoted));
    }
    List<JsonObject> owners = pod.objectOrEmpty("metadata").objects("ownerReferences");
    if (owners.size() > 1) {
      throw Denials.forbidden(
          request,
          "node %s can only create pods with a single owner reference set to itself"
              .formatted(quoted));
    }
    if (owners.isEmpty()
        || !owners.getFirst().string("apiVersion").equals("v1")
        || !owners.getFirst().string("kind").equals("Node")
        || !owners.getFirst().string("name").equals(node)) {
      throw Denials.forbidden(
          request,
          "node %s can only create pods with an owner reference set to itself".formatted(quoted));
    }
    JsonObject owner = owners.getFirst();
    if (!owner.bool("controller")) {
      throw Denials.forbidden(
          request,
          "node %s can only create pods with a controller owner reference set to itself"
              .formatted(quoted));
    }
    if (owner.bool("blockOwnerDeletion")) {
      throw Denials.forbidden(
          request,
          "node %s must not set blockOwnerDeletion on an owner reference".formatted(quoted));
    }
    String uid = existing("nodes", "", node).objectOrEmpty("metadata").string("uid");
    if (!owner.string("uid").equals(uid)) {
      throw Denials.forbidden(
          request,
          "node %s UID mismatch: expected %s got %s".formatted(node, owner.string("uid"), uid));
    }
    checkNoReferences(node, request, pod);
  }

  private static void checkNoReferences(String node, AdmissionRequest request, JsonObject pod) {
    String resource =
        !pod.objectOrEmpty("spec").string("serviceAccountName").isEmpty()
            ? "serviceaccounts"
            : !PodReferences.secretNames(pod).isEmpty()
                ? "secrets"
                : !PodReferences.configMapNames(pod).isEmpty()
                    ? "configmaps"
                    : !PodReferences.claimNames(pod).isEmpty()
                        ? "persistentvolumeclaims"
                        : !pod.objectOrEmpty("spec").objects("resourceClaims").isEmpty()
                            ? "resourceclaims"
                            : "";
    if (!resource.isEmpty()) {
      throw Denials.forbidden(
          request,
          "node %s can not create pods that reference %s".formatted(GoQuote.quote(node), resource));
    }
  }

  private static void podStatus(String node, AdmissionRequest request) {
    JsonObject old = request.oldObject();
    if (request.operation() != Operation.UPDATE || old == null) {
      throw Denials.forbidden(
          request, "unexpected operation " + GoQuote.quote(request.operation().name()));
    }
    String quoted = GoQuote.quote(node);
    if (!old.objectOrEmpty("spec").string("nodeName").equals(node)) {
      throw Denials.forbidden(
          request,
          "node %s can only update pod status for pods with spec.nodeName set to itself"
              .formatted(quoted));
    }
    JsonObject pod = request.requireObject();
    if (!old.objectOrEmpty("metadata")
        .stringMap("labels")
        .equals(pod.objectOrEmpty("metadata").stringMap("labels"))) {
      throw Denials.forbidden(
          request, "node %s cannot update labels through pod status".formatted(quoted));
    }
    if (!old.objectOrEmpty("status")
        .objects("resourceClaimStatuses")
        .equals(pod.objectOrEmpty("status").objects("resourceClaimStatuses"))) {
      throw Denials.forbidden(
          request, "node %s cannot update resource claim statues".formatted(quoted));
    }
    if (!Objects.equals(
        old.objectOrEmpty("status").get("extendedResourceClaimStatus"),
        pod.objectOrEmpty("status").get("extendedResourceClaimStatus"))) {
      throw Denials.forbidden(
          request, "node %s cannot update extended resource claim status".formatted(quoted));
    }
  }

  private void onNode(AdmissionRequest request, String node, String refusal) {
    JsonObject pod = existing("pods", request.namespace(), request.name());
    if (!pod.objectOrEmpty("spec").string("nodeName").equals(node)) {
      throw Denials.forbidden(request, refusal);
    }
  }

  private static void node(String node, AdmissionRequest request) {
    String name = Denials.name(request);
    String quoted = GoQuote.quote(node);
    if (!name.equals(node)) {
      throw Denials.forbidden(
          request,
          "node %s is not allowed to modify node %s".formatted(quoted, GoQuote.quote(name)));
    }
    if (request.operation() == Operation.CREATE) {
      Set<String> forbidden = NodeLabels.forbidden(request.requireObject(), new JsonObject());
      if (!forbidden.isEmpty()) {
        throw Denials.forbidden(
            request,
            "node %s is not allowed to set the following labels: %s"
                .formatted(quoted, String.join(", ", forbidden)));
      }
    }
    JsonObject old = request.oldObject();
    if (request.operation() == Operation.UPDATE && old != null) {
      JsonObject changed = request.requireObject();
      if (!old.objectOrEmpty("spec")
          .objects("taints")
          .equals(changed.objectOrEmpty("spec").objects("taints"))) {
        throw Denials.forbidden(
            request, "node %s is not allowed to modify taints".formatted(quoted));
      }
      if (!old.objectOrEmpty("metadata")
          .objects("ownerReferences")
          .equals(changed.objectOrEmpty("metadata").objects("ownerReferences"))) {
        throw Denials.forbidden(
            request, "node %s is not allowed to modify ownerReferences".formatted(quoted));
      }
      Set<String> forbidden = NodeLabels.forbidden(changed, old);
      if (!forbidden.isEmpty()) {
        throw Denials.forbidden(
            request, "is not allowed to modify labels: " + String.join(", ", forbidden));
      }
    }
  }

  private static void claim(String node, AdmissionRequest request) {
    JsonObject old = request.oldObject();
    if (!request.subresource().equals("status")
        || request.operation() != Operation.UPDATE
        || old == null) {
      throw Denials.forbidden(request, "may only update PVC status");
    }
    if (!comparable(old).equals(comparable(request.requireObject()))) {
      throw Denials.forbidden(
          request,
          "node %s is not allowed to update fields other than status.quantity and status.conditions"
              .formatted(GoQuote.quote(node)));
    }
  }

  private static JsonObject comparable(JsonObject claim) {
    JsonObject copy = claim.deepCopy();
    copy.ensureObject("metadata").keySet().removeAll(List.of("resourceVersion", "managedFields"));
    copy.ensureObject("status")
        .keySet()
        .removeAll(
            List.of("capacity", "conditions", "allocatedResources", "allocatedResourceStatuses"));
    return copy;
  }

  private void token(String node, AdmissionRequest request) {
    if (request.operation() != Operation.CREATE || !request.subresource().equals("token")) {
      return;
    }
    JsonObject spec = request.requireObject().objectOrEmpty("spec");
    JsonObject reference = spec.objectOrEmpty("boundObjectRef");
    if (!reference.string("apiVersion").equals("v1")
        || !reference.string("kind").equals("Pod")
        || reference.string("name").isEmpty()) {
      throw Denials.forbidden(request, "node requested token not bound to a pod");
    }
    String uid = reference.string("uid");
    if (uid.isEmpty()) {
      throw Denials.forbidden(request, "node requested token with a pod binding without a uid");
    }
    JsonObject pod = existing("pods", request.namespace(), reference.string("name"));
    if (!pod.objectOrEmpty("metadata").string("uid").equals(uid)) {
      throw Denials.forbidden(
          request,
          ("the UID in the bound object reference (%s) does not match the UID in record. The object"
                  + " might have been deleted and then recreated")
              .formatted(uid));
    }
    if (!pod.objectOrEmpty("spec").string("nodeName").equals(node)) {
      throw Denials.forbidden(
          request, "node requested token bound to a pod scheduled on a different node");
    }
    checkAudience(request, spec.strings("audiences"), pod);
  }

  /** A kubelet gets tokens only for audiences that the pod's own volumes ask for (KEP-4412). */
  private void checkAudience(AdmissionRequest request, List<String> audiences, JsonObject pod) {
    if (audiences.size() > 1) {
      throw Denials.forbidden(request, "node may only request 0 or 1 audiences");
    }
    String audience = audiences.isEmpty() ? "" : audiences.getFirst();
    for (JsonObject volume : pod.objectOrEmpty("spec").objects("volumes")) {
      for (JsonObject source : volume.objectOrEmpty("projected").objects("sources")) {
        JsonObject token = source.object("serviceAccountToken");
        if (token != null && token.string("audience").equals(audience)) {
          return;
        }
      }
      String driver = volume.objectOrEmpty("csi").string("driver");
      if (!driver.isEmpty() && driverAsks(driver, audience)) {
        return;
      }
      String claim = volume.objectOrEmpty("persistentVolumeClaim").string("claimName");
      if (!claim.isEmpty() && driverAsks(driverOf(request.namespace(), claim), audience)) {
        return;
      }
    }
    RequestAttributes asks =
        RequestAttributes.resource(
            request.user(),
            "request-serviceaccounts-token-audience",
            request.namespace(),
            "",
            audience,
            "",
            request.name());
    if (!authorizer.authorize(asks).allowed()) {
      throw Denials.forbidden(
          request,
          "audience %s not found in pod spec volume, %s is not authorized to request tokens for this audience"
              .formatted(GoQuote.quote(audience), request.user().name()));
    }
  }

  private String driverOf(String namespace, String claimName) {
    JsonObject claim =
        reader.get(new GroupResource("", "persistentvolumeclaims"), namespace, claimName);
    if (claim == null) {
      return "";
    }
    JsonObject volume =
        reader.get(
            new GroupResource("", "persistentvolumes"),
            "",
            claim.objectOrEmpty("spec").string("volumeName"));
    return volume == null ? "" : volume.objectOrEmpty("spec").objectOrEmpty("csi").string("driver");
  }

  private boolean driverAsks(String driverName, String audience) {
    JsonObject driver =
        driverName.isEmpty()
            ? null
            : reader.get(new GroupResource("storage.k8s.io", "csidrivers"), "", driverName);
    return driver != null
        && driver.objectOrEmpty("spec").objects("tokenRequests").stream()
            .anyMatch(request -> request.string("audience").equals(audience));
  }

  private static void lease(String node, AdmissionRequest request) {
    if (!request.namespace().equals("kube-node-lease")) {
      throw Denials.forbidden(
          request, "can only access leases in the \"kube-node-lease\" system namespace");
    }
    ownName(node, request, "can only access node lease");
  }

  private static void ownName(String node, AdmissionRequest request, String start) {
    if (!Denials.name(request).equals(node)) {
      throw Denials.forbidden(request, start + " with the same name as the requesting node");
    }
  }

  private static void resourceSlice(String node, AdmissionRequest request) {
    if (request.operation() == Operation.CREATE
        && !request.requireObject().objectOrEmpty("spec").string("nodeName").equals(node)) {
      throw Denials.forbidden(
          request, "can only create ResourceSlice with the same NodeName as the requesting node");
    }
  }

  /** A kubelet asks only for certificates in its own name. */
  private static void signingRequest(String node, AdmissionRequest request) {
    if (request.operation() != Operation.CREATE || !request.subresource().isEmpty()) {
      return;
    }
    JsonObject spec = request.requireObject().objectOrEmpty("spec");
    if (!Set.of("kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet")
        .contains(spec.string("signerName"))) {
      return;
    }
    String name;
    try {
      name =
          dev.javernetes.pki.CertificateSigningRequest.parse(signingRequestBytes(spec))
              .commonName();
    } catch (dev.javernetes.pki.PkiException unreadable) {
      throw Denials.forbidden(request, "unable to parse csr: " + unreadable.getMessage());
    }
    if (!name.equals("system:node:" + node)) {
      throw Denials.forbidden(request, "can only create a node CSR with CN=system:node:" + node);
    }
  }

  private static byte[] signingRequestBytes(JsonObject spec) {
    return dev.javernetes.apiserver.certificates.EncodedRequest.der(spec.string("request"));
  }

  private JsonObject existing(String resource, String namespace, String name) {
    GroupResource groupResource = new GroupResource("", resource);
    JsonObject object = reader.get(groupResource, namespace, name);
    if (object == null) {
      throw ApiException.notFound(groupResource, name);
    }
    return object;
  }
}
