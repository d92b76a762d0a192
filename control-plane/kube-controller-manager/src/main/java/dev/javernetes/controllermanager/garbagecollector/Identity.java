package dev.javernetes.controllermanager.garbagecollector;

import dev.javernetes.api.model.meta.v1.OwnerReference;

/** Where an object is found: {@code apps/v1 ReplicaSet default/web-7c9} with its uid. */
record Identity(String apiVersion, String kind, String namespace, String name, String uid) {

  /** The owner that a reference names, if it is in the dependent's namespace. */
  static Identity of(OwnerReference reference, String namespace) {
    return new Identity(
        reference.apiVersion(), reference.kind(), namespace, reference.name(), reference.uid());
  }
}
