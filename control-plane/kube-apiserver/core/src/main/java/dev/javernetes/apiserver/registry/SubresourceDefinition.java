package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionKind;
import java.util.List;

/**
 * A subresource as discovery shows it; what it does follows from its type.
 *
 * @param kind what it takes and gives: {@code autoscaling/v1, Kind=Scale}
 */
public record SubresourceDefinition(
    String name, Behaviour behaviour, GroupVersionKind kind, List<String> verbs) {

  /** How the engine treats it. */
  public enum Behaviour {
    /** Another view on the same object, with a strategy of its own: status, approval, resize … */
    PART_OF_OBJECT,
    /** The object's replica count as an autoscaling/v1 Scale. */
    SCALE,
    /** Puts a pod on a node. */
    BINDING,
    /** Deletes a pod if its disruption budgets allow. */
    EVICTION,
    /** Issues a service account's token. */
    TOKEN,
    /** A stream from or to a kubelet: log, exec, attach, portforward. */
    KUBELET,
    /** Requests passed on to a pod, service or node. */
    PROXY
  }

  public SubresourceDefinition {
    verbs = List.copyOf(verbs);
  }
}
