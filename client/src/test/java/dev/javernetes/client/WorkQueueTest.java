package dev.javernetes.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ManualTimers timers = new ManualTimers(Instant.EPOCH);
  private final WorkQueue<String> queue = new WorkQueue<>("test", timers);
  private final List<String> done = new CopyOnWriteArrayList<>();

  @Test
  void aKeyThatIsAddedTwiceBeforeWorkIsDoneOnce() throws Exception {
    queue.add("a");
    queue.add("a");
    queue.add("b");
    queue.start(1, done::add);
    assertThat(queue.awaitIdle(PATIENCE)).isTrue();
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void aKeyThatIsAddedDuringItsWorkIsDoneAgainAndNeverTwiceAtOnce() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Semaphore goOn = new Semaphore(0);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    queue.start(
        4,
        key -> {
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          started.countDown();
          goOn.acquire();
          done.add(key);
          atOnce.decrementAndGet();
        });
    queue.add("a");
    started.await();
    queue.add("a");
    queue.add("a");
    goOn.release(2);
    assertThat(queue.awaitIdle(PATIENCE)).isTrue();
    assertThat(done).containsExactly("a", "a");
    assertThat(most).hasValue(1);
  }

  @Test
  void aFailureIsTriedAgainAfterABackoffThatDoubles() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    queue.start(
        1,
        key -> {
          if (tries.incrementAndGet() < 4) {
            throw new IllegalStateException("not yet");
          }
        });
    queue.add("a");
    for (long millis : new long[] {5, 10, 20}) {
      assertThat(queue.awaitIdle(PATIENCE)).isTrue();
      int before = tries.get();
      timers.advance(Duration.ofMillis(millis - 1));
      assertThat(queue.awaitIdle(PATIENCE)).isTrue();
      assertThat(tries).hasValue(before);
      timers.advance(Duration.ofMillis(1));
      assertThat(queue.awaitIdle(PATIENCE)).isTrue();
      assertThat(tries).hasValue(before + 1);
    }
    assertThat(queue.retries("a")).isZero();
  }

  @Test
  void ofTwoDelaysTheEarlierCounts() throws Exception {
    queue.start(1, done::add);
    queue.addAfter("a", Duration.ofSeconds(10));
    queue.addAfter("a", Duration.ofSeconds(2));
    queue.addAfter("a", Duration.ofSeconds(5));
    timers.advance(Duration.ofSeconds(2));
    assertThat(queue.awaitIdle(PATIENCE)).isTrue();
    assertThat(done).containsExactly("a");
    timers.advance(Duration.ofSeconds(20));
    assertThat(queue.awaitIdle(PATIENCE)).isTrue();
    assertThat(done).containsExactly("a");
  }

  @Test
  void closedItDrainsWhatIsUnderWayAndTakesNoMore() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    queue.start(
        1,
        key -> {
          started.countDown();
          goOn.await();
          done.add(key);
        });
    queue.add("a");
    queue.add("b");
    started.await();
    queue.close();
    queue.add("c");
    assertThat(queue.closeAndDrain(Duration.ZERO)).isFalse();
    goOn.countDown();
    assertThat(queue.closeAndDrain(PATIENCE)).isTrue();
    assertThat(done).containsExactly("a");
  }

  @Test
  void manyKeysOverManyWorkersAreEachDoneOnce() throws Exception {
    queue.start(16, done::add);
    for (int i = 0; i < 10_000; i++) {
      queue.add("key-" + i);
    }
    assertThat(queue.awaitIdle(PATIENCE)).isTrue();
    assertThat(done).hasSize(10_000).doesNotHaveDuplicates();
  }
}
