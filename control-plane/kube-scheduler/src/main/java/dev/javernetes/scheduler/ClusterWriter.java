package dev.javernetes.scheduler;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;
import dev.javernetes.client.EventRecorder;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.plugins.preemption.DefaultPreemption;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that the scheduler writes: bindings, the PodScheduled condition, the nominated node,
 * evictions, events.
 */
final class ClusterWriter implements Plugin.Bind, DefaultPreemption.Evictions {
  private static final Logger log = LoggerFactory.getLogger(ClusterWriter.class);

  private final Client client;
  private final EventRecorder events;
  private final Clock clock;

  ClusterWriter(Client client, EventRecorder events, Clock clock) {
    this.client = client;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "DefaultBinder";
  }

  @Override
  public Status bind(CycleState state, PodInfo pod, String node) {
    JsonObject binding =
        JsonObject.of(
            "apiVersion",
            "v1",
            "kind",
            "Binding",
            "metadata",
            JsonObject.of("name", pod.name(), "namespace", pod.namespace(), "uid", pod.uid()),
            "target",
            JsonObject.of("kind", "Node", "name", node));
    try {
      client.createSubresource(Pod.TYPE, pod.namespace(), pod.name(), "binding", binding);
    } catch (ApiException | UncheckedIOException refusal) {
      return Status.error(String.valueOf(refusal.getMessage()));
    }
    events.record(
        ObjectRef.of(pod.pod()),
        "Normal",
        "Scheduled",
        "Binding",
        "Successfully assigned " + pod.key() + " to " + node);
    return Status.SUCCESS;
  }

  /**
   * The pod could not be scheduled.
   *
   * @param nominatedNode {@code null} leaves it as it is
   */
  void unschedulable(PodInfo pod, String reason, String message, @Nullable String nominatedNode) {
    events.record(ObjectRef.of(pod.pod()), "Warning", "FailedScheduling", "Scheduling", message);
    JsonObject condition =
        JsonObject.of(
            "type",
            "PodScheduled",
            "status",
            "False",
            "reason",
            reason,
            "message",
            message,
            "lastTransitionTime",
            transitionTime(pod.pod(), "PodScheduled"));
    Long generation = pod.pod().metadata().generation();
    if (generation != null) {
      condition.put("observedGeneration", generation);
    }
    JsonObject status = JsonObject.of("conditions", new ArrayList<Object>(List.of(condition)));
    if (nominatedNode != null && !nominatedNode.equals(pod.pod().status().nominatedNodeName())) {
      status.put("nominatedNodeName", nominatedNode.isEmpty() ? null : nominatedNode);
    } else if (said(pod.pod(), reason, message)) {
      return;
    }
    patchStatus(pod, status);
  }

  private String transitionTime(Pod pod, String type) {
    return pod.status().conditions().stream()
        .filter(condition -> condition.type().equals(type) && condition.status().equals("False"))
        .map(condition -> condition.lastTransitionTime())
        .filter(java.util.Objects::nonNull)
        .map(Object::toString)
        .findFirst()
        .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static boolean said(Pod pod, String reason, String message) {
    return pod.status().conditions().stream()
        .anyMatch(condition ->
            condition.type().equals("PodScheduled")
                && condition.status().equals("False")
                && condition.reason().equals(reason)
                && condition.message().equals(message));
  }

  @Override
  public void evict(PodInfo preemptor, String node, List<PodInfo> victims) {
    for (PodInfo victim : victims) {
      if (!victim.terminating()) {
        Thread.startVirtualThread(() -> evict(preemptor, node, victim));
      }
    }
  }

  private void evict(PodInfo preemptor, String node, PodInfo victim) {
    String scheduler = preemptor.spec().schedulerName();
    JsonObject condition =
        JsonObject.of(
            "type",
            "DisruptionTarget",
            "status",
            "True",
            "reason",
            "PreemptionByScheduler",
            "message",
            scheduler + ": preempting to accommodate a higher priority pod",
            "lastTransitionTime",
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    patchStatus(victim, JsonObject.of("conditions", new ArrayList<Object>(List.of(condition))));
    try {
      client.delete(Pod.TYPE, victim.namespace(), victim.name(), DeleteOptions.uid(victim.uid()));
      events.record(
          ObjectRef.of(victim.pod()),
          "Normal",
          "Preempted",
          "Preempting",
          "Preempted by pod " + preemptor.uid() + " on node " + node);
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND) && !refusal.is(StatusReason.CONFLICT)) {
        log.warn("cannot evict {}: {}", victim.key(), refusal.getMessage());
      }
    } catch (UncheckedIOException problem) {
      log.warn("cannot evict {}: {}", victim.key(), problem.getMessage());
    }
  }

  private void patchStatus(PodInfo pod, JsonObject status) {
    JsonObject change =
        JsonObject.of("metadata", JsonObject.of("uid", pod.uid()), "status", status);
    try {
      client.patchStatus(Pod.TYPE, pod.namespace(), pod.name(), Patch.strategic(change));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND) && !refusal.is(StatusReason.CONFLICT)) {
        log.warn("cannot update the status of {}: {}", pod.key(), refusal.getMessage());
      }
    } catch (UncheckedIOException problem) {
      log.warn("cannot update the status of {}: {}", pod.key(), problem.getMessage());
    }
  }
}
