package dev.javernetes.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The objects that an informer knows, by key and by index. One writer (the informer's thread), any
 * number of readers. A list that was handed out never changes; asking again without a change in
 * between gives the same list back.
 */
final class InformerCache<T> {

  /** One object with what the informer must know of it. */
  record Entry<T>(ObjectKey key, String uid, String resourceVersion, T object) {}

  private final Map<ObjectKey, Entry<T>> entries = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Bucket<T> all = new Bucket<>();
  private final Map<String, CachedIndex<T>> indexes = new LinkedHashMap<>();
  private final CachedIndex<T> byNamespace;

  InformerCache() {
    byNamespace = new CachedIndex<>(lock, null);
    indexes.put("namespace", byNamespace);
  }

  @Nullable Entry<T> get(ObjectKey key) {
    return entries.get(key);
  }

  int size() {
    return entries.size();
  }

  Set<ObjectKey> keys() {
    return Set.copyOf(entries.keySet());
  }

  List<T> list() {
    lock.lock();
    try {
      return all.snapshot();
    } finally {
      lock.unlock();
    }
  }

  List<T> list(String namespace) {
    return byNamespace.get(namespace);
  }

  Informer.Index<T> index(String name, Function<T, ? extends Collection<String>> values) {
    lock.lock();
    try {
      CachedIndex<T> present = indexes.get(name);
      if (present != null) {
        return present;
      }
      CachedIndex<T> created = new CachedIndex<>(lock, values);
      entries.values().forEach(created::insert);
      indexes.put(name, created);
      return created;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Entry<T> put(Entry<T> entry) {
    lock.lock();
    try {
      Entry<T> before = entries.put(entry.key, entry);
      all.put(entry);
      for (CachedIndex<T> index : indexes.values()) {
        if (before != null) {
          index.remove(before);
        }
        index.insert(entry);
      }
      return before;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Entry<T> remove(ObjectKey key) {
    lock.lock();
    try {
      Entry<T> before = entries.remove(key);
      if (before != null) {
        all.remove(key);
        indexes.values().forEach(index -> index.remove(before));
      }
      return before;
    } finally {
      lock.unlock();
    }
  }

  /** Some of the objects, with the list last handed out. */
  private static final class Bucket<T> {
    private final Map<ObjectKey, T> objects = new LinkedHashMap<>();
    private @Nullable List<T> snapshot;

    void put(Entry<T> entry) {
      objects.put(entry.key, entry.object);
      snapshot = null;
    }

    boolean remove(ObjectKey key) {
      objects.remove(key);
      snapshot = null;
      return objects.isEmpty();
    }

    List<T> snapshot() {
      List<T> list = snapshot;
      if (list == null) {
        list = List.copyOf(objects.values());
        snapshot = list;
      }
      return list;
    }
  }

  /** Index values to buckets; shares the cache's lock. */
  private static final class CachedIndex<T> implements Informer.Index<T> {
    private final ReentrantLock lock;
    private final @Nullable Function<T, ? extends Collection<String>> values;
    private final Map<String, Bucket<T>> buckets = new HashMap<>();

    CachedIndex(ReentrantLock lock, @Nullable Function<T, ? extends Collection<String>> values) {
      this.lock = lock;
      this.values = values;
    }

    @Override
    public List<T> get(String value) {
      lock.lock();
      try {
        Bucket<T> bucket = buckets.get(value);
        return bucket == null ? List.of() : bucket.snapshot();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public List<String> values() {
      lock.lock();
      try {
        return new ArrayList<>(buckets.keySet());
      } finally {
        lock.unlock();
      }
    }

    void insert(Entry<T> entry) {
      for (String value : valuesOf(entry)) {
        buckets.computeIfAbsent(value, v -> new Bucket<>()).put(entry);
      }
    }

    void remove(Entry<T> entry) {
      for (String value : valuesOf(entry)) {
        Bucket<T> bucket = buckets.get(value);
        if (bucket != null && bucket.remove(entry.key)) {
          buckets.remove(value);
        }
      }
    }

    private Collection<String> valuesOf(Entry<T> entry) {
      return values == null
          ? List.of(entry.key.namespace())
          : new LinkedHashSet<>(values.apply(entry.object));
    }
  }
}
