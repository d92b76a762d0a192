package dev.javernetes.client;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.client.InformerCache.Entry;
import dev.javernetes.client.RequestOptions.ListOptions;
import dev.javernetes.client.RequestOptions.WatchOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The informer that fills its cache by list and watch, on one virtual thread.
 *
 * <p>list at "0" → version 17 → watch from 17 → events 18, 21, bookmark 40 → the connection breaks
 * → watch from 40. Only a 410 (version 40 is compacted) leads to another list, whose differences to
 * the cache are told as changes: nothing that happened in between is lost but intermediate states.
 * With WatchList (KEP-3157) the first list comes through the watch too, one object at a time.
 */
final class Reflector<T> implements Informer<T>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reflector.class);

  /** Upstream ends its watches after 5 to 10 minutes, so that a dead connection is noticed. */
  private static final int WATCH_SECONDS = 300;

  /** How the reflector reaches the server: one type, one selection. */
  interface Source<T> {
    ResourceList<Entry<T>> list(ListOptions options);

    Watch<Entry<T>> watch(WatchOptions options);

    String name();
  }

  private final Source<T> source;
  private final boolean watchList;
  private final Timers timers;
  private final RandomGenerator random;

  private final InformerCache<T> cache = new InformerCache<>();
  private final ReentrantLock delivery = new ReentrantLock();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final CountDownLatch synced = new CountDownLatch(1);
  private volatile long seenVersion;
  private volatile boolean closed;
  private volatile @Nullable Watch<Entry<T>> open;
  private volatile @Nullable Thread thread;
  private String position = "";

  Reflector(Source<T> source, boolean watchList, Timers timers, RandomGenerator random) {
    this.source = source;
    this.watchList = watchList;
    this.timers = timers;
    this.random = random;
  }

  void start() {
    if (thread == null) {
      thread = Thread.ofVirtual().name("informer " + source.name()).start(this::run);
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    Watch<Entry<T>> watch = open;
    if (watch != null) {
      watch.close();
    }
    subscriptions.forEach(Subscription::close);
  }

  @Override
  public Optional<T> get(ObjectKey key) {
    Entry<T> entry = cache.get(key);
    return entry == null ? Optional.empty() : Optional.of(entry.object());
  }

  @Override
  public List<T> list() {
    return cache.list();
  }

  @Override
  public List<T> list(String namespace) {
    return cache.list(namespace);
  }

  @Override
  public Index<T> index(String name, Function<T, ? extends Collection<String>> values) {
    return cache.index(name, values);
  }

  @Override
  public boolean hasSynced() {
    return synced.getCount() == 0;
  }

  @Override
  public boolean awaitSynced(Duration patience) throws InterruptedException {
    return synced.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public long resourceVersion() {
    return seenVersion;
  }

  @Override
  public Registration handle(EventHandler<T> handler) {
    return handle(handler, Duration.ZERO);
  }

  @Override
  public Registration handle(EventHandler<T> handler, Duration resync) {
    Subscription subscription = new Subscription(handler, resync);
    delivery.lock();
    try {
      for (T object : cache.list()) {
        subscription.tell(h -> h.added(object, true));
      }
      subscriptions.add(subscription);
    } finally {
      delivery.unlock();
    }
    subscription.scheduleResync();
    return subscription;
  }

  private void run() {
    int failures = 0;
    boolean streamFirst = watchList;
    while (!closed) {
      long started = timers.nanoTime();
      try {
        if (position.isEmpty() && !streamFirst) {
          replace(source.list(ListOptions.ALL.atResourceVersion(hasSynced() ? "" : "0")));
        }
        follow(position.isEmpty());
        if (timers.nanoTime() - started > TimeUnit.SECONDS.toNanos(1)) {
          failures = 0;
          continue;
        }
        failures++; // a server that ends every watch at once must not be asked in a loop
      } catch (ApiException refusal) {
        if (refusal.is(StatusReason.EXPIRED) || refusal.is(StatusReason.GONE)) {
          log.debug("{}: {}: listing again", source.name(), refusal.getMessage());
          position = "";
        } else if (position.isEmpty()
            && streamFirst
            && (refusal.is(StatusReason.INVALID) || refusal.is(StatusReason.BAD_REQUEST))) {
          streamFirst = false;
          continue;
        } else {
          log.warn("{}: {}", source.name(), refusal.getMessage());
        }
        failures++;
      } catch (IOException | UncheckedIOException problem) {
        if (!closed) {
          log.debug("{}: {}: trying again", source.name(), problem.getMessage());
        }
        failures = timers.nanoTime() - started > TimeUnit.SECONDS.toNanos(30) ? 1 : failures + 1;
      } catch (RuntimeException problem) {
        log.error("{}: trying again", source.name(), problem);
        failures++;
      }
      if (!closed && failures > 0 && !pause(failures)) {
        return;
      }
    }
  }

  private boolean pause(int failures) {
    long delay = Backoff.CONNECTION.delay(failures).toNanos();
    try {
      timers.sleep(Duration.ofNanos(delay + random.nextLong(delay / 4 + 1)));
      return true;
    } catch (InterruptedException stopped) {
      return !closed;
    }
  }

  /** Watches from the position until the server ends the stream. */
  private void follow(boolean initialEvents) throws IOException {
    int seconds = WATCH_SECONDS + random.nextInt(WATCH_SECONDS);
    WatchOptions options = new WatchOptions("", "", position, true, initialEvents, seconds);
    List<Entry<T>> initial = initialEvents ? new ArrayList<>() : List.of();
    boolean collecting = initialEvents;
    try (Watch<Entry<T>> watch = source.watch(options)) {
      open = watch;
      // a half-open connection never ends by itself: RFC 9293 §3.5.1
      Timers.Pending overdue = timers.after(Duration.ofSeconds(seconds + 30L), watch::close);
      try {
        for (WatchEvent<Entry<T>> event = closed ? null : watch.next();
            event != null;
            event = watch.next()) {
          if (!collecting) {
            apply(event);
          } else if (event instanceof WatchEvent.Bookmark<Entry<T>> mark
              && mark.initialEventsEnd()) {
            replace(new ResourceList<>(initial, mark.resourceVersion(), ""));
            collecting = false;
            initial = List.of();
          } else if (event instanceof WatchEvent.Added<Entry<T>> added) {
            initial.add(added.object());
          }
        }
      } finally {
        overdue.cancel();
        open = null;
      }
    }
  }

  private void apply(WatchEvent<Entry<T>> event) {
    delivery.lock();
    try {
      switch (event) {
        case WatchEvent.Added<Entry<T>> added -> put(added.object(), false);
        case WatchEvent.Modified<Entry<T>> modified -> put(modified.object(), false);
        case WatchEvent.Deleted<Entry<T>> deleted -> remove(deleted.object());
        case WatchEvent.Bookmark<Entry<T>> bookmark -> {}
      }
      moveTo(event.resourceVersion());
    } finally {
      delivery.unlock();
    }
  }

  /** Makes the cache equal to a list and tells the differences. */
  private void replace(ResourceList<Entry<T>> list) {
    delivery.lock();
    try {
      boolean initial = !hasSynced();
      Map<ObjectKey, Entry<T>> now = new HashMap<>();
      for (Entry<T> entry : list.items()) {
        now.put(entry.key(), entry);
      }
      Set<ObjectKey> gone = new HashSet<>(cache.keys());
      gone.removeAll(now.keySet());
      for (ObjectKey key : gone) {
        Entry<T> entry = cache.get(key);
        if (entry != null) {
          remove(entry);
        }
      }
      seenVersion = Math.max(seenVersion, number(list.resourceVersion()));
      for (Entry<T> entry : list.items()) {
        Entry<T> before = cache.get(entry.key());
        if (before == null || !before.resourceVersion().equals(entry.resourceVersion())) {
          put(entry, initial);
        }
      }
      moveTo(list.resourceVersion());
      synced.countDown();
    } finally {
      delivery.unlock();
    }
  }

  private void put(Entry<T> entry, boolean initial) {
    Entry<T> present = cache.get(entry.key());
    if (present != null && !present.uid().equals(entry.uid())) {
      remove(present); // deleted and created again while we did not look
      present = null;
    }
    cache.put(entry);
    seenVersion = Math.max(seenVersion, number(entry.resourceVersion()));
    T now = entry.object();
    if (present == null) {
      subscriptions.forEach(s -> s.tell(h -> h.added(now, initial)));
    } else {
      T before = present.object();
      subscriptions.forEach(s -> s.tell(h -> h.changed(before, now)));
    }
  }

  private void remove(Entry<T> entry) {
    if (cache.remove(entry.key()) != null) {
      seenVersion = Math.max(seenVersion, number(entry.resourceVersion()));
      T last = entry.object();
      subscriptions.forEach(s -> s.tell(h -> h.deleted(last)));
    }
  }

  private void moveTo(String version) {
    if (!version.isEmpty()) {
      position = version;
      seenVersion = Math.max(seenVersion, number(version));
    }
  }

  /** Versions are ordered numbers: KEP-5504. */
  private static long number(String version) {
    try {
      return Long.parseUnsignedLong(version);
    } catch (NumberFormatException opaque) {
      return 0;
    }
  }

  /** Reads what the cache must know of an object beside the object. */
  static <T> Function<JsonObject, Entry<T>> entries(Function<JsonObject, T> fromJson) {
    return json -> {
      JsonObject metadata = json.objectOrEmpty("metadata");
      metadata.remove("managedFields"); // half of an object's size, and nobody reads it here
      return new Entry<>(
          ObjectKey.of(json),
          metadata.string("uid"),
          metadata.string("resourceVersion"),
          fromJson.apply(json));
    };
  }

  /** One handler. A handler that throws is told on; its failure is its own. */
  private final class Subscription implements Registration {
    private final EventHandler<T> handler;
    private final Duration resync;
    private volatile Timers.@Nullable Pending next;
    private volatile boolean cancelled;

    Subscription(EventHandler<T> handler, Duration resync) {
      this.handler = handler;
      this.resync = resync;
    }

    void tell(java.util.function.Consumer<EventHandler<T>> change) {
      try {
        change.accept(handler);
      } catch (RuntimeException problem) {
        log.error("{}: a handler failed", source.name(), problem);
      }
    }

    void scheduleResync() {
      if (!resync.isZero() && !cancelled) {
        next = timers.after(resync, this::resync);
      }
    }

    private void resync() {
      delivery.lock();
      try {
        for (T object : cache.list()) {
          if (cancelled) {
            return;
          }
          tell(h -> h.changed(object, object));
        }
      } finally {
        delivery.unlock();
      }
      scheduleResync();
    }

    @Override
    public boolean hasSynced() {
      return Reflector.this.hasSynced();
    }

    @Override
    public void close() {
      cancelled = true;
      subscriptions.remove(this);
      Timers.Pending pending = next;
      if (pending != null) {
        pending.cancel();
      }
    }
  }
}
