package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.api.machinery.json.JsonObject;

/** The role that a binding grants: kind {@code ClusterRole} or {@code Role} and its name. */
public record RoleReference(String apiGroup, String kind, String name) {
  static RoleReference of(JsonObject binding) {
    JsonObject reference = binding.objectOrEmpty("roleRef");
    return new RoleReference(
        reference.string("apiGroup"), reference.string("kind"), reference.string("name"));
  }

  boolean isClusterRole() {
    return kind.equals("ClusterRole");
  }
}
