package dev.javernetes.scheduler.framework;

import org.jspecify.annotations.Nullable;

/**
 * A kind of event, and a look at the event itself: does it give a rejected pod a chance? (KEP-4247,
 * queueing hints.) NodeResourcesFit wakes a pod for {@code ASSIGNED_POD_DELETE} always, for {@code
 * NODE_ALLOCATABLE} only if the node could now hold it.
 */
public record WakeUp(Event event, Hint hint) {

  /** What happens in a cluster that can matter to scheduling. */
  public enum Event {
    NODE_ADD,
    NODE_ALLOCATABLE,
    NODE_LABELS,
    NODE_TAINTS,
    NODE_CONDITIONS,
    ASSIGNED_POD_ADD,
    ASSIGNED_POD_UPDATE,
    ASSIGNED_POD_DELETE,
    /** The waiting pod itself was changed. */
    POD_UPDATE,
    VOLUME_CHANGE,
    STORAGE_CLASS_CHANGE,
    CSI_CHANGE,
    RESOURCE_CLAIM_CHANGE,
    NAMESPACE_LABELS
  }

  /**
   * {@code before} and {@code after} are the {@link NodeInfo} or {@link PodInfo} of the event;
   * either may be absent.
   */
  @FunctionalInterface
  public interface Hint {
    boolean mayHelp(PodInfo waiting, @Nullable Object before, @Nullable Object after);
  }

  public static WakeUp on(Event event) {
    return new WakeUp(event, (waiting, before, after) -> true);
  }

  public static WakeUp on(Event event, Hint hint) {
    return new WakeUp(event, hint);
  }
}
