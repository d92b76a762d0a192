package dev.javernetes.client;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.meta.v1.ObjectMeta;

/**
 * Which object an event is about. {@code fieldPath} may name a part: {@code spec.containers{web}}.
 */
public record ObjectRef(
    String apiVersion,
    String kind,
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    String fieldPath) {

  public static ObjectRef of(KubernetesObject object) {
    ObjectMeta metadata = object.metadata();
    return new ObjectRef(
        object.groupVersionKind().apiVersion(),
        object.groupVersionKind().kind(),
        metadata.namespace(),
        metadata.name(),
        metadata.uid(),
        metadata.resourceVersion(),
        "");
  }

  public static ObjectRef of(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    return new ObjectRef(
        object.string("apiVersion"),
        object.string("kind"),
        metadata.string("namespace"),
        metadata.string("name"),
        metadata.string("uid"),
        metadata.string("resourceVersion"),
        "");
  }

  public ObjectRef at(String path) {
    return new ObjectRef(apiVersion, kind, namespace, name, uid, resourceVersion, path);
  }

  ObjectRef atResourceVersion(String version) {
    return new ObjectRef(apiVersion, kind, namespace, name, uid, version, fieldPath);
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    put(json, "kind", kind);
    put(json, "namespace", namespace);
    put(json, "name", name);
    put(json, "uid", uid);
    put(json, "apiVersion", apiVersion);
    put(json, "resourceVersion", resourceVersion);
    put(json, "fieldPath", fieldPath);
    return json;
  }

  private static void put(JsonObject json, String name, String value) {
    if (!value.isEmpty()) {
      json.put(name, value);
    }
  }
}
