package dev.javernetes.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.client.EventCorrelation.Decision;
import dev.javernetes.client.EventCorrelation.Event;
import dev.javernetes.client.EventCorrelation.Stored;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventCorrelationTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private final EventCorrelation correlation = new EventCorrelation();

  @Test
  void theSameEventAgainRaisesACount() {
    Event event = event("pulled");
    assertThat(say(event, NOON).stored()).isNull();
    assertThat(say(event, NOON).stored()).isNotNull().extracting(Stored::count).isEqualTo(1);
    assertThat(say(event, NOON).stored()).isNotNull().extracting(Stored::count).isEqualTo(2);
  }

  @Test
  void theEleventhSimilarEventIsCombined() {
    for (int i = 0; i < 10; i++) {
      assertThat(say(event("try " + i), NOON).event().message()).isEqualTo("try " + i);
    }
    assertThat(say(event("try 10"), NOON).event().message())
        .isEqualTo("(combined from similar events): try 10");
    assertThat(say(event("try 11"), NOON).stored()).isNotNull();
    Instant later = NOON.plus(Duration.ofMinutes(11));
    assertThat(say(event("try 12"), later).event().message()).isEqualTo("try 12");
  }

  @Test
  void twentyFiveInABurstAndThenOneEveryFiveMinutes() {
    Event event = event("again");
    for (int i = 0; i < 25; i++) {
      assertThat(correlation.decide(event, NOON)).isNotNull();
    }
    assertThat(correlation.decide(event, NOON)).isNull();
    assertThat(correlation.decide(event, NOON.plusSeconds(299))).isNull();
    assertThat(correlation.decide(event, NOON.plusSeconds(301))).isNotNull();
  }

  private Decision say(Event event, Instant at) {
    Decision decision = java.util.Objects.requireNonNull(correlation.decide(event, at));
    Stored before = decision.stored();
    correlation.written(
        decision.event(), new Stored("default", "x", before == null ? 1 : before.count() + 1, at));
    return decision;
  }

  private static Event event(String message) {
    return new Event(
        new ObjectRef("v1", "Pod", "default", "web", "u", "1", ""), "Normal", "Tried", "", message);
  }
}
