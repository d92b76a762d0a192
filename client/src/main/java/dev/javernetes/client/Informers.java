package dev.javernetes.client;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.client.InformerCache.Entry;
import dev.javernetes.client.RequestOptions.ListOptions;
import dev.javernetes.client.RequestOptions.WatchOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * One informer per type and selection, shared by all who ask for it: ten controllers that look at
 * pods cost one watch and one cache.
 *
 * <p>An informer that is asked for after {@link #start} starts at once.
 */
public final class Informers implements AutoCloseable {

  /** What to inform about; empty text selects all. */
  public record Selection(String namespace, String labelSelector, String fieldSelector) {
    public static final Selection ALL = new Selection("", "", "");
  }

  private record Shared(ResourceType<?> type, Selection selection) {}

  private final Client client;
  private final Timers timers;
  private final RandomGenerator random;
  private final boolean watchList;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Shared, Reflector<?>> informers = new LinkedHashMap<>();
  private boolean started;

  public Informers(Client client, Timers timers, RandomGenerator random) {
    this(client, timers, random, false);
  }

  /** {@code watchList}: get the first list through the watch where the server can (KEP-3157). */
  public Informers(Client client, Timers timers, RandomGenerator random, boolean watchList) {
    this.client = client;
    this.timers = timers;
    this.random = random;
    this.watchList = watchList;
  }

  public <T extends KubernetesObject> Informer<T> of(ResourceType<T> type) {
    return of(type, Selection.ALL);
  }

  @SuppressWarnings("unchecked") // the map's key carries the type
  public <T extends KubernetesObject> Informer<T> of(ResourceType<T> type, Selection selection) {
    lock.lock();
    try {
      Shared key = new Shared(type, selection);
      Reflector<T> informer = (Reflector<T>) informers.get(key);
      if (informer == null) {
        informer =
            new Reflector<>(new ClientSource<>(client, type, selection), watchList, timers, random);
        informers.put(key, informer);
        if (started) {
          informer.start();
        }
      }
      return informer;
    } finally {
      lock.unlock();
    }
  }

  public void start() {
    lock.lock();
    try {
      started = true;
      informers.values().forEach(Reflector::start);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until every informer asked for so far has its first list. */
  public boolean awaitSynced(Duration patience) throws InterruptedException {
    long deadline = timers.nanoTime() + patience.toNanos();
    List<Reflector<?>> all;
    lock.lock();
    try {
      all = new ArrayList<>(informers.values());
    } finally {
      lock.unlock();
    }
    for (Reflector<?> informer : all) {
      if (!informer.awaitSynced(Duration.ofNanos(Math.max(0, deadline - timers.nanoTime())))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      informers.values().forEach(Reflector::close);
      informers.clear();
    } finally {
      lock.unlock();
    }
  }

  private record ClientSource<T>(Client client, ResourceType<T> type, Selection selection)
      implements Reflector.Source<T> {

    @Override
    public String name() {
      return type.resource().groupResource().toString();
    }

    @Override
    public ResourceList<Entry<T>> list(ListOptions options) {
      ListOptions selected =
          new ListOptions(
              selection.labelSelector,
              selection.fieldSelector,
              options.resourceVersion(),
              options.resourceVersionMatch(),
              options.limit(),
              options.continueToken());
      return client.list(
          type.resource(),
          type.kind(),
          selection.namespace,
          selected,
          Reflector.entries(type.fromJson()));
    }

    @Override
    public Watch<Entry<T>> watch(WatchOptions options) {
      WatchOptions selected =
          new WatchOptions(
              selection.labelSelector,
              selection.fieldSelector,
              options.resourceVersion(),
              options.allowBookmarks(),
              options.sendInitialEvents(),
              options.timeoutSeconds());
      return client.watch(
          type.resource(), selection.namespace, selected, Reflector.entries(type.fromJson()));
    }
  }
}
