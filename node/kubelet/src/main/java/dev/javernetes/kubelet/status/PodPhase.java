package dev.javernetes.kubelet.status;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerStatus;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.kubelet.container.PodContainers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pod in one word, from the states of its containers: pure.
 *
 * <p>Pending until every container has started once, Running while any runs or will run again, then
 * Succeeded or Failed.
 */
final class PodPhase {
  static final String PENDING = "Pending";
  static final String RUNNING = "Running";
  static final String SUCCEEDED = "Succeeded";
  static final String FAILED = "Failed";

  private PodPhase() {}

  static boolean terminal(String phase) {
    return phase.equals(SUCCEEDED) || phase.equals(FAILED);
  }

  /** {@code terminal} says that nothing will be started again. */
  static String of(
      Pod pod,
      List<ContainerStatus> initStatuses,
      List<ContainerStatus> statuses,
      boolean terminal) {
    boolean pendingInit = false;
    for (Container container : PodContainers.init(pod)) {
      ContainerStatus status = find(initStatuses, container.name());
      if (PodContainers.isSidecar(container)) {
        pendingInit |=
            status == null
                || (!terminated(status)
                    && !Boolean.TRUE.equals(status.started())
                    && !restarting(status));
        continue;
      }
      if (status == null) {
        pendingInit = true;
      } else if (terminated(status)) {
        if (exitCode(status) != 0) {
          if (!PodContainers.restartsAfter(pod, container, exitCode(status))) {
            return FAILED;
          }
          pendingInit = true;
        }
      } else {
        if (lastExitFailedForGood(pod, container, status)) {
          return FAILED;
        }
        pendingInit = true;
      }
    }
    int waiting = 0;
    int running = 0;
    int stopped = 0;
    int succeeded = 0;
    int willRestart = 0;
    for (Container container : PodContainers.regular(pod)) {
      ContainerStatus status = find(statuses, container.name());
      if (status == null) {
        waiting++;
      } else if (status.state() != null && status.state().running() != null) {
        running++;
      } else if (terminated(status)) {
        stopped++;
        succeeded += exitCode(status) == 0 ? 1 : 0;
        willRestart +=
            !terminal && PodContainers.restartsAfter(pod, container, exitCode(status)) ? 1 : 0;
      } else if (restarting(status)) {
        stopped++; // waits for its next start
        willRestart += terminal ? 0 : 1;
      } else {
        waiting++;
      }
    }
    boolean anyRegularStarted = running > 0 || stopped > 0;
    if (pendingInit && !anyRegularStarted) {
      return PENDING;
    }
    if (waiting > 0) {
      return PENDING;
    }
    if (running > 0) {
      return RUNNING;
    }
    if (stopped == 0) {
      return PENDING;
    }
    if (willRestart > 0) {
      return RUNNING;
    }
    return stopped == succeeded ? SUCCEEDED : FAILED;
  }

  private static boolean lastExitFailedForGood(
      Pod pod, Container container, ContainerStatus status) {
    return status.lastState() != null
        && status.lastState().terminated() != null
        && lastExitCode(status) != 0
        && !PodContainers.restartsOnFailure(pod, container);
  }

  private static boolean terminated(ContainerStatus status) {
    return status.state() != null && status.state().terminated() != null;
  }

  /** Waiting, but it has run before. */
  private static boolean restarting(ContainerStatus status) {
    return status.state() != null
        && status.state().waiting() != null
        && status.lastState() != null
        && status.lastState().terminated() != null;
  }

  static int exitCode(ContainerStatus status) {
    if (status.state() == null || status.state().terminated() == null) {
      return 0;
    }
    Integer code = status.state().terminated().exitCode();
    return code == null ? 0 : code;
  }

  private static int lastExitCode(ContainerStatus status) {
    if (status.lastState() == null || status.lastState().terminated() == null) {
      return 0;
    }
    Integer code = status.lastState().terminated().exitCode();
    return code == null ? 0 : code;
  }

  static @Nullable ContainerStatus find(List<ContainerStatus> statuses, String name) {
    for (ContainerStatus status : statuses) {
      if (status.name().equals(name)) {
        return status;
      }
    }
    return null;
  }
}
