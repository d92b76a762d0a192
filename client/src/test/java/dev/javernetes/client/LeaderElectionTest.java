package dev.javernetes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.client.LeaderElection.Settings;
import dev.javernetes.client.fake.FakeApiServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
  private final ManualTimers timers = new ManualTimers(Instant.parse("2026-01-01T00:00:00Z"));
  private final FakeApiServer server = new FakeApiServer(timers);
  private final LeaderElection anna = candidate("anna");
  private final LeaderElection berta = candidate("berta");

  @Test
  void theFirstLeadsAndKeepsLeadingWhileItRenews() {
    assertThat(anna.attempt()).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(berta.attempt()).isFalse();
      timers.advance(Duration.ofSeconds(2));
      assertThat(anna.attempt()).isTrue();
    }
    assertThat(berta.leader()).isEqualTo("anna");
  }

  @Test
  void aLeaderThatDoesNotRenewIsFollowedAfterTheLeaseDuration() {
    assertThat(anna.attempt()).isTrue();
    assertThat(berta.attempt()).isFalse();
    timers.advance(Duration.ofMillis(14_999));
    assertThat(berta.attempt()).isFalse();
    timers.advance(Duration.ofMillis(1));
    assertThat(berta.attempt()).isTrue();
    assertThat(anna.attempt()).isFalse();
    assertThat(anna.leads()).isFalse();
    assertThat(
            new Client(server)
                .getJson("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/test")
                .at("spec", "leaseTransitions"))
        .isEqualTo(1L);
  }

  @Test
  void aTimingThatAllowsTwoLeadersIsRefused() {
    assertThatThrownBy(() ->
            new Settings(
                "a", "b", "c", Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private LeaderElection candidate(String name) {
    return new LeaderElection(
        new Client(server), Settings.of("kube-system", "test", name), timers, new Random(1));
  }
}
