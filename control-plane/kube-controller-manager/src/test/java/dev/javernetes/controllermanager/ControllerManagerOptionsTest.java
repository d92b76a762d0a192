package dev.javernetes.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControllerManagerOptionsTest {
  @Test
  void readsFlagsInBothForms() {
    ControllerManagerOptions options =
        ControllerManagerOptions.parse(
            List.of(
                "--leader-elect=false",
                "--allocate-node-cidrs",
                "--cluster-cidr",
                "10.244.0.0/16,fd00::/48",
                "--node-monitor-grace-period=1m30s"));
    assertThat(options.on("leader-elect")).isFalse();
    assertThat(options.on("allocate-node-cidrs")).isTrue();
    assertThat(options.list("cluster-cidr")).containsExactly("10.244.0.0/16", "fd00::/48");
    assertThat(options.duration("node-monitor-grace-period")).isEqualTo(Duration.ofSeconds(90));
    assertThat(options.duration("cluster-signing-duration")).isEqualTo(Duration.ofDays(365));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> ControllerManagerOptions.parse(List.of("--speed=9")))
        .hasMessage("unknown flag: --speed");
    assertThatThrownBy(() -> ControllerManagerOptions.parse(List.of("--cluster-cidr")))
        .hasMessage("flag needs an argument: --cluster-cidr");
  }

  @Test
  void choosesControllers() {
    Set<String> built = Set.of("a", "b", "quiet");
    assertThat(choose("*,-b", built)).containsExactly("a");
    assertThat(choose("b,quiet", built)).containsExactlyInAnyOrder("b", "quiet");
    assertThatThrownBy(() -> choose("typo", built)).hasMessageContaining("known controllers");
    assertThatThrownBy(() -> choose("upstreams", built)).hasMessageContaining("not built yet");
  }

  private static Set<String> choose(String asked, Set<String> built) {
    return ControllerChoice.of(
            List.of(asked.split(",")), built, Set.of("quiet"), Set.of("upstreams"))
        .names();
  }
}
