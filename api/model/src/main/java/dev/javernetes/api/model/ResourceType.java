package dev.javernetes.api.model;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.function.Function;

/**
 * A top-level kind, where it is served, and how it is read: {@code Pod.TYPE} is v1 Pod, {@code
 * pods}, namespaced.
 */
public record ResourceType<T>(
    GroupVersionKind kind, String plural, boolean namespaced, Function<JsonObject, T> fromJson) {

  public GroupVersionResource resource() {
    return kind.groupVersion().resource(plural);
  }
}
