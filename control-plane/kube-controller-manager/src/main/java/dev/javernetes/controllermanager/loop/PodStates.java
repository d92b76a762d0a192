package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodCondition;
import dev.javernetes.api.model.core.v1.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What state a pod is in, in the words of upstream's controllers. */
public final class PodStates {
  private PodStates() {}

  /** Neither finished nor being deleted. */
  public static boolean active(Pod pod) {
    return !finished(pod) && !Meta.deleting(pod);
  }

  public static boolean finished(Pod pod) {
    return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
  }

  /** Being deleted and not finished yet. */
  public static boolean terminating(Pod pod) {
    return !finished(pod) && Meta.deleting(pod);
  }

  public static boolean ready(Pod pod) {
    PodCondition ready = condition(pod, "Ready");
    return ready != null && ready.status().equals("True");
  }

  public static @Nullable PodCondition condition(Pod pod, String type) {
    for (PodCondition condition : pod.status().conditions()) {
      if (condition.type().equals(type)) {
        return condition;
      }
    }
    return null;
  }

  /** Ready for at least {@code minReadySeconds}. */
  public static boolean available(Pod pod, int minReadySeconds, Instant now) {
    PodCondition ready = condition(pod, "Ready");
    if (ready == null || !ready.status().equals("True")) {
      return false;
    }
    Instant since = ready.lastTransitionTime();
    return minReadySeconds == 0
        || (since != null && !since.plusSeconds(minReadySeconds).isAfter(now));
  }

  /** How long until a ready pod becomes available; null if that is not a matter of time. */
  public static @Nullable Duration untilAvailable(Pod pod, int minReadySeconds, Instant now) {
    PodCondition ready = condition(pod, "Ready");
    if (minReadySeconds == 0 || ready == null || !ready.status().equals("True")) {
      return null;
    }
    Instant since = ready.lastTransitionTime();
    if (since == null) {
      return null;
    }
    Duration left = Duration.between(now, since.plusSeconds(minReadySeconds));
    return left.isNegative() || left.isZero() ? null : left;
  }

  /** The status with this condition set; its transition time moves only if its status changes. */
  public static PodStatus withCondition(
      PodStatus status, String type, String value, String reason, String message, Instant now) {
    List<PodCondition> conditions = new ArrayList<>();
    boolean found = false;
    for (PodCondition condition : status.conditions()) {
      if (condition.type().equals(type)) {
        found = true;
        Instant since =
            condition.status().equals(value) ? condition.lastTransitionTime() : (Instant) now;
        conditions.add(
            condition.toBuilder()
                .status(value)
                .reason(reason)
                .message(message)
                .lastTransitionTime(since)
                .build());
      } else {
        conditions.add(condition);
      }
    }
    if (!found) {
      conditions.add(
          PodCondition.builder()
              .type(type)
              .status(value)
              .reason(reason)
              .message(message)
              .lastTransitionTime(now)
              .build());
    }
    return status.toBuilder().conditions(conditions).build();
  }
}
