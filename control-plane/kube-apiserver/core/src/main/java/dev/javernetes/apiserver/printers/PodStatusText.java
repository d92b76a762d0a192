package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.HumanDuration;
import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pod in three words: how many containers are ready, what it is about ({@code Running}, {@code
 * Init:0/1}, {@code CrashLoopBackOff}, {@code Terminating}), how often containers restarted.
 *
 * <p>While init containers run they speak for the pod; then its containers do, the first one with
 * something to say winning.
 */
final class PodStatusText {
  private final JsonObject pod;
  private final JsonObject status;
  private final Set<String> sidecars = new HashSet<>();
  private int containers;
  private int ready;
  private long restarts;
  private @Nullable Instant lastRestart;
  private String reason;

  private PodStatusText(Row row) {
    this.pod = row.object();
    this.status = row.status();
    JsonObject spec = row.spec();
    containers = spec.objects("containers").size();
    for (JsonObject init : spec.objects("initContainers")) {
      if (init.string("restartPolicy").equals("Always")) {
        sidecars.add(init.string("name"));
        containers++;
      }
    }
    reason = Row.orElse(status.string("reason"), status.string("phase"));
    for (JsonObject condition : status.objects("conditions")) {
      if (condition.string("type").equals("PodScheduled")
          && condition.string("reason").equals("SchedulingGated")) {
        reason = "SchedulingGated";
      }
    }
  }

  static PodStatusText of(Row row) {
    PodStatusText text = new PodStatusText(row);
    boolean initializing = text.initContainers(row.spec().objects("initContainers").size());
    if (!initializing || Row.condition(text.status, "Initialized").equals("True")) {
      text.mainContainers();
    }
    text.deletion(row);
    return text;
  }

  String readyText() {
    return ready + "/" + containers;
  }

  String reason() {
    return reason;
  }

  String restartsText(Instant now) {
    Instant last = lastRestart;
    return restarts == 0 || last == null
        ? Long.toString(restarts)
        : restarts + " (" + HumanDuration.format(Duration.between(last, now)) + " ago)";
  }

  /** Whether init containers still speak for the pod. */
  private boolean initContainers(int total) {
    long sidecarRestarts = 0;
    Instant sidecarLast = null;
    boolean initializing = false;
    List<JsonObject> statuses = status.objects("initContainerStatuses");
    for (int i = 0; i < statuses.size() && !initializing; i++) {
      JsonObject container = statuses.get(i);
      boolean sidecar = sidecars.contains(container.string("name"));
      restarts += container.integer("restartCount");
      Instant finished = lastFinished(container);
      lastRestart = later(lastRestart, finished);
      if (sidecar) {
        sidecarRestarts += container.integer("restartCount");
        sidecarLast = later(sidecarLast, finished);
      }
      JsonObject terminated = container.objectOrEmpty("state").object("terminated");
      if (terminated != null && terminated.integer("exitCode") == 0) {
        continue;
      }
      if (sidecar && container.bool("started")) {
        ready += container.bool("ready") ? 1 : 0;
        continue;
      }
      String waiting = container.objectOrEmpty("state").objectOrEmpty("waiting").string("reason");
      if (terminated != null) {
        reason = "Init:" + terminationText(terminated);
      } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
        reason = "Init:" + waiting;
      } else {
        reason = "Init:" + i + "/" + total;
      }
      initializing = true;
    }
    if (!initializing || Row.condition(status, "Initialized").equals("True")) {
      restarts = sidecarRestarts;
      lastRestart = sidecarLast;
    }
    return initializing;
  }

  private void mainContainers() {
    boolean running = false;
    String failure = "";
    List<JsonObject> statuses = status.objects("containerStatuses");
    for (int i = statuses.size() - 1; i >= 0; i--) {
      JsonObject container = statuses.get(i);
      restarts += container.integer("restartCount");
      lastRestart = later(lastRestart, lastFinished(container));
      JsonObject state = container.objectOrEmpty("state");
      JsonObject terminated = state.object("terminated");
      String waiting = state.objectOrEmpty("waiting").string("reason");
      if (!waiting.isEmpty()) {
        reason = waiting;
      } else if (terminated != null) {
        reason = terminationText(terminated);
        if (terminated.integer("exitCode") != 0) {
          failure = reason;
        }
      } else if (container.bool("ready") && state.has("running")) {
        running = true;
        ready++;
      }
    }
    if (reason.equals("Completed")) {
      if (running && Row.condition(status, "Ready").equals("True")) {
        reason = "Running";
      } else if (!failure.isEmpty()) {
        reason = failure;
      } else if (running) {
        reason = "NotReady";
      }
    }
  }

  private void deletion(Row row) {
    if (!row.deleted()) {
      return;
    }
    String phase = status.string("phase");
    if (pod.objectOrEmpty("status").string("reason").equals("NodeLost")) {
      reason = "Unknown";
    } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
      reason = "Terminating";
    }
  }

  private static String terminationText(JsonObject terminated) {
    String why = terminated.string("reason");
    if (!why.isEmpty()) {
      return why;
    }
    long signal = terminated.integer("signal");
    return signal != 0 ? "Signal:" + signal : "ExitCode:" + terminated.integer("exitCode");
  }

  private static @Nullable Instant lastFinished(JsonObject container) {
    return Row.time(container.objectOrEmpty("lastState").objectOrEmpty("terminated"), "finishedAt");
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return other.isAfter(one) ? other : one;
  }
}
