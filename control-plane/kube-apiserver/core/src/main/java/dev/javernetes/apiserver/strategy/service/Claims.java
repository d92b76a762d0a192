package dev.javernetes.apiserver.strategy.service;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * Which values of one kind (addresses, ports) are taken: by stored services, and for a while by requests
 * under way. A claim ends by itself, so that a request that fails anywhere leaves nothing behind.
 */
final class Claims<T> {
  private final Map<String, Set<T>> byOwner = new HashMap<>();
  private final Map<T, Integer> stored = new HashMap<>();
  private final Map<T, Instant> claimed = new HashMap<>();

  /** Says what a stored object has; nothing for an object that is gone. */
  synchronized void store(String owner, Set<T> values) {
    Set<T> before = values.isEmpty() ? byOwner.remove(owner) : byOwner.put(owner, new HashSet<>(values));
    values.forEach(value -> stored.merge(value, 1, Integer::sum));
    if (before != null) {
      before.forEach(value -> stored.computeIfPresent(value, (key, count) -> count == 1 ? null : count - 1));
    }
  }

  synchronized boolean isFree(T value, Instant now) {
    Instant end = claimed.get(value);
    return !stored.containsKey(value) && (end == null || end.isBefore(now));
  }

  /** Takes a value for a while if it is free. */
  synchronized boolean claim(T value, Instant now, Duration time) {
    if (!isFree(value, now)) {
      return false;
    }
    claimed.put(value, now.plus(time));
    dropEnded(now);
    return true;
  }

  /** Lengthens a claim. */
  synchronized void keep(T value, Instant now, Duration time) {
    claimed.put(value, now.plus(time));
  }

  synchronized void release(T value) {
    claimed.remove(value);
  }

  private void dropEnded(Instant now) {
    if (claimed.size() % 64 == 0) {
      for (Iterator<Instant> ends = claimed.values().iterator(); ends.hasNext(); ) {
        if (ends.next().isBefore(now)) {
          ends.remove();
        }
      }
    }
  }
}
