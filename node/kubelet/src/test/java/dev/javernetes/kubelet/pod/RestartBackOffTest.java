package dev.javernetes.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RestartBackOffTest {
  private final RestartBackOff backOff =
      new RestartBackOff(Duration.ofSeconds(10), Duration.ofMinutes(5));

  @Test
  void theFirstRestartIsFreeThenTheWaitDoubles() {
    Instant death = Instant.EPOCH;
    assertThat(backOff.notBefore("web", death)).isEqualTo(death);
    long[] waits = new long[7];
    for (int i = 0; i < waits.length; i++) {
      backOff.restarted("web", death);
      death = death.plusSeconds(1);
      waits[i] = Duration.between(death, backOff.notBefore("web", death)).toSeconds();
    }
    assertThat(waits).containsExactly(10, 20, 40, 80, 160, 300, 300);
  }

  @Test
  void aLongLifeStartsOver() {
    backOff.restarted("web", Instant.EPOCH);
    backOff.restarted("web", Instant.EPOCH.plusSeconds(1));
    Instant later = Instant.EPOCH.plusSeconds(602);
    assertThat(backOff.notBefore("web", later)).isEqualTo(later);
    backOff.restarted("web", later);
    assertThat(backOff.delay("web")).isEqualTo(Duration.ofSeconds(10));
  }
}
