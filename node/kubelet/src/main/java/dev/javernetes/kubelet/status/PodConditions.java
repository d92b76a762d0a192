package dev.javernetes.kubelet.status;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerStatus;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodCondition;
import dev.javernetes.api.model.core.v1.PodReadinessGate;
import dev.javernetes.kubelet.container.PodContainers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a pod that the kubelet owns; those of others (readiness gates, the scheduler's)
 * are carried over as they are. Pure.
 */
final class PodConditions {
  /** Written by the kubelet; everything else belongs to somebody else. */
  static final Set<String> OWNED =
      Set.of(
          "PodReadyToStartContainers",
          "Initialized",
          "Ready",
          "ContainersReady",
          "PodScheduled",
          "DisruptionTarget",
          "PodResizePending",
          "PodResizeInProgress");

  private final Pod pod;
  private final List<PodCondition> former;
  private final String phase;
  private final Instant now;

  PodConditions(Pod pod, List<PodCondition> former, String phase, Instant now) {
    this.pod = pod;
    this.former = former;
    this.phase = phase;
    this.now = now;
  }

  List<PodCondition> of(
      List<ContainerStatus> initStatuses,
      List<ContainerStatus> statuses,
      boolean readyToStart,
      @Nullable String disruptionReason,
      String disruptionMessage,
      ResizeState resize) {
    List<PodCondition> all = new ArrayList<>();
    all.add(condition("PodReadyToStartContainers", readyToStart, "", ""));
    all.add(initialized(initStatuses, statuses));
    Verdict containersReady = containersReady(initStatuses, statuses);
    Verdict ready = containersReady.ok ? gates(containersReady) : containersReady;
    all.add(condition("Ready", ready.ok, ready.reason, ready.message));
    all.add(
        condition(
            "ContainersReady",
            containersReady.ok,
            containersReady.reason,
            containersReady.message));
    all.add(condition("PodScheduled", true, "", ""));
    if (disruptionReason != null) {
      all.add(condition("DisruptionTarget", true, disruptionReason, disruptionMessage));
    }
    if (!resize.pendingReason().isEmpty()) {
      all.add(condition("PodResizePending", true, resize.pendingReason(), resize.pendingMessage()));
    }
    if (resize.inProgress()) {
      boolean failed = !resize.progressError().isEmpty();
      all.add(
          condition("PodResizeInProgress", true, failed ? "Error" : "", resize.progressError()));
    }
    for (PodCondition condition : former) {
      if (condition.type().startsWith("PodResize")) {
        continue; // ours, and over
      }
      boolean kept = all.stream().anyMatch(ours -> ours.type().equals(condition.type()));
      if (!kept) {
        all.add(condition);
      }
    }
    return all;
  }

  private record Verdict(boolean ok, String reason, String message) {}

  private PodCondition initialized(
      List<ContainerStatus> initStatuses, List<ContainerStatus> statuses) {
    List<String> unknown = new ArrayList<>();
    List<String> incomplete = new ArrayList<>();
    for (Container container : PodContainers.init(pod)) {
      ContainerStatus status = PodPhase.find(initStatuses, container.name());
      if (status == null) {
        unknown.add(container.name());
      } else {
        Boolean done = PodContainers.isSidecar(container) ? status.started() : status.ready();
        if (!Boolean.TRUE.equals(done)) {
          incomplete.add(container.name());
        }
      }
    }
    if (phase.equals(PodPhase.SUCCEEDED) && unknown.isEmpty()) {
      return condition("Initialized", true, "PodCompleted", "");
    }
    boolean anyStarted =
        statuses.stream()
            .anyMatch(status ->
                Boolean.TRUE.equals(status.started())
                    || (status.lastState() != null && status.lastState().terminated() != null)
                    || (status.state() != null
                        && (status.state().terminated() != null
                            || status.state().running() != null)));
    String message = messages(unknown, incomplete, "incomplete");
    if (anyStarted || message.isEmpty()) {
      return condition("Initialized", true, "", "");
    }
    return condition("Initialized", false, "ContainersNotInitialized", message);
  }

  private Verdict containersReady(
      List<ContainerStatus> initStatuses, List<ContainerStatus> statuses) {
    if (phase.equals(PodPhase.FAILED)) {
      return new Verdict(false, "PodFailed", "");
    }
    List<String> unknown = new ArrayList<>();
    List<String> unready = new ArrayList<>();
    for (Container container : PodContainers.init(pod)) {
      if (PodContainers.isSidecar(container)) {
        sort(container, initStatuses, unknown, unready);
      }
    }
    for (Container container : PodContainers.regular(pod)) {
      sort(container, statuses, unknown, unready);
    }
    if (phase.equals(PodPhase.SUCCEEDED) && unknown.isEmpty()) {
      return new Verdict(false, "PodCompleted", "");
    }
    String message = messages(unknown, unready, "unready");
    return message.isEmpty()
        ? new Verdict(true, "", "")
        : new Verdict(false, "ContainersNotReady", message);
  }

  private static void sort(
      Container container,
      List<ContainerStatus> statuses,
      List<String> unknown,
      List<String> unready) {
    ContainerStatus status = PodPhase.find(statuses, container.name());
    if (status == null) {
      unknown.add(container.name());
    } else if (!Boolean.TRUE.equals(status.ready())) {
      unready.add(container.name());
    }
  }

  private Verdict gates(Verdict containersReady) {
    List<String> missing = new ArrayList<>();
    for (PodReadinessGate gate : pod.spec().readinessGates()) {
      String name = GoQuote.quote(gate.conditionType());
      PodCondition condition = find(former, gate.conditionType());
      if (condition == null) {
        missing.add("corresponding condition of pod readiness gate " + name + " does not exist.");
      } else if (!condition.status().equals("True")) {
        missing.add(
            "the status of pod readiness gate %s is not \"True\", but %s"
                .formatted(name, condition.status()));
      }
    }
    return missing.isEmpty()
        ? containersReady
        : new Verdict(false, "ReadinessGatesNotReady", String.join(", ", missing));
  }

  private PodCondition condition(String type, boolean ok, String reason, String message) {
    PodCondition old = find(former, type);
    String status = ok ? "True" : "False";
    Instant since =
        old != null && old.status().equals(status) && old.lastTransitionTime() != null
            ? old.lastTransitionTime()
            : now;
    PodCondition.Builder condition =
        PodCondition.builder()
            .type(type)
            .status(status)
            .reason(reason)
            .message(message)
            .lastTransitionTime(since);
    if (pod.metadata().generation() != null) {
      condition.observedGeneration(pod.metadata().generation());
    }
    return condition.build();
  }

  /** Lists as Go prints them: {@code containers with unready status: [web proxy]}. */
  private static String messages(List<String> unknown, List<String> wrong, String word) {
    List<String> messages = new ArrayList<>();
    if (!unknown.isEmpty()) {
      messages.add("containers with unknown status: [" + String.join(" ", unknown) + "]");
    }
    if (!wrong.isEmpty()) {
      messages.add("containers with " + word + " status: [" + String.join(" ", wrong) + "]");
    }
    return String.join(", ", messages);
  }

  private static @Nullable PodCondition find(List<PodCondition> conditions, String type) {
    for (PodCondition condition : conditions) {
      if (condition.type().equals(type)) {
        return condition;
      }
    }
    return null;
  }
}
