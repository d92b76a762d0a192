package dev.javernetes.client;

import java.time.Duration;

/**
 * How long to wait before the n-th retry: {@code first}, twice that, … never more than {@code
 * most}.
 */
public record Backoff(Duration first, Duration most) {
  /** Upstream's controllers retry a key after 5 ms, 10 ms, … 1000 s. */
  public static final Backoff KEYS = new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1000));

  /** For a connection that broke or a list that failed. */
  public static final Backoff CONNECTION =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));

  public Backoff {
    if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("first " + first + ", most " + most);
    }
  }

  /** {@code failures} counts from 1. */
  public Duration delay(int failures) {
    int doublings = Math.max(0, failures - 1);
    if (doublings >= 40) {
      return most;
    }
    long nanos = first.toNanos();
    long limit = most.toNanos();
    for (int i = 0; i < doublings && nanos < limit; i++) {
      nanos *= 2;
    }
    return Duration.ofNanos(Math.min(nanos, limit));
  }
}
