package dev.javernetes.scheduler;

import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.QueuedPod;
import dev.javernetes.scheduler.framework.WakeUp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where pods wait for their turn.
 *
 * <pre>
 *   add ──────────► active ── take ──► (being scheduled) ── rejected ──► unschedulable
 *                     ▲                                                       │ an event that may help,
 *                     └──── backoff (1 s, 2 s … 10 s by attempts) ◄───────────┘ or five minutes
 * </pre>
 *
 * <p>An event that comes while a pod is being scheduled would miss it: events are kept in a log
 * while any pod is under way, and a pod that comes back rejected is first held against what has
 * happened since it left. The log is bounded; a pod whose events have fallen out of it is tried
 * again. The queue itself is bounded by the pods that exist.
 */
final class SchedulingQueue {
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration LONGEST_UNSCHEDULABLE = Duration.ofMinutes(5);
  private static final int EVENTS_KEPT = 4096;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Clock clock;
  private final Predicate<PodInfo> gated;
  private final Map<WakeUp.Event, Map<String, WakeUp.Hint>> wakeUps;

  private final TreeSet<QueuedPod> active;
  private final Map<String, QueuedPod> activeByUid = new HashMap<>();
  private final Map<String, BackedOff> backoff = new HashMap<>();
  private final PriorityQueue<BackedOff> backoffByTime =
      new PriorityQueue<>(Comparator.comparing(BackedOff::until));
  private final Map<String, Parked> unschedulable = new HashMap<>();
  private final Map<String, QueuedPod> underWay = new HashMap<>();
  private final Deque<Happened> events = new ArrayDeque<>();
  private long moves;
  private boolean closed;

  private record BackedOff(QueuedPod pod, Instant until, boolean afterError) {}

  private record Parked(QueuedPod pod, Instant since) {}

  private record Happened(
      long number, WakeUp.Event event, @Nullable Object before, @Nullable Object after) {}

  SchedulingQueue(
      Comparator<QueuedPod> order,
      Predicate<PodInfo> gated,
      Map<WakeUp.Event, Map<String, WakeUp.Hint>> wakeUps,
      Clock clock) {
    this.active = new TreeSet<>(order.thenComparing(queued -> queued.pod().uid()));
    this.gated = gated;
    this.wakeUps = wakeUps;
    this.clock = clock;
  }

  /** A pod that is new to the queue, or one that has changed. */
  void put(PodInfo pod) {
    lock.lock();
    try {
      String uid = pod.uid();
      QueuedPod known = activeByUid.get(uid);
      if (known != null) {
        active.remove(known);
        activate(known.withPod(pod));
        return;
      }
      BackedOff waiting = backoff.get(uid);
      if (waiting != null) {
        leaveBackoff(waiting);
        enterBackoff(
            new BackedOff(waiting.pod().withPod(pod), waiting.until(), waiting.afterError()));
        return;
      }
      QueuedPod scheduling = underWay.get(uid);
      if (scheduling != null) {
        underWay.put(uid, scheduling.withPod(pod));
        remember(WakeUp.Event.POD_UPDATE, scheduling.pod(), pod);
        return;
      }
      Parked parked = unschedulable.get(uid);
      if (parked == null) {
        enter(new QueuedPod(pod, clock.instant(), 0, Set.of(), moves));
      } else {
        changedWhileParked(parked, pod);
      }
    } finally {
      lock.unlock();
    }
  }

  private void changedWhileParked(Parked parked, PodInfo pod) {
    QueuedPod queued = parked.pod().withPod(pod);
    unschedulable.put(pod.uid(), new Parked(queued, parked.since()));
    boolean onlyStatusChanged =
        parked.pod().pod().pod().spec().equals(pod.pod().spec())
            && parked.pod().pod().labels().equals(pod.labels());
    if (!onlyStatusChanged) {
      unschedulable.remove(pod.uid());
      enter(queued);
    }
  }

  private void enter(QueuedPod queued) {
    if (gated.test(queued.pod())) {
      unschedulable.put(queued.pod().uid(), new Parked(queued, clock.instant()));
    } else {
      activate(queued);
    }
  }

  private void activate(QueuedPod queued) {
    active.add(queued);
    activeByUid.put(queued.pod().uid(), queued);
    changed.signal();
  }

