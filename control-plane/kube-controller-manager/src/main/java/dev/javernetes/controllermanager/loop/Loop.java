package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.client.Backoff;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller's engine: the informers it reads, a queue of keys, and workers that start once all
 * of these informers have synced.
 *
 * <pre>{@code
 * Loop<ObjectKey> loop = Loop.of("deployment", context, 5);
 * Informer<Deployment> deployments = loop.informer(Deployment.TYPE);
 * deployments.handle(EventHandler.each(d -> loop.queue().add(Meta.key(d))));
 * loop.start(this::reconcile);
 * }</pre>
 */
public final class Loop<K> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final Duration SYNC_PATIENCE = Duration.ofMinutes(1);

  private final String name;
  private final ControllerContext context;
  private final int workers;
  private final WorkQueue<K> queue;
  private final List<Informer<?>> needs = new ArrayList<>();
  private final List<Informer.Registration> registrations = new ArrayList<>();
  private volatile @Nullable Thread starting;

  private Loop(String name, ControllerContext context, int workers, Backoff backoff) {
    this.name = name;
    this.context = context;
    this.workers = workers;
    this.queue = new WorkQueue<>(name, context.timers(), backoff);
  }

  /** A loop over objects of one type. */
  public static Loop<ObjectKey> of(String name, ControllerContext context, int workers) {
    return new Loop<>(name, context, workers, Backoff.KEYS);
  }

  /** A loop over objects of one type that retries in its own rhythm. */
  public static Loop<ObjectKey> of(
      String name, ControllerContext context, int workers, Backoff backoff) {
    return new Loop<>(name, context, workers, backoff);
  }

  /** A loop over other keys. */
  public static <K> Loop<K> over(
      Class<K> keys, String name, ControllerContext context, int workers) {
    return new Loop<>(name, context, workers, Backoff.KEYS);
  }

  public WorkQueue<K> queue() {
    return queue;
  }

  /** The shared informer of a type; the loop waits for it. */
  public <T extends KubernetesObject> Informer<T> informer(ResourceType<T> type) {
    return needing(context.informers().of(type));
  }

  public <T> Informer<T> needing(Informer<T> informer) {
    needs.add(informer);
    return informer;
  }

  /** Listens until the loop is closed. */
  public <T> void on(Informer<T> informer, EventHandler<T> handler) {
    registrations.add(informer.handle(handler));
  }

  public <T> void on(Informer<T> informer, Duration resync, EventHandler<T> handler) {
    registrations.add(informer.handle(handler, resync));
  }

  public void start(WorkQueue.Reconciler<K> reconciler) {
    start(() -> {}, reconciler);
  }

  /** {@code first} runs once the informers have synced, before the first key. */
  public void start(Runnable first, WorkQueue.Reconciler<K> reconciler) {
    starting =
        Thread.ofVirtual()
            .name("start " + name)
            .start(() -> {
              try {
                awaitInformers();
                first.run();
                queue.start(workers, reconciler);
              } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Stops taking keys and waits a moment for work under way. */
  @Override
  public void close() {
    Thread thread = starting;
    if (thread != null) {
      thread.interrupt();
    }
    registrations.forEach(Informer.Registration::close);
    queue.close();
  }

  private void awaitInformers() throws InterruptedException {
    for (Informer<?> informer : needs) {
      while (!informer.awaitSynced(SYNC_PATIENCE)) {
        log.warn("{} still waits for the first list of something it needs", name);
      }
    }
  }
}
