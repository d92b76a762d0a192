package dev.javernetes.scheduler;

import static dev.javernetes.scheduler.Fixtures.asking;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.QueuedPod;
import dev.javernetes.scheduler.framework.WakeUp;
import dev.javernetes.scheduler.plugins.queueing.PrioritySort;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {
  private final HandClock clock = new HandClock();
  private final Set<String> gates = new java.util.HashSet<>();
  private final SchedulingQueue queue =
      new SchedulingQueue(
          new PrioritySort()::compare,
          pod -> gates.contains(pod.name()),
          Map.of(
              WakeUp.Event.ASSIGNED_POD_DELETE,
              Map.of("Fit", (waiting, before, after) -> true),
              WakeUp.Event.NODE_ADD,
              Map.of("Fit", (waiting, before, after) -> "large".equals(after))),
          clock);

  private QueuedPod take() throws InterruptedException {
    return java.util.Objects.requireNonNull(queue.take(), "the queue is closed");
  }

  @Test
  void moreImportantPodsGoFirstAndEqualsByAge() throws InterruptedException {
    queue.put(asking("old", 1, 0));
    clock.advance(Duration.ofSeconds(1));
    queue.put(asking("young", 1, 0));
    queue.put(asking("urgent", 1, 5));

    assertThat(take().pod().name()).isEqualTo("urgent");
    assertThat(take().pod().name()).isEqualTo("old");
    assertThat(take().pod().name()).isEqualTo("young");
  }

  @Test
  void aRejectedPodWaitsForAnEventThatItsPluginCaresAbout() throws InterruptedException {
    queue.put(asking("p", 1, 0));
    queue.putBack(take(), Set.of("Fit"));

    queue.happened(WakeUp.Event.NODE_LABELS, null, null);
    queue.happened(WakeUp.Event.NODE_ADD, null, "small");
    assertThat(queue.sizes()).containsEntry("unschedulable", 1);
    queue.happened(WakeUp.Event.NODE_ADD, null, "large");
    assertThat(queue.sizes()).containsEntry("unschedulable", 0).containsEntry("backoff", 1);
    assertThat(take().attempts()).isEqualTo(2);
  }

  @Test
  void anEventDuringTheAttemptIsNotLost() throws InterruptedException {
    queue.put(asking("p", 1, 0));
    QueuedPod attempt = take();
    queue.happened(WakeUp.Event.ASSIGNED_POD_DELETE, null, null);
    queue.putBack(attempt, Set.of("Fit"));

    assertThat(queue.sizes()).containsEntry("unschedulable", 0);
    assertThat(take().pod().name()).isEqualTo("p");
  }

  @Test
  void anErrorIsSatOutWithGrowingPatience() throws InterruptedException {
    queue.put(asking("p", 1, 0));
    queue.putBack(take(), Set.of());
    queue.put(asking("other", 1, 0));

    assertThat(take().pod().name()).as("p is in backoff").isEqualTo("other");
    clock.advance(Duration.ofSeconds(1));
    queue.putBack(take(), Set.of());
    clock.advance(Duration.ofMillis(1500));
    queue.put(asking("third", 1, 0));
    assertThat(take().pod().name()).as("the second backoff takes two seconds").isEqualTo("third");
  }

  @Test
  void aGatedPodComesWhenItsGatesAreGone() throws InterruptedException {
    gates.add("p");
    PodInfo pod = asking("p", 1, 0);
    queue.put(pod);
    assertThat(queue.sizes()).containsEntry("active", 0).containsEntry("unschedulable", 1);

    gates.clear();
    queue.put(asking("p", 2, 0));
    assertThat(take().pod().requested().milliCpu()).isEqualTo(2);
  }

  @Test
  void aPodThatWasDeletedDoesNotComeBack() throws InterruptedException {
    queue.put(asking("p", 1, 0));
    QueuedPod attempt = take();
    queue.done("p");
    queue.putBack(attempt, Set.of("Fit"));

    assertThat(queue.sizes()).containsEntry("unschedulable", 0).containsEntry("backoff", 0);
  }

  /** Time that moves when told to. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
