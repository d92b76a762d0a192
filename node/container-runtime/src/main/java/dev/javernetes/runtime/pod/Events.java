package dev.javernetes.runtime.pod;

import dev.javernetes.cri.v1.ContainerEventResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * What happened to containers, to whoever listens. A listener that falls {@value #CAPACITY} events
 * behind is cut off: its stream ends, it lists anew and listens again, as it must after any break.
 */
public final class Events {
  private static final int CAPACITY = 1000;

  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  public static final class Subscription implements AutoCloseable {
    private final BlockingQueue<ContainerEventResponse> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Events owner;
    private volatile boolean lost;

    private Subscription(Events owner) {
      this.owner = owner;
    }

    /** Empty if nothing happened within the time. */
    public Optional<ContainerEventResponse> next(long millis) throws InterruptedException {
      return Optional.ofNullable(queue.poll(millis, TimeUnit.MILLISECONDS));
    }

    /** Events were dropped; nothing more comes. */
    public boolean isLost() {
      return lost;
    }

    @Override
    public void close() {
      owner.subscriptions.remove(this);
    }
  }

  public Subscription subscribe() {
    var subscription = new Subscription(this);
    subscriptions.add(subscription);
    return subscription;
  }

  boolean hasListeners() {
    return !subscriptions.isEmpty();
  }

  void publish(ContainerEventResponse event) {
    for (Subscription subscription : subscriptions) {
      if (!subscription.queue.offer(event)) {
        subscription.lost = true;
        subscriptions.remove(subscription);
      }
    }
  }
}
