package dev.javernetes.api.model;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.function.Function;

/**
 * A kind together with where it is served and how it is read, as the typed client wants it: {@code
 * client.list(Pod.TYPE, "default")}.
 *
 * @param plural {@code pods}
 */
public record ResourceType<T>(
    GroupVersionKind kind, String plural, boolean namespaced, Function<JsonObject, T> fromJson) {

  public GroupVersionResource resource() {
    return new GroupVersionResource(kind.group(), kind.version(), plural);
  }

  @Override
  public String toString() {
    return resource().toString();
  }
}
