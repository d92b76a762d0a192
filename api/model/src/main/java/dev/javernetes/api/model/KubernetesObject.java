package dev.javernetes.api.model;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;

/** An object of a top-level kind. */
public interface KubernetesObject {
  GroupVersionKind groupVersionKind();

  /** The object as it is written on the wire, with apiVersion and kind. */
  JsonObject toJson();
}
