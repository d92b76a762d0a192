package dev.javernetes.apiserver.strategy.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CronScheduleTest {
  @Test
  void acceptsStandardSchedules() throws Exception {
    for (String schedule :
        List.of("* * * * *", "@hourly", "@every 1h30m", "0-59/5 1,2 ? JAN-MAR sun")) {
      CronSchedule.check(schedule);
    }
  }

  @Test
  void saysWhatIsWrong() {
    problem("0 * * * * *", "expected exactly 5 fields, found 6: [0 * * * * *]");
    problem("61 * * * *", "end of range (61) above maximum (59): 61");
    problem("* * 0 * *", "beginning of range (0) below minimum (1): 0");
    problem("*/0 * * * *", "step of range should be a positive number: */0");
    problem("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax");
    problem("@often", "unrecognized descriptor: @often");
  }

  private static void problem(String schedule, String message) {
    assertThatThrownBy(() -> CronSchedule.check(schedule)).hasMessage(message);
  }

  @Test
  void countsCompletionIndexes() throws Exception {
    assertThat(CompletionIndexes.size(CompletionIndexes.parse("0,2-4,7", 8))).isEqualTo(5);
    assertThatThrownBy(() -> CompletionIndexes.parse("2-1,9", 3))
        .hasMessage("non-increasing order, previous: 2, current: 1");
    assertThatThrownBy(() -> CompletionIndexes.checkDisjoint("0-3", "3", 9))
        .hasMessage("failedIndexes and completedIndexes overlap at index: 3");
  }
}
