package dev.javernetes.client;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps events from flooding the store; pure, driven by the time it is given.
 *
 * <ul>
 *   <li>The same event again: the count of the stored one goes up.
 *   <li>More than ten that differ only in their message within ten minutes: one event that says
 *       "combined from similar events".
 *   <li>More than 25 about one object, refilled by one every five minutes: dropped.
 * </ul>
 *
 * <p>The numbers are upstream's (client-go's EventCorrelator). It remembers 4,096 events, the
 * longest unused ones are forgotten.
 */
final class EventCorrelation {
  private static final int REMEMBERED = 4096;
  private static final int SIMILAR = 10;
  private static final Duration SIMILAR_WITHIN = Duration.ofMinutes(10);
  private static final double BURST = 25;
  private static final double REFILL_SECONDS = 300;
  private static final String COMBINED = "(combined from similar events): ";

  /** What is to be said, without time. */
  record Event(ObjectRef about, String type, String reason, String action, String message) {}

  /** An event that is stored: raise its count instead of storing another. */
  record Stored(String namespace, String name, int count, Instant first) {}

  /** What to write: a new event, or a higher count of {@code stored}. */
  record Decision(Event event, @Nullable Stored stored) {}

  private record Family(ObjectRef about, String type, String reason) {}

  private record Similar(Set<String> messages, Instant last) {}

  private record Tokens(double left, Instant at) {}

  private final Map<Event, Stored> stored = new Recent<>();
  private final Map<Family, Similar> families = new Recent<>();
  private final Map<ObjectRef, Tokens> tokens = new Recent<>();

  /** What to do with an event; {@code null}: drop it. */
  @Nullable Decision decide(Event event, Instant now) {
    Event said = combine(event, now);
    ObjectRef object = said.about.atResourceVersion("");
    Tokens bucket = tokens.getOrDefault(object, new Tokens(BURST, now));
    double left =
        Math.min(
            BURST,
            bucket.left + Duration.between(bucket.at, now).toMillis() / 1000.0 / REFILL_SECONDS);
    if (left < 1) {
      tokens.put(object, new Tokens(left, now));
      return null;
    }
    tokens.put(object, new Tokens(left - 1, now));
    return new Decision(said, stored.get(key(said)));
  }

  void written(Event event, Stored now) {
    stored.put(key(event), now);
  }

  void forget(Event event) {
    stored.remove(key(event));
  }

  private Event combine(Event event, Instant now) {
    Family family = new Family(event.about.atResourceVersion(""), event.type, event.reason);
    Similar similar = families.get(family);
    Set<String> messages =
        similar == null || similar.last.plus(SIMILAR_WITHIN).isBefore(now)
            ? new HashSet<>()
            : similar.messages;
    if (messages.size() < SIMILAR) {
      messages.add(event.message);
    } else if (!messages.contains(event.message)) {
      families.put(family, new Similar(messages, now));
      return new Event(
          event.about, event.type, event.reason, event.action, COMBINED + event.message);
    }
    families.put(family, new Similar(messages, now));
    return event;
  }

  /**
   * Of an event, what makes it the same: not the object's version, nor what a combined one says.
   */
  private static Event key(Event event) {
    String message = event.message.startsWith(COMBINED) ? COMBINED : event.message;
    return new Event(
        event.about.atResourceVersion(""), event.type, event.reason, event.action, message);
  }

  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > REMEMBERED;
    }
  }
}
