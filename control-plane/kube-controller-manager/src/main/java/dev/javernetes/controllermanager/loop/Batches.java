package dev.javernetes.controllermanager.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Many writes at once, on virtual threads, at most {@link #AT_ONCE} at a time.
 *
 * <p>Slow start: 1, then 2, 4, 8 … so that a template which every server refuses costs one request
 * and not a thousand; the first failure ends it.
 */
public final class Batches {
  private static final int AT_ONCE = 64;

  private Batches() {}

  /** How many succeeded, and what went wrong first. */
  public record Outcome(int succeeded, List<RuntimeException> failures) {
    /** Throws the first failure, if there is one. */
    public void orThrow() {
      if (!failures.isEmpty()) {
        throw failures.getFirst();
      }
    }
  }

  public static <T> Outcome slowStart(List<T> items, Consumer<T> write)
      throws InterruptedException {
    int done = 0;
    int succeeded = 0;
    for (int size = Math.min(1, items.size()); size > 0; ) {
      Outcome batch = all(items.subList(done, done + size), write);
      succeeded += batch.succeeded;
      done += size;
      if (!batch.failures.isEmpty()) {
        return new Outcome(succeeded, batch.failures);
      }
      size = Math.min(2 * size, items.size() - done);
    }
    return new Outcome(succeeded, List.of());
  }

  /** All of them, whatever fails. */
  public static <T> Outcome all(List<T> items, Consumer<T> write) throws InterruptedException {
    if (items.size() == 1) {
      try {
        write.accept(items.getFirst());
        return new Outcome(1, List.of());
      } catch (RuntimeException failure) {
        return new Outcome(0, List.of(failure));
      }
    }
    ConcurrentLinkedQueue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    Semaphore places = new Semaphore(AT_ONCE);
    List<Thread> threads = new ArrayList<>(items.size());
    for (T item : items) {
      places.acquire();
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  write.accept(item);
                } catch (RuntimeException failure) {
                  failures.add(failure);
                } finally {
                  places.release();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return new Outcome(items.size() - failures.size(), List.copyOf(failures));
  }
}
