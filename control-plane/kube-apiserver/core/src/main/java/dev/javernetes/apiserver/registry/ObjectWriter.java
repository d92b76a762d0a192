package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects for the server's own use (quota, allocators, bootstrap), through strategies but
 * without authorization and admission, in the name of {@code system:apiserver}.
 */
public interface ObjectWriter {

  /** Returns what was stored; {@code ApiException} ALREADY_EXISTS … */
  JsonObject create(GroupVersionResource resource, String namespace, JsonObject object);

  /**
   * Writes the object or (with {@code subresource} such as {@code status}) a part of it; with a
   * resourceVersion in it the write is refused with CONFLICT if the object has changed since.
   */
  JsonObject update(
      GroupVersionResource resource, String namespace, JsonObject object, String subresource);

  /** Deletes at once; {@code uid} as a precondition if not {@code null}. */
  void delete(GroupVersionResource resource, String namespace, String name, @Nullable String uid);
}
