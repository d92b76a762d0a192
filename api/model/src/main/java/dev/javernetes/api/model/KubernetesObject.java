package dev.javernetes.api.model;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.meta.v1.ObjectMeta;

/** An object of the API as an immutable record: a Pod, a Deployment, a TokenReview. */
public interface KubernetesObject {
  ObjectMeta metadata();

  GroupVersionKind groupVersionKind();

  /** The tree with {@code kind} and {@code apiVersion}; absent members are not written. */
  JsonObject toJson();

  /** The same object with other metadata; its type stays the caller's. */
  KubernetesObject withMetadata(ObjectMeta metadata);
}
