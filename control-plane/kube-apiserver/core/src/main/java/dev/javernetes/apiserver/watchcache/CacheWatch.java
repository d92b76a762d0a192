package dev.javernetes.apiserver.watchcache;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.request.FrameSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One client's watch: first what it has to be told of the present, then changes as they come. Its
 * buffer holds at most {@link #CAPACITY} changes; a client that falls behind further gets what is
 * buffered and then the end of its stream, and resumes from its last resource version, so that
 * nothing is skipped silently.
 */
public final class CacheWatch implements FrameSource {
  static final int CAPACITY = 2_048;

  /** What waits to be encoded. */
  private sealed interface Item {
    record Initial(CachedObject object) implements Item {}

    record Change(CacheEvent.Type type, CachedObject object, CacheEvent event) implements Item {}

    record Bookmark(long revision, boolean endOfInitialEvents) implements Item {}

    record Failure(JsonObject status) implements Item {}
  }

  private final ResourceCache cache;
  private final ObjectFilter filter;
  private final EventEncoder encoder;
  private final long startRevision;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private List<CachedObject> initial = List.of();
  private int initialAt;
  private int changes;
  private boolean ended;
  private @Nullable Runnable ready;
  private boolean signalled;
  private final List<Runnable> onClose = new CopyOnWriteArrayList<>();

  CacheWatch(ResourceCache cache, ObjectFilter filter, EventEncoder encoder, long startRevision) {
    this.cache = cache;
    this.filter = filter;
    this.encoder = encoder;
    this.startRevision = startRevision;
  }

  ObjectFilter filter() {
    return filter;
  }

  /** Before the watch is registered: objects to be told as ADDED. */
  void startWith(List<CachedObject> objects) {
    initial = objects;
  }

  /** Tells of a change, if this watch is concerned. Called in revision order. */
  void offer(CacheEvent event) {
    if (event.revision() <= startRevision) {
      return;
    }
    CachedObject previous = event.previous();
    boolean before = previous != null && filter.matches(previous);
    boolean after = event.type() != CacheEvent.Type.DELETED && filter.matches(event.object());
    if (!before && !after) {
      return;
    }
    if (after) {
      enqueue(
          new Item.Change(
              before ? CacheEvent.Type.MODIFIED : CacheEvent.Type.ADDED, event.object(), event));
    } else {
      CachedObject shown =
          event.type() == CacheEvent.Type.DELETED ? event.object() : event.previousAtRevision();
      enqueue(new Item.Change(CacheEvent.Type.DELETED, shown, event));
    }
  }

  public void bookmark(long revision, boolean endOfInitialEvents) {
    enqueue(new Item.Bookmark(revision, endOfInitialEvents));
  }

  /** Sends an ERROR event and ends. */
  public void fail(JsonObject status) {
    enqueue(new Item.Failure(status));
    end();
  }

  /** No frame will come behind those that wait. */
  public void end() {
    Runnable signal;
    lock.lock();
    try {
      ended = true;
      signal = takeSignal();
    } finally {
      lock.unlock();
    }
    cache.remove(this);
    run(signal);
  }

  /** Runs {@code action} when the watch is closed by its reader, or has ended. */
  public void whenClosed(Runnable action) {
    onClose.add(action);
  }

  private void enqueue(Item item) {
    Runnable signal;
    boolean overflow = false;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (item instanceof Item.Change) {
        if (changes >= CAPACITY) {
          overflow = true;
          ended = true;
        } else {
          changes++;
        }
      }
      if (!overflow) {
        queue.add(item);
      }
      signal = takeSignal();
    } finally {
      lock.unlock();
    }
    if (overflow) {
      cache.remove(this);
    }
    run(signal);
  }

  @Override
  public @Nullable Frame poll() {
    Item item;
    lock.lock();
    try {
      if (initialAt < initial.size()) {
        item = new Item.Initial(initial.get(initialAt++));
        if (initialAt == initial.size()) {
          initial = List.of();
          initialAt = 0;
        }
      } else {
        item = queue.poll();
        if (item instanceof Item.Change) {
          changes--;
        }
      }
      if (item == null) {
        signalled = false;
        return null;
      }
    } finally {
      lock.unlock();
    }
    return switch (item) {
      case Item.Initial it -> encoder.encode(CacheEvent.Type.ADDED, it.object(), null);
      case Item.Change it -> encoder.encode(it.type(), it.object(), it.event());
      case Item.Bookmark it -> encoder.bookmark(it.revision(), it.endOfInitialEvents());
      case Item.Failure it -> encoder.error(it.status());
    };
  }

  @Override
  public boolean ended() {
    lock.lock();
    try {
      return ended && queue.isEmpty() && initial.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onReady(Runnable action) {
    Runnable signal;
    lock.lock();
    try {
      ready = action;
      signal = !queue.isEmpty() || !initial.isEmpty() || ended ? takeSignal() : null;
    } finally {
      lock.unlock();
    }
    run(signal);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      queue.clear();
      initial = List.of();
      initialAt = 0;
      ready = null;
    } finally {
      lock.unlock();
    }
    cache.remove(this);
    List<Runnable> actions = List.copyOf(onClose);
    onClose.clear();
    actions.forEach(Runnable::run);
  }

  private @Nullable Runnable takeSignal() {
    if (ready == null || signalled) {
      return null;
    }
    signalled = true;
    return ready;
  }

  private static void run(@Nullable Runnable signal) {
    if (signal != null) {
      signal.run();
    }
  }
}