  void remove(String uid) {
    lock.lock();
    try {
      QueuedPod known = activeByUid.remove(uid);
      if (known != null) {
        active.remove(known);
      }
      BackedOff waiting = backoff.get(uid);
      if (waiting != null) {
        leaveBackoff(waiting);
      }
      unschedulable.remove(uid);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next pod; {@code null} once the queue is closed. The caller must end with {@link
   * #done} or {@link #putBack}.
   */
  @Nullable QueuedPod take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed) {
          return null;
        }
        Instant now = clock.instant();
        wakeTimedOut(now);
        QueuedPod next = next();
        if (next != null) {
          QueuedPod taken =
              new QueuedPod(next.pod(), next.since(), next.attempts() + 1, Set.of(), moves);
          underWay.put(taken.pod().uid(), taken);
          return taken;
        }
        long wait = waitNanos(now);
        boolean unused =
            changed.await(
                wait, TimeUnit.NANOSECONDS); // woken or timed out: the loop looks again either way
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * An idle scheduler does not let pods sit out their backoff (KEP-5142), unless an error put them
   * there.
   */
  private @Nullable QueuedPod next() {
    QueuedPod first = active.pollFirst();
    if (first != null) {
      activeByUid.remove(first.pod().uid());
      return first;
    }
    for (BackedOff waiting : backoffByTime) {
      if (!waiting.afterError()) {
        leaveBackoff(waiting);
        return waiting.pod();
      }
    }
    return null;
  }

  private void wakeTimedOut(Instant now) {
    for (BackedOff first = backoffByTime.peek();
        first != null && !first.until().isAfter(now);
        first = backoffByTime.peek()) {
      leaveBackoff(first);
      activate(first.pod());
    }
    Iterator<Parked> parked = unschedulable.values().iterator();
    while (parked.hasNext()) {
      Parked next = parked.next();
      if (!gated.test(next.pod().pod()) && !next.since().plus(LONGEST_UNSCHEDULABLE).isAfter(now)) {
        parked.remove();
        activate(next.pod());
      }
    }
  }

  private long waitNanos(Instant now) {
    Instant until = null;
    BackedOff first = backoffByTime.peek();
    if (first != null) {
      until = first.until();
    }
    for (Parked parked : unschedulable.values()) {
      Instant end = parked.since().plus(LONGEST_UNSCHEDULABLE);
      if (!gated.test(parked.pod().pod()) && (until == null || end.isBefore(until))) {
        until = end;
      }
    }
    return until == null ? Long.MAX_VALUE : Math.max(1, Duration.between(now, until).toNanos());
  }

  /** The pod is on its way to its node, or gone. */
  void done(String uid) {
    lock.lock();
    try {
      underWay.remove(uid);
      trimEvents();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The pod could not be scheduled: by the plug-ins named in {@code rejectedBy}, or, if there are
   * none, by an error.
   */
  void putBack(QueuedPod attempt, Set<String> rejectedBy) {
    lock.lock();
    try {
      QueuedPod latest = underWay.remove(attempt.pod().uid());
      if (latest == null) {
        return;
      }
      QueuedPod queued =
          new QueuedPod(latest.pod(), attempt.since(), attempt.attempts(), rejectedBy, moves);
      if (rejectedBy.isEmpty()) {
        backOff(queued, true);
      } else if (somethingHelped(attempt.moves(), queued)) {
        backOff(queued, false);
      } else {
        unschedulable.put(queued.pod().uid(), new Parked(queued, clock.instant()));
      }
      trimEvents();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean somethingHelped(long since, QueuedPod queued) {
    Happened oldest = events.peekFirst();
    if (moves > since && (oldest == null || oldest.number() > since + 1)) {
      return true;
    }
    for (Happened event : events) {
      if (event.number() > since && mayHelp(queued, event.event(), event.before(), event.after())) {
        return true;
      }
    }
    return false;
  }

  private boolean mayHelp(
      QueuedPod queued, WakeUp.Event event, @Nullable Object before, @Nullable Object after) {
    Map<String, WakeUp.Hint> hints = wakeUps.getOrDefault(event, Map.of());
    for (String plugin : queued.rejectedBy()) {
      WakeUp.Hint hint = hints.get(plugin);
      if (hint != null && hint.mayHelp(queued.pod(), before, after)) {
        return true;
      }
    }
    return false;
  }

  private void backOff(QueuedPod queued, boolean afterError) {
    long factor = 1L << Math.min(10, Math.max(0, queued.attempts() - 1));
    Duration wait = FIRST_BACKOFF.multipliedBy(factor);
    enterBackoff(
        new BackedOff(
            queued,
            clock.instant().plus(wait.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : wait),
            afterError));
    changed.signal();
  }

  private void enterBackoff(BackedOff waiting) {
    backoff.put(waiting.pod().pod().uid(), waiting);
    backoffByTime.add(waiting);
  }

  private void leaveBackoff(BackedOff waiting) {
    backoff.remove(waiting.pod().pod().uid());
    backoffByTime.remove(waiting);
  }

  /** Wakes the rejected pods that the event may help. */
  void happened(WakeUp.Event event, @Nullable Object before, @Nullable Object after) {
    if (!wakeUps.containsKey(event)) {
      return;
    }
    lock.lock();
    try {
      remember(event, before, after);
      List<Parked> woken = new ArrayList<>();
      for (Parked parked : unschedulable.values()) {
        if (mayHelp(parked.pod(), event, before, after) && !gated.test(parked.pod().pod())) {
          woken.add(parked);
        }
      }
      for (Parked parked : woken) {
        unschedulable.remove(parked.pod().pod().uid());
        backOff(parked.pod(), false);
      }
    } finally {
      lock.unlock();
    }
  }

  private void remember(WakeUp.Event event, @Nullable Object before, @Nullable Object after) {
    moves++;
    if (!underWay.isEmpty()) {
      events.addLast(new Happened(moves, event, before, after));
      if (events.size() > EVENTS_KEPT) {
        events.removeFirst();
      }
    }
  }

  private void trimEvents() {
    if (underWay.isEmpty()) {
      events.clear();
      return;
    }
    long oldest = underWay.values().stream().mapToLong(QueuedPod::moves).min().orElse(moves);
    while (!events.isEmpty() && events.getFirst().number() <= oldest) {
      events.removeFirst();
    }
  }

  /** Pods by where they wait, as {@code scheduler_pending_pods} reports them. */
  Map<String, Integer> sizes() {
    lock.lock();
    try {
      return Map.of(
          "active",
          active.size(),
          "backoff",
          backoff.size(),
          "unschedulable",
          unschedulable.size());
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
