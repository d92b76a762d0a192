package dev.javernetes.controllermanager.deployment;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.DeploymentCondition;
import dev.javernetes.api.model.apps.v1.DeploymentStatus;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.apps.v1.ReplicaSetCondition;
import dev.javernetes.controllermanager.loop.Meta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a Deployment's status says: counts over its sets, and the conditions that kubectl waits for.
 */
final class RolloutStatus {
  static final String AVAILABLE = "Available";
  static final String PROGRESSING = "Progressing";
  static final String REPLICA_FAILURE = "ReplicaFailure";
  static final String NEW_AVAILABLE = "NewReplicaSetAvailable";
  static final String TIMED_OUT = "ProgressDeadlineExceeded";

  private RolloutStatus() {}

  /** Counts and the Available condition. */
  static DeploymentStatus counts(
      Deployment deployment, List<ReplicaSet> all, @Nullable ReplicaSet newSet, Instant now) {
    int replicas = 0;
    int ready = 0;
    int available = 0;
    int terminating = 0;
    for (ReplicaSet set : all) {
      replicas += Meta.or(set.status().replicas(), 0);
      ready += Meta.or(set.status().readyReplicas(), 0);
      available += Meta.or(set.status().availableReplicas(), 0);
      terminating += Meta.or(set.status().terminatingReplicas(), 0);
    }
    int updated = newSet == null ? 0 : Meta.or(newSet.status().replicas(), 0);
    boolean enough = available >= Rollout.desired(deployment) - Rollout.maxUnavailable(deployment);
    List<DeploymentCondition> conditions =
        set(
            deployment.status().conditions(),
            enough
                ? condition(
                    AVAILABLE,
                    "True",
                    "MinimumReplicasAvailable",
                    "Deployment has minimum availability.",
                    now)
                : condition(
                    AVAILABLE,
                    "False",
                    "MinimumReplicasUnavailable",
                    "Deployment does not have minimum availability.",
                    now));
    return DeploymentStatus.builder()
        .observedGeneration(deployment.metadata().generation())
        .replicas(Meta.omitZero(replicas))
        .updatedReplicas(Meta.omitZero(updated))
        .readyReplicas(Meta.omitZero(ready))
        .availableReplicas(Meta.omitZero(available))
        .unavailableReplicas(Meta.omitZero(Math.max(0, replicas - available)))
        .terminatingReplicas(terminating)
        .collisionCount(deployment.status().collisionCount())
        .conditions(conditions)
        .build();
  }

  /** Counts, and how the rollout gets on. */
  static DeploymentStatus rollout(
      Deployment deployment, List<ReplicaSet> all, @Nullable ReplicaSet newSet, Instant now) {
    DeploymentStatus status = counts(deployment, all, newSet, now);
    List<DeploymentCondition> conditions = new ArrayList<>(status.conditions());
    boolean deadline = hasDeadline(deployment);
    DeploymentCondition current = find(deployment.status().conditions(), PROGRESSING);
    if (!deadline) {
      conditions.removeIf(condition -> condition.type().equals(PROGRESSING));
    }
    boolean wasComplete =
        Objects.equals(status.replicas(), status.updatedReplicas())
            && current != null
            && current.reason().equals(NEW_AVAILABLE);
    if (deadline && !wasComplete) {
      String subject =
          newSet == null
              ? "Deployment " + GoQuote.quote(deployment.metadata().name())
              : "ReplicaSet " + GoQuote.quote(newSet.metadata().name());
      if (complete(deployment, status)) {
        conditions =
            set(
                conditions,
                condition(
                    PROGRESSING,
                    "True",
                    NEW_AVAILABLE,
                    subject + " has successfully progressed.",
                    now));
      } else if (progressed(deployment.status(), status)) {
        DeploymentCondition fresh =
            condition(PROGRESSING, "True", "ReplicaSetUpdated", subject + " is progressing.", now);
        if (current != null && current.status().equals("True")) {
          fresh = fresh.toBuilder().lastTransitionTime(current.lastTransitionTime()).build();
        }
        conditions = new ArrayList<>(conditions);
        conditions.removeIf(condition -> condition.type().equals(PROGRESSING));
        conditions.add(fresh);
      } else if (timedOut(deployment, current, now)) {
        conditions =
            set(
                conditions,
                condition(
                    PROGRESSING, "False", TIMED_OUT, subject + " has timed out progressing.", now));
      }
    }
    return status.toBuilder().conditions(failures(conditions, all, newSet)).build();
  }

