package dev.javernetes.kubelet.node;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeStatus;
import dev.javernetes.client.Backoff;
import dev.javernetes.client.Client;
import dev.javernetes.client.Patch;
import dev.javernetes.client.Timers;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the node and keeps its status true: looks every ten seconds, writes when something
 * changed or five minutes have passed. {@link #lookNow} looks at once.
 */
public final class NodeReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration LOOK_WHILE_NOT_READY = Duration.ofSeconds(1);
  private static final Duration REPORT = Duration.ofMinutes(5);
  private static final Backoff RETRY = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(7));

  private final Client client;
  private final Timers timers;
  private final NodeIdentity identity;
  private final NodeDescription description;
  private final Supplier<NodeObservation> look;
  private final boolean register;
  private final Semaphore now = new Semaphore(0);
  private final AtomicReference<@Nullable Node> latest = new AtomicReference<>();
  private final Thread thread;

  public NodeReporter(
      Client client,
      Timers timers,
      NodeIdentity identity,
      NodeDescription description,
      Supplier<NodeObservation> look,
      boolean register) {
    this.client = client;
    this.timers = timers;
    this.identity = identity;
    this.description = description;
    this.look = look;
    this.register = register;
    this.thread = Thread.ofVirtual().name("node-status").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  public void lookNow() {
    now.release();
  }

  /** As written or read last; null before that. */
  public @Nullable Node latest() {
    return latest.get();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    int failures = 0;
    NodeStatus reported = null;
    Instant reportedAt = Instant.MIN;
    while (!Thread.currentThread().isInterrupted()) {
      Duration wait = LOOK;
      try {
        Node node = latest.get();
        if (node == null) {
          node = register ? register() : client.get(Node.TYPE, "", identity.name());
          latest.set(node);
          reported = node.status();
          reportedAt = Instant.MIN;
        }
        Instant instant = timers.instant().truncatedTo(ChronoUnit.SECONDS);
        NodeObservation seen = look.get();
        if (!seen.problems().isEmpty()) {
          wait = LOOK_WHILE_NOT_READY;
        }
        NodeStatus status = description.status(Objects.requireNonNull(reported), seen, instant);
        boolean due =
            reportedAt.equals(Instant.MIN)
                || Duration.between(reportedAt, instant).compareTo(REPORT) >= 0;
        if (due || !NodeDescription.sameButForTimes(reported, status)) {
          Node written = write(node, reported, status);
          latest.set(written);
          reported = status;
          reportedAt = instant;
        }
        failures = 0;
      } catch (ApiException refusal) {
        failures++;
        if (refusal.is(StatusReason.NOT_FOUND)) {
          latest.set(null); // somebody deleted the node: register again
        }
        LOG.warn("node status: {}", refusal.getMessage());
      } catch (UncheckedIOException unreachable) {
        failures++;
        LOG.debug("node status: {}", unreachable.getMessage());
      }
      if (failures > 0) {
        wait = RETRY.delay(failures);
      }
      if (!pause(wait)) {
        return;
      }
    }
  }

  private boolean pause(Duration wait) {
    try {
      if (now.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        now.drainPermits();
      }
      return true;
    } catch (InterruptedException stopped) {
      return false;
    }
  }

  private Node register() {
    Node wanted = description.initial(look.get(), timers.instant().truncatedTo(ChronoUnit.SECONDS));
    try {
      return client.create(Node.TYPE, wanted);
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.ALREADY_EXISTS)) {
        throw refusal;
      }
    }
    Node present = client.get(Node.TYPE, "", identity.name());
    JsonObject labels = new JsonObject();
    description
        .labels()
        .forEach((key, value) -> {
          if (!value.equals(present.metadata().labels().get(key))) {
            labels.put(key, value);
          }
        });
    if (labels.isEmpty()) {
      return present;
    }
    JsonObject patch = JsonObject.of("metadata", JsonObject.of("labels", labels));
    return client.patch(Node.TYPE, "", identity.name(), Patch.merge(patch));
  }

  private Node write(Node node, NodeStatus from, NodeStatus to) {
    JsonObject before = from.toJson();
    JsonObject after = to.toJson();
    JsonObject changes = new JsonObject();
    for (String name : after.keySet()) {
      if (!Objects.equals(before.get(name), after.get(name))) {
        changes.put(
            name, name.equals("addresses") ? replaced(after.objects(name)) : after.get(name));
      }
    }
    for (String name : before.keySet()) {
      if (!after.containsKey(name)) {
        changes.put(name, null);
      }
    }
    JsonObject patch =
        JsonObject.of("metadata", JsonObject.of("uid", node.metadata().uid()), "status", changes);
    return client.patchStatus(Node.TYPE, "", identity.name(), Patch.strategic(patch));
  }

  /** Addresses merge by type in the schema, and a node may have several of one type. */
  private static List<@Nullable Object> replaced(List<JsonObject> list) {
    List<@Nullable Object> patch = new ArrayList<>(list);
    patch.add(JsonObject.of("$patch", "replace"));
    return patch;
  }
}
