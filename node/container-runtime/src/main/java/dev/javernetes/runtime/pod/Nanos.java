package dev.javernetes.runtime.pod;

import java.time.Clock;
import java.time.Instant;

/** Nanoseconds since the epoch, CRI's way to tell times. */
final class Nanos {
  private Nanos() {}

  static long now(Clock clock) {
    return of(clock.instant());
  }

  static long of(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }
}
