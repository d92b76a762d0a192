package dev.javernetes.controllermanager.podgc;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a pod is garbage. Pure. */
enum PodGarbage {
  /** Its node is gone. */
  ORPHANED,
  /** It was deleted before it had a node. */
  UNSCHEDULED_TERMINATING,
  /** Its node was declared out of service: KEP-2268. */
  OUT_OF_SERVICE;

  /** Null if the pod is none; {@code node} is null if there is none of the pod's node name. */
  static @Nullable PodGarbage of(Pod pod, @Nullable Node node) {
    if (pod.spec().nodeName().isEmpty()) {
      return Meta.deleting(pod) ? UNSCHEDULED_TERMINATING : null;
    }
    if (node == null) {
      return ORPHANED;
    }
    boolean outOfService =
        node.spec().taints().stream()
            .anyMatch(taint -> taint.key().equals("node.kubernetes.io/out-of-service"));
    boolean ready =
        node.status().conditions().stream()
            .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
    return Meta.deleting(pod) && outOfService && !ready ? OUT_OF_SERVICE : null;
  }

  /** The finished pods beyond {@code threshold}, the oldest first; none if it is 0. */
  static List<Pod> surplus(List<Pod> pods, int threshold) {
    if (threshold <= 0) {
      return List.of();
    }
    List<Pod> finished = new ArrayList<>(pods.stream().filter(PodStates::finished).toList());
    finished.sort(
        Comparator.comparing((Pod pod) -> Meta.created(pod))
            .thenComparing(pod -> pod.metadata().name()));
    return finished.subList(0, Math.max(0, finished.size() - threshold));
  }
}
