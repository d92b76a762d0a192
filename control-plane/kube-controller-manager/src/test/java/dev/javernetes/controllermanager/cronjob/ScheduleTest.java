package dev.javernetes.controllermanager.cronjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/15 * * * *     | 2026-03-04T10:07:30Z | 2026-03-04T10:15:00Z",
        "0 0 1 1 *        | 2026-03-04T10:07:30Z | 2027-01-01T00:00:00Z",
        "30 8 * * MON-FRI | 2026-03-06T09:00:00Z | 2026-03-09T08:30:00Z",
        "0 12 13 * FRI    | 2026-03-01T00:00:00Z | 2026-03-06T12:00:00Z",
        "0 12 29 2 *      | 2026-03-01T00:00:00Z | 2028-02-29T12:00:00Z",
        "5-10/2 * ? * *   | 2026-03-04T10:05:00Z | 2026-03-04T10:07:00Z",
        "@hourly          | 2026-03-04T10:05:00Z | 2026-03-04T11:00:00Z",
        "@every 1h30m     | 2026-03-04T10:05:00Z | 2026-03-04T11:35:00Z",
      })
  void findsTheNextTime(String schedule, String after, String next) {
    assertThat(Schedule.parse(schedule, ZoneOffset.UTC).next(Instant.parse(after)))
        .isEqualTo(Instant.parse(next));
  }

  @Test
  void goesByTheZonesClock() {
    Schedule schedule = Schedule.parse("0 9 * * *", ZoneId.of("Europe/Zurich"));
    assertThat(schedule.next(Instant.parse("2026-03-28T12:00:00Z")))
        .isEqualTo(Instant.parse("2026-03-29T07:00:00Z"));
  }

  @Test
  void theThirtyFirstOfFebruaryNeverComes() {
    assertThat(Schedule.parse("0 0 31 2 *", ZoneOffset.UTC).next(Instant.EPOCH)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"* * * *", "60 * * * *", "* * * * 7", "a * * * *", "*/0 * * * *"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Schedule.parse(text, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
