package dev.javernetes.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A cache of the objects of one type, kept up by a watch, and the changes as they come.
 *
 * <pre>{@code
 * Informer<Pod> pods = informers.of(Pod.TYPE);
 * Informer.Index<Pod> byNode = pods.index("node", pod -> List.of(pod.spec().nodeName()));
 * pods.handle(EventHandler.each(pod -> queue.add(pod.spec().nodeName())));
 * informers.start();
 * for (Pod pod : byNode.get("node-1")) { … }
 * }</pre>
 *
 * <p>What is read here may lag behind the server, and all of it belongs to one point in time or an
 * earlier one: never modify what you read, expect a Conflict when you write.
 */
public interface Informer<T> {

  /** The objects for which a function yields a value. */
  interface Index<T> {
    List<T> get(String value);

    /** All values that some object has. */
    List<String> values();
  }

  /** Takes a handler off again. */
  interface Registration extends AutoCloseable {
    /** Whether the handler has been told of all that was there in the beginning. */
    boolean hasSynced();

    @Override
    void close();
  }

  Optional<T> get(ObjectKey key);

  default Optional<T> get(String namespace, String name) {
    return get(new ObjectKey(namespace, name));
  }

  List<T> list();

  List<T> list(String namespace);

  /** An index of this name; the one that is there already if there is one. */
  Index<T> index(String name, Function<T, ? extends Collection<String>> values);

  /** The handler is told what is there already, then every change. */
  Registration handle(EventHandler<T> handler);

  /** Like {@link #handle}, and told every object again as a change each {@code resync}. */
  Registration handle(EventHandler<T> handler, Duration resync);

  /** Whether the first list is in the cache and every handler knows it. */
  boolean hasSynced();

  /** Waits for {@link #hasSynced}; false if it took longer than {@code patience}. */
  boolean awaitSynced(Duration patience) throws InterruptedException;

  /** The cache is at this version or a newer one; 0 before the first list. */
  long resourceVersion();
}
