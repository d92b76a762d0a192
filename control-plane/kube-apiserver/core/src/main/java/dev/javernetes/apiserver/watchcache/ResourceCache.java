package dev.javernetes.apiserver.watchcache;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one resource, the last changes, and who watches them. Changes come in revision
 * order from {@link StoreFeed}; a list is a snapshot at one revision.
 *
 * <p>Changes of the last {@value #HISTORY_SECONDS} seconds (at most {@value #HISTORY_LIMIT}) are
 * kept for watches that resume; one that starts before them is refused with 410.
 */
public final class ResourceCache {
  private static final int HISTORY_LIMIT = 16_384;
  private static final int HISTORY_MINIMUM = 128;
  private static final int HISTORY_SECONDS = 75;

  /** Objects of one moment. */
  public record Snapshot(List<CachedObject> objects, long revision, int beyondLimit) {}

  private final ResourceDefinition definition;
  private final StoredForm form;
  private final LongSupplier nanoTime;
  private final LongSupplier feedRevision;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final TreeMap<String, CachedObject> objects = new TreeMap<>();
  private final ArrayDeque<CacheEvent> history = new ArrayDeque<>();
  private final Map<String, Set<CacheWatch>> watchesByNamespace = new HashMap<>();
  private long knownFrom;
  private long applied;

  ResourceCache(
      ResourceDefinition definition,
      StoredForm form,
      LongSupplier nanoTime,
      LongSupplier feedRevision) {
    this.definition = definition;
    this.form = form;
    this.nanoTime = nanoTime;
    this.feedRevision = feedRevision;
  }

  public ResourceDefinition definition() {
    return definition;
  }

  public StoredForm form() {
    return form;
  }

  /** Starts over with what is in the store at {@code revision}; running watches end. */
  void load(List<KeyValue> stored, long revision) {
    List<CacheWatch> running = new ArrayList<>();
    lock.writeLock().lock();
    try {
      objects.clear();
      history.clear();
      for (KeyValue kv : stored) {
        CachedObject object = form.read(kv);
        objects.put(object.key(), object);
      }
      knownFrom = revision;
      watchesByNamespace.values().forEach(running::addAll);
    } finally {
      lock.writeLock().unlock();
    }
    running.forEach(CacheWatch::end);
  }

  /** Takes one change of the store; the feed's thread alone calls this. */
  void apply(Event event) {
    String key = event.kv().key().toUtf8().substring(definition.storagePrefix().length());
    CachedObject fresh = event.type() == Event.Type.PUT ? form.read(event.kv()) : null;
    List<CacheWatch> told;
    CacheEvent change;
    lock.writeLock().lock();
    try {
      CachedObject previous = fresh == null ? objects.remove(key) : objects.put(key, fresh);
      if (fresh == null && previous == null) {
        return;
      }
      if (fresh == null) {
        change =
            new CacheEvent(
                CacheEvent.Type.DELETED,
                java.util.Objects.requireNonNull(previous).withRevision(event.revision()),
                previous,
                nanoTime.getAsLong());
      } else {
        change =
            new CacheEvent(
                previous == null ? CacheEvent.Type.ADDED : CacheEvent.Type.MODIFIED,
                fresh,
                previous,
                nanoTime.getAsLong());
      }
      applied = event.revision();
      remember(change);
      told = concerned(change.object().namespace());
    } finally {
      lock.writeLock().unlock();
    }
    for (CacheWatch watch : told) {
      watch.offer(change);
    }
  }

  private void remember(CacheEvent change) {
    history.add(change);
    long oldest = change.nanoTime() - HISTORY_SECONDS * 1_000_000_000L;
    while (history.size() > HISTORY_LIMIT
        || (history.size() > HISTORY_MINIMUM && history.getFirst().nanoTime() < oldest)) {
      knownFrom = history.removeFirst().revision();
    }
  }

  private List<CacheWatch> concerned(String namespace) {
    if (watchesByNamespace.isEmpty()) {
      return List.of();
    }
    List<CacheWatch> told = new ArrayList<>(watchesByNamespace.getOrDefault("", Set.of()));
    if (!namespace.isEmpty()) {
      told.addAll(watchesByNamespace.getOrDefault(namespace, Set.of()));
    }
    return told;
  }

  public @Nullable CachedObject get(String namespace, String name) {
    String key = definition.namespaced() ? namespace + "/" + name : name;
    lock.readLock().lock();
    try {
      return objects.get(key);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Objects that match, in key order.
   *
   * @param limit at most so many, 0 for all
   */
  public Snapshot list(ObjectFilter filter, int limit) {
    lock.readLock().lock();
    try {
      // read under the lock: everything up to this revision is in the map
      long revision = currentRevision();
      NavigableMap<String, CachedObject> range = range(filter.namespace());
      if (filter.selectsNothingOut() && limit == 0) {
        return new Snapshot(new ArrayList<>(range.values()), revision, 0);
      }
      List<CachedObject> found = new ArrayList<>();
      int beyond = 0;
      for (CachedObject object : range.values()) {
        if (!filter.matches(object)) {
          continue;
        }
        if (limit > 0 && found.size() == limit) {
          beyond++;
        } else {
          found.add(object);
        }
      }
      return new Snapshot(found, revision, beyond);
    } finally {
      lock.readLock().unlock();
    }
  }

  private NavigableMap<String, CachedObject> range(String namespace) {
    // '0' follows '/': all keys that start with "namespace/"
    return namespace.isEmpty() || !definition.namespaced()
        ? objects
        : objects.subMap(namespace + "/", true, namespace + "0", false);
  }

  /** How many objects there are. */
  public int size() {
    lock.readLock().lock();
    try {
      return objects.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * A watch of everything after {@code revision}. {@code -1}: of the present state and what comes
   * after it.
   *
   * @param endOfInitialEvents whether to tell by a bookmark that the present state is complete
   */
  public CacheWatch watch(
      ObjectFilter filter, long revision, EventEncoder encoder, boolean endOfInitialEvents) {
    lock.writeLock().lock();
    try {
      long current = currentRevision();
      if (revision < 0) {
        CacheWatch watch = new CacheWatch(this, filter, encoder, current);
        watch.startWith(matching(filter));
        if (endOfInitialEvents) {
          watch.bookmark(current, true);
        }
        register(watch);
        return watch;
      }
      CacheWatch watch = new CacheWatch(this, filter, encoder, revision);
      if (revision < knownFrom) {
        watch.fail(tooOld(revision, knownFrom));
        return watch;
      }
      for (CacheEvent event : history) {
        watch.offer(event);
      }
      if (endOfInitialEvents) {
        watch.bookmark(Math.max(current, revision), true);
      }
      register(watch);
      return watch;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Everything up to this revision is in the map; under the lock only. */
  private long currentRevision() {
    return Math.max(Math.max(feedRevision.getAsLong(), knownFrom), applied);
  }

  private List<CachedObject> matching(ObjectFilter filter) {
    List<CachedObject> found = new ArrayList<>();
    for (CachedObject object : range(filter.namespace()).values()) {
      if (filter.matches(object)) {
        found.add(object);
      }
    }
    return found;
  }

  private void register(CacheWatch watch) {
    watchesByNamespace
        .computeIfAbsent(watch.filter().namespace(), unused -> new LinkedHashSet<>())
        .add(watch);
  }

  void remove(CacheWatch watch) {
    lock.writeLock().lock();
    try {
      Set<CacheWatch> watches = watchesByNamespace.get(watch.filter().namespace());
      if (watches != null && watches.remove(watch) && watches.isEmpty()) {
        watchesByNamespace.remove(watch.filter().namespace());
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Ends all watches: the server stops, or the resource is no longer served. */
  void endWatches() {
    List<CacheWatch> running = new ArrayList<>();
    lock.readLock().lock();
    try {
      watchesByNamespace.values().forEach(running::addAll);
    } finally {
      lock.readLock().unlock();
    }
    running.forEach(CacheWatch::end);
  }

  private static JsonObject tooOld(long asked, long oldest) {
    return ApiException.of(
            StatusReason.EXPIRED, "too old resource version: " + asked + " (" + oldest + ")")
        .status();
  }
}
