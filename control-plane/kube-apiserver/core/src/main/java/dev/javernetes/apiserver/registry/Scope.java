package dev.javernetes.apiserver.registry;

/** Whether objects live in a namespace. */
public enum Scope {
  NAMESPACED,
  CLUSTER
}
