package dev.javernetes.apiserver.watchcache;

import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Feeds every resource's cache from one watch on the whole store, in revision order; so "the caches
 * have reached revision 42" is one number, which makes a consistent read cheap (KEP-2340): ask the
 * store for its revision, wait until the feed has reached it, answer from memory.
 */
public final class StoreFeed implements AutoCloseable {
  private static final String ROOT = "/registry/";
  private static final int PAGE = 2_000;

  private final Store store;
  private final LongSupplier nanoTime;
  private final ConcurrentSkipListMap<String, ResourceCache> caches = new ConcurrentSkipListMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private volatile long revision;
  private volatile @Nullable WatchHandle watch;
  private volatile boolean closed;

  public StoreFeed(Store store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
  }

  /** Loads the resources in parallel and starts to follow the store. */
  public void start(List<ResourceDefinition> definitions, StoredForm.ProtobufDecoder protobuf) {
    for (ResourceDefinition definition : definitions) {
      register(definition, protobuf);
    }
    loadAll();
  }

  private ResourceCache register(
      ResourceDefinition definition, StoredForm.ProtobufDecoder protobuf) {
    ResourceCache cache =
        new ResourceCache(
            definition, new StoredForm(definition, protobuf), nanoTime, () -> revision);
    caches.put(definition.storagePrefix(), cache);
    return cache;
  }

  private void loadAll() {
    lock.lock();
    try {
      long at = store.revision();
      List<Future<?>> loading = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (ResourceCache cache : caches.values()) {
          loading.add(threads.submit(() -> load(cache, at)));
        }
        for (Future<?> one : loading) {
          one.get();
        }
      } catch (ExecutionException problem) {
        if (problem.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(problem.getCause());
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while loading", stopped);
      }
      revision = at;
      watch =
          store.watch(
              WatchRequest.of(KeyRange.prefix(ROOT)).withStartRevision(at + 1).withProgressNotify(),
              new Listener());
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void load(ResourceCache cache, long at) {
    List<dev.javernetes.etcd.mvcc.KeyValue> stored = new ArrayList<>();
    String prefix = cache.definition().storagePrefix();
    KeyRange range = KeyRange.prefix(prefix);
    while (true) {
      RangeResult page = store.range(RangeRequest.of(range).withRevision(at).withLimit(PAGE));
      stored.addAll(page.kvs());
      if (!page.more()) {
        break;
      }
      range = new KeyRange(page.kvs().getLast().key().successor(), range.end());
    }
    cache.load(stored, at);
  }

  /** Starts to cache one more resource, or one whose definition has changed. */
  public ResourceCache add(ResourceDefinition definition, StoredForm.ProtobufDecoder protobuf) {
    lock.lock(); // the listener takes it too: no event passes between loading and registering
    try {
      ResourceCache former = caches.remove(definition.storagePrefix());
      ResourceCache cache =
          new ResourceCache(
              definition, new StoredForm(definition, protobuf), nanoTime, () -> revision);
      load(cache, revision);
      caches.put(definition.storagePrefix(), cache);
      if (former != null) {
        former.endWatches();
      }
      return cache;
    } finally {
      lock.unlock();
    }
  }

  public void remove(ResourceDefinition definition) {
    ResourceCache former = caches.remove(definition.storagePrefix());
    if (former != null) {
      former.endWatches();
    }
  }

  /** {@code null} if the resource is not cached. */
  public @Nullable ResourceCache cache(ResourceDefinition definition) {
    return caches.get(definition.storagePrefix());
  }

  /** Everything up to this revision is in the caches. */
  public long revision() {
    return revision;
  }

  /** Waits until the caches hold everything the store holds now; false if that takes too long. */
  public boolean catchUp(long timeoutMillis) {
    return await(store.revision(), timeoutMillis);
  }

  /** Waits until the caches have reached {@code wanted}; false if that takes too long. */
  public boolean await(long wanted, long timeoutMillis) {
    if (revision >= wanted) {
      return true;
    }
    long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lock();
    try {
      while (revision < wanted && !closed) {
        if (left <= 0) {
          return false;
        }
        // a revision that touched no key of ours comes without an event: ask how far we are
        long step = Math.min(left, TimeUnit.MILLISECONDS.toNanos(20));
        long rest = advanced.awaitNanos(step);
        left -= step - Math.max(rest, 0);
        WatchHandle running = watch;
        if (rest <= 0 && revision < wanted && running != null) {
          running.requestProgress();
        }
      }
      return revision >= wanted;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  public void endWatches() {
    caches.values().forEach(ResourceCache::endWatches);
  }

  @Override
  public void close() {
    closed = true;
    WatchHandle running = watch;
    if (running != null) {
      running.close();
    }
    endWatches();
  }

  private final class Listener implements WatchListener {
    @Override
    public void onEvents(List<Event> events, long upTo) {
      lock.lock();
      try {
        for (Event event : events) {
          ResourceCache cache = cacheOf(event.kv().key().toUtf8());
          if (cache != null) {
            // watches registered meanwhile read this as "known up to here"
            revision = Math.max(revision, event.revision() - 1);
            cache.apply(event);
          }
        }
        reached(upTo);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onProgress(long upTo) {
      lock.lock();
      try {
        reached(upTo);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onCancel(StoreException reason) {
      if (!closed && reason.reason() == StoreException.Reason.COMPACTED) {
        loadAll();
      }
    }

    private void reached(long upTo) {
      if (upTo > revision) {
        revision = upTo;
        advanced.signalAll();
      }
    }

    private @Nullable ResourceCache cacheOf(String key) {
      Map.Entry<String, ResourceCache> candidate = caches.floorEntry(key);
      return candidate != null && key.startsWith(candidate.getKey()) ? candidate.getValue() : null;
    }
  }
}
