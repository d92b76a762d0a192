package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.kubelet.cri.ContainerView;

/** One step towards what the pod asks for; the worker takes them in order. */
sealed interface PodAction {

  /** Why a container is stopped: decides its grace period and the event's reason. */
  enum KillReason {
    CHANGED,
    LIVENESS,
    STARTUP,
    UNKNOWN_STATE
  }

  /** Which kind of container, for reasons and order. */
  enum ContainerRole {
    INIT,
    REGULAR,
    EPHEMERAL
  }

  /** Stop every container and the sandbox: the pod starts anew, or has nothing left to run. */
  record StopPod(boolean startsAnew) implements PodAction {}

  /** Stop one running container. */
  record KillContainer(Container container, ContainerView view, KillReason reason, String message)
      implements PodAction {}

  record CreateSandbox(int attempt) implements PodAction {}

  record StartContainer(Container container, ContainerRole role) implements PodAction {}
}
