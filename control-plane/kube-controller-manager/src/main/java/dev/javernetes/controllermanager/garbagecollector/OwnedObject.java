package dev.javernetes.controllermanager.garbagecollector;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.client.Discovery;

/** An object of any kind, without all that the garbage collector does not look at. */
record OwnedObject(GroupVersionKind kind, ObjectMeta metadata) implements KubernetesObject {

  static ResourceType<OwnedObject> type(Discovery.Resource resource) {
    GroupVersionKind kind = resource.kind();
    return new ResourceType<>(
        kind,
        resource.resource().resource(),
        resource.namespaced(),
        json -> new OwnedObject(kind, slim(ObjectMeta.fromJson(json.objectOrEmpty("metadata")))));
  }

  static ObjectMeta slim(ObjectMeta metadata) {
    return ObjectMeta.builder()
        .name(metadata.name())
        .namespace(metadata.namespace())
        .uid(metadata.uid())
        .resourceVersion(metadata.resourceVersion())
        .deletionTimestamp(metadata.deletionTimestamp())
        .ownerReferences(metadata.ownerReferences())
        .finalizers(metadata.finalizers())
        .build();
  }

  @Override
  public GroupVersionKind groupVersionKind() {
    return kind;
  }

  @Override
  public JsonObject toJson() {
    return JsonObject.of(
        "apiVersion", kind.apiVersion(), "kind", kind.kind(), "metadata", metadata.toJson());
  }

  @Override
  public OwnedObject withMetadata(ObjectMeta changed) {
    return new OwnedObject(kind, changed);
  }
}
