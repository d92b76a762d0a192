package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Pod;
import org.jspecify.annotations.Nullable;

/** Whether the node can give a pod what it asks for now, beside the others. */
@FunctionalInterface
public interface ResizeFit {

  /** Null if it can. */
  @Nullable Problem check(Pod asked);

  /**
   * Why not.
   *
   * @param reason {@code Infeasible} (never on this node) or {@code Deferred} (perhaps later)
   */
  record Problem(String reason, String message) {}
}
