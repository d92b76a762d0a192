package dev.javernetes.controllermanager.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.core.v1.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ToleranceTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Taint GONE =
      new Taint("node.kubernetes.io/unreachable", "", "NoExecute", NOON);

  @Test
  void withoutATolerationItGoesAtOnce() {
    assertThat(Tolerance.left(List.of(GONE), List.of(), NOON)).isEqualTo(Duration.ZERO);
  }

  @Test
  void theShortestTolerationCountsFromTheTaint() {
    Instant later = NOON.plusSeconds(100);
    assertThat(Tolerance.left(List.of(GONE), List.of(tolerate(300L), tolerate(null)), later))
        .isEqualTo(Duration.ofSeconds(200));
    assertThat(Tolerance.left(List.of(GONE), List.of(tolerate(null)), later)).isNull();
  }

  @Test
  void othersEffectsDoNotCount() {
    Taint soft = GONE.toBuilder().effect("NoSchedule").build();
    assertThat(Tolerance.left(List.of(soft), List.of(), NOON)).isNull();
  }

  private static Toleration tolerate(@Nullable Long seconds) {
    return new Toleration(GONE.key(), "Exists", "", "NoExecute", seconds);
  }
}
