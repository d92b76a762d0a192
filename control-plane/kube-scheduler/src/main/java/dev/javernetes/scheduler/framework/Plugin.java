package dev.javernetes.scheduler.framework;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in: it has a name and implements one or more of the extension points below, which the
 * framework calls in this order:
 *
 * <pre>
 * queue      PreEnqueue, QueueSort
 * scheduling PreFilter → Filter (each node) → [PostFilter if no node is left] → PreScore → Score (each feasible node) → Reserve → Permit
 * binding    PreBind → Bind → PostBind          (a failure after Reserve calls unreserve in reverse order)
 * </pre>
 */
public interface Plugin {
  String name();

  /**
   * What may make a pod schedulable that this plug-in has rejected: the queue wakes it for these
   * and for nothing else.
   */
  default List<WakeUp> wakeUps() {
    return List.of();
  }

  /** Keeps a pod out of the active queue, as a scheduling gate does. */
  interface PreEnqueue extends Plugin {
    Status preEnqueue(PodInfo pod);
  }

  /** Orders the active queue; exactly one plug-in. */
  interface QueueSort extends Plugin {
    int compare(QueuedPod first, QueuedPod second);
  }

  /**
   * Looks at the pod once before the nodes: computes what its filter needs, narrows the nodes, or
   * rejects the pod.
   */
  interface PreFilter extends Plugin {
    PreFilterResult preFilter(CycleState state, PodInfo pod, Snapshot snapshot);
  }

  /** Says whether the pod can run on a node. */
  interface Filter extends Plugin {
    Status filter(CycleState state, PodInfo pod, NodeInfo node);
  }

  /**
   * Tries to make room when no node is left; a success names the node that the pod may hope for.
   */
  interface PostFilter extends Plugin {
    PostFilterResult postFilter(
        CycleState state, PodInfo pod, Snapshot snapshot, Map<String, Status> rejections);
  }

  /**
   * Looks at the feasible nodes once before they are scored; {@link Status#SKIP} leaves this
   * plug-in's score out.
   */
  interface PreScore extends Plugin {
    Status preScore(CycleState state, PodInfo pod, List<NodeInfo> nodes);
  }

  /**
   * Rates a node: any number; {@link #normalize} brings all nodes' numbers to 0 … {@link
   * #MAX_SCORE}.
   */
  interface Score extends Plugin {
    long MAX_SCORE = 100;

    long score(CycleState state, PodInfo pod, NodeInfo node);

    default void normalize(CycleState state, PodInfo pod, long[] scores) {}
  }

  /** Takes note of the choice in the plug-in's own state. */
  interface Reserve extends Plugin {
    Status reserve(CycleState state, PodInfo pod, String node);

    void unreserve(CycleState state, PodInfo pod, String node);
  }

  /** Allows, rejects or delays a pod right before binding. */
  interface Permit extends Plugin {
    Status permit(CycleState state, PodInfo pod, String node);
  }

  /** Does what must be done before the pod is bound, such as binding its volumes; may block. */
  interface PreBind extends Plugin {
    Status preBind(CycleState state, PodInfo pod, String node);
  }

  /** Binds the pod; {@link Status#SKIP} passes it to the next one. */
  interface Bind extends Plugin {
    Status bind(CycleState state, PodInfo pod, String node);
  }

  /** Told after a pod is bound. */
  interface PostBind extends Plugin {
    void postBind(CycleState state, PodInfo pod, String node);
  }

  /**
   * What preFilter found.
   *
   * @param nodes the only nodes worth a look; {@code null} for all
   */
  record PreFilterResult(Status status, @Nullable Set<String> nodes) {
    public static final PreFilterResult ALL_NODES = new PreFilterResult(Status.SUCCESS, null);
    public static final PreFilterResult SKIP = new PreFilterResult(Status.SKIP, null);

    public static PreFilterResult rejected(Status status) {
      return new PreFilterResult(status, null);
    }
  }

  /**
   * What postFilter achieved.
   *
   * @param nominatedNode where the pod should fit once the victims are gone; empty for nowhere;
   *     {@code null} to leave it as it is
   */
  record PostFilterResult(Status status, @Nullable String nominatedNode) {}
}
