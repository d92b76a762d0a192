package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.client.Client;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The condition that tells a pod's owner why it goes: KEP-3329. */
public final class Disruptions {
  private Disruptions() {}

  public static void mark(Client client, Pod pod, String reason, String message, Instant now) {
    PodStatus status =
        PodStates.withCondition(
            pod.status(),
            "DisruptionTarget",
            "True",
            reason,
            message,
            now.truncatedTo(ChronoUnit.SECONDS));
    try {
      client.updateStatus(Pod.TYPE, pod.toBuilder().status(status).build());
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }
}
