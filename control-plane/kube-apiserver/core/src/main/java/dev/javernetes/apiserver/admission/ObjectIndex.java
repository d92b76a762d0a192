package dev.javernetes.apiserver.admission;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectReader;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one resource in memory, parsed once and shared: they must not be changed. A
 * plug-in that looks at the namespace of every write asks this and not the reader, which parses
 * anew.
 */
public final class ObjectIndex implements AutoCloseable {
  private final GroupResource resource;
  private final ObjectReader reader;
  private final Map<String, Map<String, JsonObject>> byNamespace = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AutoCloseable watch;

  public ObjectIndex(ObjectReader reader, GroupResource resource) {
    this.reader = reader;
    this.resource = resource;
    this.watch =
        reader.watch(
            resource,
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject object) {
                put(object);
              }

              @Override
              public void deleted(JsonObject lastState) {
                remove(lastState);
              }
            });
  }

  /** From memory, else from the reader: the index may lag behind a write of a moment ago. */
  public @Nullable JsonObject get(String namespace, String name) {
    JsonObject known = byNamespace.getOrDefault(namespace, Map.of()).get(name);
    return known != null ? known : reader.get(resource, namespace, name);
  }

  /** Like {@link #get}, but waits for an object that is about to be made. */
  public @Nullable JsonObject await(String namespace, String name, long timeoutMillis) {
    JsonObject found = get(namespace, name);
    if (found != null) {
      return found;
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lock();
    try {
      while (nanos > 0) {
        found = byNamespace.getOrDefault(namespace, Map.of()).get(name);
        if (found != null) {
          return found;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return reader.get(resource, namespace, name);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** All of a namespace ({@code ""} for cluster-scoped resources), in no particular order. */
  public Collection<JsonObject> list(String namespace) {
    return List.copyOf(byNamespace.getOrDefault(namespace, Map.of()).values());
  }

  public boolean isEmpty(String namespace) {
    return byNamespace.getOrDefault(namespace, Map.of()).isEmpty();
  }

  private void put(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    lock.lock();
    try {
      byNamespace
          .computeIfAbsent(metadata.string("namespace"), unused -> new ConcurrentHashMap<>())
          .put(metadata.string("name"), object);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void remove(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    lock.lock();
    try {
      byNamespace.computeIfPresent(
          metadata.string("namespace"),
          (namespace, objects) -> {
            objects.remove(metadata.string("name"));
            return objects.isEmpty() ? null : objects;
          });
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws Exception {
    watch.close();
  }
}
