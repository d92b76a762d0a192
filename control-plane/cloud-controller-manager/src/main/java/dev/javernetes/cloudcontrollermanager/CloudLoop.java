package dev.javernetes.cloudcontrollermanager;

import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.WorkQueue;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue whose work starts when its informers have synced. */
final class CloudLoop implements AutoCloseable {
  private final WorkQueue<ObjectKey> queue;
  private final List<Informer<?>> needs;
  private volatile @Nullable Thread starting;

  CloudLoop(WorkQueue<ObjectKey> queue, List<Informer<?>> needs) {
    this.queue = queue;
    this.needs = needs;
  }

  void start(int workers, WorkQueue.Reconciler<ObjectKey> reconciler) {
    starting =
        Thread.ofVirtual()
            .name("start " + queue.name())
            .start(() -> {
              try {
                for (Informer<?> informer : needs) {
                  while (!informer.awaitSynced(Duration.ofMinutes(1))) {
                    Thread.onSpinWait(); // the informer itself says why it cannot
                  }
                }
                queue.start(workers, reconciler);
              } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Override
  public void close() {
    Thread thread = starting;
    if (thread != null) {
      thread.interrupt();
    }
    queue.close();
  }
}
