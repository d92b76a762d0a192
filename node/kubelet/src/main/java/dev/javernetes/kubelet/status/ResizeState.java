package dev.javernetes.kubelet.status;

import dev.javernetes.api.model.core.v1.ResourceRequirements;
import java.util.Map;

/**
 * How far a pod's resize has come, for its status.
 *
 * @param pendingReason {@code Deferred} or {@code Infeasible}; empty if none is pending
 * @param inProgress allocated, but not yet set everywhere
 * @param actual what containers' cgroups have, by container name
 */
public record ResizeState(
    String pendingReason,
    String pendingMessage,
    boolean inProgress,
    String progressError,
    Map<String, ResourceRequirements> actual) {
  public static final ResizeState NONE = new ResizeState("", "", false, "", Map.of());

  public ResizeState {
    actual = Map.copyOf(actual);
  }
}
