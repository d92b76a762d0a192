package dev.javernetes.controllermanager.nodeipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CidrSetTest {
  @Test
  void givesEachPartOnceAndReusesWhatIsFreed() {
    CidrSet set = new CidrSet("10.244.0.0/22", 24);
    assertThat(set.occupy("10.244.1.0/24")).isTrue();
    assertThat(set.allocate()).isEqualTo("10.244.0.0/24");
    assertThat(set.allocate()).isEqualTo("10.244.2.0/24");
    assertThat(set.allocate()).isEqualTo("10.244.3.0/24");
    assertThat(set.allocate()).isNull();
    set.release("10.244.1.0/24");
    assertThat(set.allocate()).isEqualTo("10.244.1.0/24");
  }

  @Test
  void knowsWhatIsOutside() {
    CidrSet set = new CidrSet("10.244.0.0/16", 24);
    assertThat(set.occupy("10.245.0.0/24")).isFalse();
    assertThat(set.occupy("fd00::/64")).isFalse();
    assertThat(set.contains("10.244.255.0/24")).isTrue();
  }

  @Test
  void leavesOutTheServicesRange() {
    CidrSet set = new CidrSet("10.0.0.0/22", 24);
    set.exclude("10.0.0.0/23");
    set.exclude("10.0.3.128/25");
    set.exclude("192.168.0.0/16");
    set.exclude("fd00::/108");
    assertThat(set.allocate()).isEqualTo("10.0.2.0/24");
    assertThat(set.allocate()).isNull();
  }

  @Test
  void partsIpv6() {
    CidrSet set = new CidrSet("fd00:10:244::/48", 64);
    assertThat(set.allocate()).isEqualTo("fd00:10:244::/64");
    assertThat(set.allocate()).isEqualTo("fd00:10:244:1::/64");
  }

  @Test
  void refusesNonsense() {
    assertThatThrownBy(() -> new CidrSet("10.0.0.0", 24))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CidrSet("10.0.0.0/25", 24))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
