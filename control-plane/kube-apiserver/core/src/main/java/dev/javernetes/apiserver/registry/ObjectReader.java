package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects for the server's own use (authorizers, admission plug-ins, strategies): from the
 * watch cache, in the storage version, without authorization. A returned tree is the caller's own.
 */
public interface ObjectReader {

  /** {@code null} if there is none; the name space of a cluster-scoped object is {@code ""}. */
  @Nullable JsonObject get(GroupResource resource, String namespace, String name);

  /** All objects of a namespace, of all namespaces for {@code ""}. */
  List<JsonObject> list(GroupResource resource, String namespace);

  /**
   * Tells {@code listener} of every object there is and then of every change, one call at a time;
   * returns once it has been told of all that are there. For indexes held in memory.
   */
  AutoCloseable watch(GroupResource resource, ObjectListener listener);

  /** Receives objects as they are and change. Trees must not be changed. */
  interface ObjectListener {
    void changed(JsonObject object);

    void deleted(JsonObject lastState);
  }
}
