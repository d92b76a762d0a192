package dev.javernetes.kubelet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProbeCounterTest {
  @Test
  void onlyARunOfAnswersChangesTheVerdict() {
    ProbeCounter counter = ProbeCounter.starting(2, 3, ProbeVerdict.SUCCESS);
    StringBuilder verdicts = new StringBuilder();
    for (char answer : "ffsfffsss".toCharArray()) {
      counter = counter.after(answer == 's');
      verdicts.append(counter.verdict().name().charAt(0));
    }
    assertThat(verdicts).hasToString("SSSSSFFSS");
  }
}
