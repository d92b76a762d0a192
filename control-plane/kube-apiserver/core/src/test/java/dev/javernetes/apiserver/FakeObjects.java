package dev.javernetes.apiserver;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects in memory behind the reader and writer ports, for tests of what stands on them. */
public final class FakeObjects implements ObjectReader, ObjectWriter {
  private final Map<GroupResource, Map<String, JsonObject>> objects = new LinkedHashMap<>();
  private final Map<GroupResource, List<ObjectListener>> listeners = new LinkedHashMap<>();
  private int uids;

  public FakeObjects put(GroupResource resource, JsonObject object) {
    JsonObject metadata = object.ensureObject("metadata");
    if (!metadata.has("uid")) {
      metadata.put("uid", "uid-" + ++uids);
    }
    of(resource).put(key(metadata.string("namespace"), metadata.string("name")), object);
    listeners.getOrDefault(resource, List.of()).forEach(listener -> listener.changed(object));
    return this;
  }

  public void remove(GroupResource resource, String namespace, String name) {
    JsonObject last = of(resource).remove(key(namespace, name));
    if (last != null) {
      listeners.getOrDefault(resource, List.of()).forEach(listener -> listener.deleted(last));
    }
  }

  @Override
  public @Nullable JsonObject get(GroupResource resource, String namespace, String name) {
    JsonObject object = of(resource).get(key(namespace, name));
    return object == null ? null : object.deepCopy();
  }

  @Override
  public List<JsonObject> list(GroupResource resource, String namespace) {
    return of(resource).values().stream()
        .filter(object ->
            namespace.isEmpty()
                || namespace.equals(object.objectOrEmpty("metadata").string("namespace")))
        .map(JsonObject::deepCopy)
        .toList();
  }

  @Override
  public AutoCloseable watch(GroupResource resource, ObjectListener listener) {
    of(resource).values().forEach(listener::changed);
    listeners.computeIfAbsent(resource, unused -> new ArrayList<>()).add(listener);
    return () -> {};
  }

  @Override
  public JsonObject create(GroupVersionResource resource, String namespace, JsonObject object) {
    String name = object.objectOrEmpty("metadata").string("name");
    if (get(resource.groupResource(), namespace, name) != null) {
      throw ApiException.alreadyExists(resource.groupResource(), name);
    }
    put(resource.groupResource(), object);
    return object;
  }

  @Override
  public JsonObject update(
      GroupVersionResource resource, String namespace, JsonObject object, String subresource) {
    put(resource.groupResource(), object);
    return object;
  }

  @Override
  public void delete(
      GroupVersionResource resource, String namespace, String name, @Nullable String uid) {
    remove(resource.groupResource(), namespace, name);
  }

  private Map<String, JsonObject> of(GroupResource resource) {
    return objects.computeIfAbsent(resource, unused -> new LinkedHashMap<>());
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
