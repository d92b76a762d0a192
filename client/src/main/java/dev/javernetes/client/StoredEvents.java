package dev.javernetes.client;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.client.EventCorrelation.Decision;
import dev.javernetes.client.EventCorrelation.Event;
import dev.javernetes.client.EventCorrelation.Stored;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the API, in the background, repeated ones as a count.
 *
 * <p>Upstream's controllers and kubelet write core/v1 events, its scheduler events.k8s.io/v1; both
 * are views of the same stored object. At most {@link #LIMIT} events wait; the next is dropped.
 */
public final class StoredEvents implements EventRecorder {
  public static final int LIMIT = 1000;

  private static final Logger log = LoggerFactory.getLogger(StoredEvents.class);
  private static final GroupVersionResource CORE = new GroupVersionResource("", "v1", "events");
  private static final GroupVersionResource EVENTS =
      new GroupVersionResource("events.k8s.io", "v1", "events");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private record Waiting(Event event, Instant at) {}

  private final Client client;
  private final String component;
  private final String host;
  private final boolean coreGroup;
  private final Timers timers;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean writing;
  private final EventCorrelation correlation = new EventCorrelation(); // the writer's own
  private long names;

  private StoredEvents(
      Client client, String component, String host, boolean coreGroup, Timers timers) {
    this.client = client;
    this.component = component;
    this.host = host;
    this.coreGroup = coreGroup;
    this.timers = timers;
  }

  /** Core/v1 events of {@code component} on {@code host} ({@code ""} if it runs anywhere). */
  public static StoredEvents core(Client client, String component, String host, Timers timers) {
    return new StoredEvents(client, component, host, true, timers);
  }

  /** Events of events.k8s.io/v1; {@code instance} names this process. */
  public static StoredEvents v1(Client client, String component, String instance, Timers timers) {
    return new StoredEvents(client, component, instance, false, timers);
  }

  @Override
  public void record(ObjectRef about, String type, String reason, String action, String message) {
    String text = message.length() > 1024 ? message.substring(0, 1021) + "..." : message;
    lock.lock();
    try {
      if (waiting.size() >= LIMIT) {
        return;
      }
      waiting.add(new Waiting(new Event(about, type, reason, action, text), timers.instant()));
      if (!writing) {
        writing = true;
        Thread.ofVirtual().name("events " + component).start(this::write);
      }
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    for (Waiting next = next(); next != null; next = next()) {
      Decision decision = correlation.decide(next.event, next.at);
      if (decision == null) {
        continue;
      }
      try {
        write(decision, next.at);
      } catch (ApiException refusal) {
        log.debug("event {}: {}", decision.event(), refusal.getMessage());
      } catch (UncheckedIOException problem) {
        log.debug("event {}: {}", decision.event(), problem.getMessage());
      } catch (RuntimeException problem) {
        log.error("event {}", decision.event(), problem);
      }
    }
  }

  private @Nullable Waiting next() {
    lock.lock();
    try {
      Waiting next = waiting.poll();
      if (next == null) {
        writing = false;
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void write(Decision decision, Instant at) {
    Stored stored = decision.stored();
    if (stored != null) {
      Stored raised =
          new Stored(stored.namespace(), stored.name(), stored.count() + 1, stored.first());
      try {
        Patch patch = Patch.merge(repeat(decision.event(), raised, at));
        client.call("PATCH", path(raised.namespace(), raised.name()), List.of(), patch);
        correlation.written(decision.event(), raised);
        return;
      } catch (ApiException refusal) {
        if (!refusal.is(StatusReason.NOT_FOUND)) {
          throw refusal;
        }
        correlation.forget(decision.event()); // it expired: events live an hour
      }
    }
    ObjectRef about = decision.event().about();
    String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
    long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    names = Math.max(names + 1, nanos);
    Stored created = new Stored(namespace, about.name() + "." + Long.toHexString(names), 1, at);
    JsonObject event =
        coreGroup ? core(decision.event(), created, at) : v1(decision.event(), created, at);
    client.call(
        "POST", path(namespace, ""), List.of(), new Patch("application/json", Json.bytes(event)));
    correlation.written(decision.event(), created);
  }

  private JsonObject repeat(Event event, Stored raised, Instant at) {
    return coreGroup
        ? JsonObject.of(
            "count", (long) raised.count(),
            "lastTimestamp", SECONDS.format(at),
            "message", event.message())
        : JsonObject.of(
            "series",
            JsonObject.of("count", (long) raised.count(), "lastObservedTime", MICROS.format(at)));
  }

  private JsonObject core(Event event, Stored stored, Instant at) {
    JsonObject source = JsonObject.of("component", component);
    if (!host.isEmpty()) {
      source.put("host", host);
    }
    return JsonObject.of(
        "apiVersion", "v1",
        "kind", "Event",
        "metadata", JsonObject.of("name", stored.name(), "namespace", stored.namespace()),
        "involvedObject", event.about().toJson(),
        "reason", event.reason(),
        "message", event.message(),
        "source", source,
        "firstTimestamp", SECONDS.format(at),
        "lastTimestamp", SECONDS.format(at),
        "count", 1L,
        "type", event.type(),
        "reportingComponent", component,
        "reportingInstance", host);
  }

  private JsonObject v1(Event event, Stored stored, Instant at) {
    return JsonObject.of(
        "apiVersion", "events.k8s.io/v1",
        "kind", "Event",
        "metadata", JsonObject.of("name", stored.name(), "namespace", stored.namespace()),
        "eventTime", MICROS.format(at),
        "reportingController", component,
        "reportingInstance", host.isEmpty() ? component : host,
        "action", event.action().isEmpty() ? event.reason() : event.action(),
        "reason", event.reason(),
        "regarding", event.about().toJson(),
        "note", event.message(),
        "type", event.type());
  }

  private String path(String namespace, String name) {
    return Client.path(coreGroup ? CORE : EVENTS, namespace, name);
  }
}