  static boolean complete(Deployment deployment, DeploymentStatus status) {
    int desired = Rollout.desired(deployment);
    return Meta.or(status.updatedReplicas(), 0) == desired
        && Meta.or(status.replicas(), 0) == desired
        && Meta.or(status.availableReplicas(), 0) == desired
        && Objects.requireNonNullElse(status.observedGeneration(), 0L)
            >= Meta.generation(deployment);
  }

  static boolean hasDeadline(Deployment deployment) {
    Integer seconds = deployment.spec().progressDeadlineSeconds();
    return seconds != null && seconds != Integer.MAX_VALUE;
  }

  /** When the deadline would pass if nothing moves; null if there is nothing to wait for. */
  static @Nullable Duration untilDeadline(
      Deployment deployment, DeploymentStatus status, Instant now) {
    DeploymentCondition progressing = find(status.conditions(), PROGRESSING);
    Integer seconds = deployment.spec().progressDeadlineSeconds();
    if (!hasDeadline(deployment)
        || seconds == null
        || progressing == null
        || progressing.lastUpdateTime() == null
        || progressing.reason().equals(TIMED_OUT)
        || complete(deployment, status)) {
      return null;
    }
    Duration left = Duration.between(now, progressing.lastUpdateTime().plusSeconds(seconds));
    return left.toMillis() < 1000 ? Duration.ofSeconds(1) : left.plusSeconds(1);
  }

  static DeploymentCondition condition(
      String type, String status, String reason, String message, Instant now) {
    return new DeploymentCondition(type, status, now, now, reason, message);
  }

  static @Nullable DeploymentCondition find(List<DeploymentCondition> conditions, String type) {
    for (DeploymentCondition condition : conditions) {
      if (condition.type().equals(type)) {
        return condition;
      }
    }
    return null;
  }

  /** Changes nothing if status and reason are as before; else the time of transition may stay. */
  static List<DeploymentCondition> set(
      List<DeploymentCondition> conditions, DeploymentCondition condition) {
    DeploymentCondition present = find(conditions, condition.type());
    if (present != null
        && present.status().equals(condition.status())
        && present.reason().equals(condition.reason())) {
      return conditions;
    }
    DeploymentCondition next = condition;
    if (present != null && present.status().equals(condition.status())) {
      next = condition.toBuilder().lastTransitionTime(present.lastTransitionTime()).build();
    }
    List<DeploymentCondition> changed = new ArrayList<>(conditions);
    changed.removeIf(other -> other.type().equals(condition.type()));
    changed.add(next);
    return changed;
  }

  private static boolean progressed(DeploymentStatus before, DeploymentStatus now) {
    int oldBefore = Meta.or(before.replicas(), 0) - Meta.or(before.updatedReplicas(), 0);
    int oldNow = Meta.or(now.replicas(), 0) - Meta.or(now.updatedReplicas(), 0);
    return Meta.or(now.updatedReplicas(), 0) > Meta.or(before.updatedReplicas(), 0)
        || oldNow < oldBefore
        || Meta.or(now.readyReplicas(), 0) > Meta.or(before.readyReplicas(), 0)
        || Meta.or(now.availableReplicas(), 0) > Meta.or(before.availableReplicas(), 0);
  }

  private static boolean timedOut(
      Deployment deployment, @Nullable DeploymentCondition progressing, Instant now) {
    Integer seconds = deployment.spec().progressDeadlineSeconds();
    if (progressing == null || seconds == null || progressing.reason().equals(NEW_AVAILABLE)) {
      return false;
    }
    Instant since = progressing.lastUpdateTime();
    return progressing.reason().equals(TIMED_OUT)
        || (since != null && since.plusSeconds(seconds).isBefore(now));
  }

  /**
   * A set's failure to create pods is the Deployment's; the new set's goes before the old ones'.
   */
  private static List<DeploymentCondition> failures(
      List<DeploymentCondition> conditions, List<ReplicaSet> all, @Nullable ReplicaSet newSet) {
    ReplicaSetCondition failure = newSet == null ? null : failure(newSet);
    for (ReplicaSet set : all) {
      if (failure == null) {
        failure = failure(set);
      }
    }
    if (failure != null) {
      Instant since = Objects.requireNonNullElse(failure.lastTransitionTime(), Instant.EPOCH);
      return set(
          conditions,
          condition(REPLICA_FAILURE, failure.status(), failure.reason(), failure.message(), since));
    }
    List<DeploymentCondition> left = new ArrayList<>(conditions);
    left.removeIf(condition -> condition.type().equals(REPLICA_FAILURE));
    return left;
  }

  private static @Nullable ReplicaSetCondition failure(ReplicaSet set) {
    for (ReplicaSetCondition condition : set.status().conditions()) {
      if (condition.type().equals(REPLICA_FAILURE)) {
        return condition;
      }
    }
    return null;
  }
}
