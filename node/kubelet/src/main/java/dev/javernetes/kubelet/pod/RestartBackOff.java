package dev.javernetes.kubelet.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a container that keeps dying must wait before it is started again.
 *
 * <p>The first restart is free; then 10 s, 20 s, … up to five minutes after each death. A container
 * that lived for ten minutes starts over. With deaths at 0 s, 5 s and 20 s it is started at 0 s, at
 * 15 s (5 + 10) and at 40 s (20 + 20).
 *
 * <p>Owned by one pod's worker; keys are container names with their hash, so that a changed
 * container starts afresh.
 */
final class RestartBackOff {
  private record Entry(Duration delay, Instant updated) {}

  private final Duration initial;
  private final Duration maximum;
  private final Map<String, Entry> entries = new HashMap<>();

  RestartBackOff(Duration initial, Duration maximum) {
    this.initial = initial;
    this.maximum = maximum;
  }

  /** When a container that died at {@code finished} may start; not after {@code now} if at once. */
  Instant notBefore(String key, Instant finished) {
    Entry entry = entries.get(key);
    if (entry == null || expired(entry, finished)) {
      return finished;
    }
    return finished.plus(entry.delay);
  }

  /** The wait that the next death brings, for messages. */
  Duration delay(String key) {
    Entry entry = entries.get(key);
    return entry == null ? initial : entry.delay;
  }

  /** The container that died at {@code finished} is started again. */
  void restarted(String key, Instant finished) {
    Entry entry = entries.get(key);
    Duration delay = initial;
    if (entry != null && !expired(entry, finished)) {
      Duration doubled = entry.delay.multipliedBy(2);
      delay = doubled.compareTo(maximum) > 0 ? maximum : doubled;
    }
    entries.put(key, new Entry(delay, finished));
  }

  private boolean expired(Entry entry, Instant now) {
    return Duration.between(entry.updated, now).compareTo(maximum.multipliedBy(2)) > 0;
  }
}
