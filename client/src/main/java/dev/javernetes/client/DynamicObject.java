package dev.javernetes.client;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.meta.v1.ObjectMeta;

/**
 * An object of a kind that has no record: custom resources, and whatever discovery finds. The tree
 * is shared with whoever reads it: {@link JsonObject#deepCopy} before a change.
 */
public record DynamicObject(JsonObject json) implements KubernetesObject {

  public static ResourceType<DynamicObject> type(
      GroupVersionKind kind, String plural, boolean namespaced) {
    return new ResourceType<>(kind, plural, namespaced, DynamicObject::new);
  }

  @Override
  public GroupVersionKind groupVersionKind() {
    return GroupVersionKind.of(json.string("apiVersion"), json.string("kind"));
  }

  @Override
  public JsonObject toJson() {
    return json;
  }

  @Override
  public ObjectMeta metadata() {
    return ObjectMeta.fromJson(metadataJson());
  }

  @Override
  public DynamicObject withMetadata(ObjectMeta changed) {
    JsonObject copy = new JsonObject(json);
    copy.put("metadata", changed.toJson());
    return new DynamicObject(copy);
  }

  public JsonObject metadataJson() {
    return json.objectOrEmpty("metadata");
  }
}
