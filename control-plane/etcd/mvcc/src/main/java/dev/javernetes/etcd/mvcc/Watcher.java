package dev.javernetes.etcd.mvcc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: a mailbox, and a task that empties it into the listener. The task runs only while
 * there is something to deliver, so an idle watch costs an object and no thread. See {@link
 * WatchHub} for synced and lagging.
 */
final class Watcher implements WatchHandle {
  private static final Logger log = LoggerFactory.getLogger(Watcher.class);

  private final WatchHub hub;
  private final WatchRequest request;
  private final WatchListener listener;
  private final long createdRevision;

  // All below belong to the hub's lock.
  private final ArrayDeque<Batch> mailbox = new ArrayDeque<>(0);
  private int buffered;
  private boolean lagging;
  private boolean running;
  private boolean over;
  private boolean progressWanted;
  private boolean quiet = true;
  private @Nullable StoreException cancelled;

  /** The first revision that has been neither delivered nor put into the mailbox. */
  private long next;

  private record Batch(List<Event> events, long revision) {}

  Watcher(WatchHub hub, WatchRequest request, WatchListener listener, long visible) {
    this.hub = hub;
    this.request = request;
    this.listener = listener;
    this.createdRevision = visible;
    this.next = request.startRevision() == 0 ? visible + 1 : request.startRevision();
    this.lagging = next <= visible;
  }

  WatchRequest request() {
    return request;
  }

  @Override
  public long createdRevision() {
    return createdRevision;
  }

  @Override
  public void requestProgress() {
    hub.lock.lock();
    try {
      progressWanted = true;
      scheduleIfNeeded();
    } finally {
      hub.lock.unlock();
    }
  }

  @Override
  public void close() {
    hub.lock.lock();
    try {
      end();
    } finally {
      hub.lock.unlock();
    }
  }

  private void end() {
    over = true;
    mailbox.clear();
    hub.remove(this);
  }

  /** Under the lock: one revision's matching events. */
  void offer(List<Event> events, long revision) {
    if (over || lagging || revision < next) {
      return;
    }
    if (buffered > 0 && buffered + events.size() > hub.bufferEvents) {
      lagging = true;
      next = revision;
      return;
    }
    mailbox.add(new Batch(events, revision));
    buffered += events.size();
    next = revision + 1;
    scheduleIfNeeded();
  }

  /** Under the lock. */
  void progressTick() {
    if (request.progressNotify() && quiet) {
      progressWanted = true;
      scheduleIfNeeded();
    }
    quiet = true;
  }

  /** Under the lock: ends the watch and tells the listener why. */
  void cancel(StoreException reason) {
    if (!over) {
      end();
      cancelled = reason;
      scheduleIfNeeded();
    }
  }

  /** Under the lock. */
  void scheduleIfNeeded() {
    boolean work =
        cancelled != null || (!over && (!mailbox.isEmpty() || lagging || progressWanted));
    if (work && !running) {
      running = true;
      hub.executor.execute(this::run);
    }
  }

  /** What to do next, decided under the lock, done outside it. */
  private sealed interface Step {
    record Deliver(List<Batch> batches) implements Step {}

    record CatchUp(long from, long to) implements Step {}

    record Progress(long revision) implements Step {}

    record Cancel(StoreException reason) implements Step {}

    record Rest() implements Step {}
  }

  private void run() {
    try {
      while (true) {
        switch (decide()) {
          case Step.Deliver(List<Batch> batches) -> deliver(batches);
          case Step.CatchUp(long from, long to) -> catchUp(from, to);
          case Step.Progress(long revision) -> listener.onProgress(revision);
          case Step.Cancel(StoreException reason) -> listener.onCancel(reason);
          case Step.Rest rest -> {
            return;
          }
        }
      }
    } catch (RuntimeException e) {
      log.warn("a watch listener of {} failed, its watch ends", request.range(), e);
      close();
    }
  }

  private Step decide() {
    hub.lock.lock();
    try {
      StoreException reason = cancelled;
      if (reason != null) {
        cancelled = null;
        return new Step.Cancel(reason);
      }
      if (over) {
        running = false;
        return new Step.Rest();
      }
      if (!mailbox.isEmpty()) {
        List<Batch> batches = List.copyOf(mailbox);
        mailbox.clear();
        buffered = 0;
        quiet = false;
        return new Step.Deliver(batches);
      }
      if (lagging && next <= hub.visible()) {
        return new Step.CatchUp(next, hub.visible());
      }
      // Nothing newer is visible and the lock is held: from here on the mailbox sees everything.
      lagging = false;
      if (progressWanted) {
        progressWanted = false;
        return new Step.Progress(hub.visible());
      }
      running = false;
      return new Step.Rest();
    } finally {
      hub.lock.unlock();
    }
  }

  private void deliver(List<Batch> batches) {
    List<Event> events = new ArrayList<>(batches.size());
    for (Batch batch : batches) {
      addAdmitted(batch.events, events);
    }
    if (!events.isEmpty()) {
      listener.onEvents(events, batches.getLast().revision);
    }
  }

  private void catchUp(long from, long to) {
    HistoryReader.Piece piece;
    try {
      piece = hub.history.read(request, from, to);
    } catch (StoreException e) {
      hub.lock.lock();
      try {
        cancel(e);
      } finally {
        hub.lock.unlock();
      }
      return;
    }
    hub.lock.lock();
    try {
      next = piece.coveredTo() + 1;
      quiet &= piece.events().isEmpty();
      if (over) {
        return;
      }
    } finally {
      hub.lock.unlock();
    }
    List<Event> events = new ArrayList<>(piece.events().size());
    addAdmitted(piece.events(), events);
    if (!events.isEmpty()) {
      listener.onEvents(events, piece.coveredTo());
    }
  }

  private void addAdmitted(List<Event> from, List<Event> to) {
    for (Event event : from) {
      if (request.admits(event)) {
        to.add(request.prevKv() ? event : event.withoutPrevKv());
      }
    }
  }
}
