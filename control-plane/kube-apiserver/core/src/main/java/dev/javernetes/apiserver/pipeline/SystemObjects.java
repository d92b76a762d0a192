package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceTable;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.FrameSource.Frame;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.RequestInfo;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.watchcache.CacheEvent;
import dev.javernetes.apiserver.watchcache.CacheWatch;
import dev.javernetes.apiserver.watchcache.CachedObject;
import dev.javernetes.apiserver.watchcache.EventEncoder;
import dev.javernetes.apiserver.watchcache.ObjectFilter;
import dev.javernetes.apiserver.watchcache.ResourceCache;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The server's own access to objects, past authorization and admission. */
public final class SystemObjects implements ObjectReader, ObjectWriter {
  private static final byte[][] NOTHING = new byte[0][];

  private final StoreFeed feed;
  private final ResourceTable resources;
  private final ObjectWrites writes;
  private final ObjectDeletion deletion;
  private final Clock clock;
  private final Executor listeners;

  SystemObjects(
      StoreFeed feed,
      ResourceTable resources,
      ObjectWrites writes,
      ObjectDeletion deletion,
      Clock clock,
      Executor listeners) {
    this.feed = feed;
    this.resources = resources;
    this.writes = writes;
    this.deletion = deletion;
    this.clock = clock;
    this.listeners = listeners;
  }

  @Override
  public @Nullable JsonObject get(GroupResource resource, String namespace, String name) {
    ResourceCache cache = cache(resource);
    if (cache == null) {
      return null;
    }
    feed.catchUp(3_000);
    CachedObject object = cache.get(namespace, name);
    return object == null ? null : object.tree();
  }

  @Override
  public List<JsonObject> list(GroupResource resource, String namespace) {
    ResourceCache cache = cache(resource);
    if (cache == null) {
      return List.of();
    }
    feed.catchUp(3_000);
    List<JsonObject> trees = new ArrayList<>();
    for (CachedObject object : cache.list(ObjectFilter.all(namespace), 0).objects()) {
      trees.add(object.tree());
    }
    return trees;
  }

  @Override
  public AutoCloseable watch(GroupResource resource, ObjectListener listener) {
    ResourceCache cache = cache(resource);
    if (cache == null) {
      throw new IllegalArgumentException("not a resource: " + resource);
    }
    Following following = new Following(cache, listener);
    following.start();
    return following;
  }

  @Override
  public JsonObject create(GroupVersionResource resource, String namespace, JsonObject object) {
    RequestScope scope = scope(resource, namespace, "");
    return writes.create(Write.of(scope, "", options()).unadmitted(), object.deepCopy()).object();
  }

  @Override
  public JsonObject update(
      GroupVersionResource resource, String namespace, JsonObject object, String subresource) {
    String name = object.objectOrEmpty("metadata").string("name");
    RequestScope scope = scope(resource, namespace, name);
    return writes
        .update(
            Write.of(scope, subresource, options())
                .unadmitted()
                .onlyUid(object.objectOrEmpty("metadata").string("uid")),
            name,
            false,
            current -> object.deepCopy())
        .object();
  }

  @Override
  public void delete(
      GroupVersionResource resource, String namespace, String name, @Nullable String uid) {
    RequestScope scope = scope(resource, namespace, name);
    DeleteOptions now = DeleteOptions.NOW;
    deletion.delete(
        scope,
        name,
        new DeleteOptions(
            false, now.gracePeriodSeconds(), null, now.propagationPolicy(), uid, null, now.tree()),
        false);
  }

  private static WriteOptions options() {
    return new WriteOptions(false, "kube-apiserver", "Ignore", null, new JsonObject());
  }

  private RequestScope scope(GroupVersionResource resource, String namespace, String name) {
    ResourceTable.Served served = resources.find(resource);
    if (served == null) {
      throw ApiException.internal("not a resource: " + resource);
    }
    RequestInfo info =
        new RequestInfo(
            true,
            "",
            "update",
            "",
            resource.group(),
            resource.version(),
            namespace,
            resource.resource(),
            "",
            name,
            List.of(resource.resource(), name));
    ApiRequest request =
        ApiRequest.inProcess("PUT", "", "", new Headers(), new byte[0], UserInfo.API_SERVER);
    return RequestScope.of(
        request, info, UserInfo.API_SERVER, served.definition(), served.version(), clock.instant());
  }

  private @Nullable ResourceCache cache(GroupResource resource) {
    ResourceDefinition definition = resources.find(resource);
    return definition == null ? null : feed.cache(definition);
  }

  /** A listener and the watch it hangs on; starts anew if the watch ends. */
  private final class Following implements AutoCloseable {
    private final ResourceCache cache;
    private final ObjectListener listener;
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable CacheWatch watch;

    Following(ResourceCache cache, ObjectListener listener) {
      this.cache = cache;
      this.listener = listener;
    }

    void start() {
      CountDownLatch synced = new CountDownLatch(1);
      open(synced);
      try {
        synced.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    private void open(CountDownLatch synced) {
      Told told = new Told();
      CacheWatch opened = cache.watch(ObjectFilter.all(""), -1, told, true);
      watch = opened;
      opened.onReady(() -> schedule(opened, told, synced));
    }

    private void schedule(CacheWatch opened, Told told, CountDownLatch synced) {
      if (wanted.getAndIncrement() == 0) {
        listeners.execute(() -> {
          int seen;
          do {
            seen = wanted.get();
            drain(opened, told, synced);
          } while (!wanted.compareAndSet(seen, 0));
        });
      }
    }

    private void drain(CacheWatch opened, Told told, CountDownLatch synced) {
      while (opened.poll() != null) {
        for (Runnable action = told.actions.poll(); action != null; action = told.actions.poll()) {
          action.run();
        }
        if (told.synced) {
          synced.countDown();
        }
      }
      if (opened.ended() && !closed) {
        opened.close();
        ResourceCache current = feed.cache(cache.definition());
        if (current == cache) {
          open(synced);
        }
      }
    }

    @Override
    public void close() {
      closed = true;
      CacheWatch running = watch;
      if (running != null) {
        running.close();
      }
    }

    /** "Encodes" events by turning them into calls. */
    private final class Told implements EventEncoder {
      final ArrayDeque<Runnable> actions = new ArrayDeque<>();
      boolean synced;

      @Override
      public Object key() {
        return this;
      }

      @Override
      public Frame encode(CacheEvent.Type type, CachedObject object, @Nullable CacheEvent shared) {
        actions.add(() -> {
          JsonObject tree = object.tree();
          switch (type) {
            case ADDED, MODIFIED -> listener.changed(tree);
            case DELETED -> listener.deleted(tree);
          }
        });
        return new Frame(NOTHING);
      }

      @Override
      public Frame bookmark(long revision, boolean endOfInitialEvents) {
        synced |= endOfInitialEvents;
        return new Frame(NOTHING);
      }

      @Override
      public Frame error(JsonObject status) {
        return new Frame(NOTHING);
      }
    }
  }
}
