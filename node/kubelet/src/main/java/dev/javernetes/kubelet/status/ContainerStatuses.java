package dev.javernetes.kubelet.status;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerState;
import dev.javernetes.api.model.core.v1.ContainerStateRunning;
import dev.javernetes.api.model.core.v1.ContainerStateTerminated;
import dev.javernetes.api.model.core.v1.ContainerStateWaiting;
import dev.javernetes.api.model.core.v1.ContainerStatus;
import dev.javernetes.api.model.core.v1.ContainerUser;
import dev.javernetes.api.model.core.v1.LinuxContainerUser;
import dev.javernetes.api.model.core.v1.VolumeMount;
import dev.javernetes.api.model.core.v1.VolumeMountStatus;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.probe.ProbeKind;
import dev.javernetes.kubelet.probe.ProbeVerdict;
import dev.javernetes.kubelet.status.StatusInputs.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statuses of a pod's containers of one role: pure. */
final class ContainerStatuses {

  /** Which role's rules apply. */
  enum Role {
    INIT,
    REGULAR,
    EPHEMERAL
  }

  private final StatusInputs inputs;
  private final boolean podHasInitContainers;

  ContainerStatuses(StatusInputs inputs, boolean podHasInitContainers) {
    this.inputs = inputs;
    this.podHasInitContainers = podHasInitContainers;
  }

  List<ContainerStatus> of(List<Container> containers, List<ContainerStatus> former, Role role) {
    List<ContainerStatus> statuses = new ArrayList<>();
    for (Container container : containers) {
      ContainerStatus old = null;
      for (ContainerStatus status : former) {
        if (status.name().equals(container.name())) {
          old = status;
        }
      }
      statuses.add(of(container, old, role));
    }
    return statuses;
  }

  private ContainerStatus of(Container container, @Nullable ContainerStatus old, Role role) {
    List<ContainerView> views =
        inputs.view().containers().stream()
            .filter(view -> view.name().equals(container.name()))
            .toList();
    ContainerStatus.Builder status =
        ContainerStatus.builder()
            .name(container.name())
            .image(container.image())
            .imageID("")
            .restartCount(0)
            .ready(false)
            .started(false)
            .volumeMounts(volumeMounts(container));
    if (views.isEmpty()) {
      unknownToRuntime(status, container, old, role);
      return status.build();
    }
    ContainerView newest = views.getFirst();
    ContainerView before = views.size() > 1 ? views.get(1) : null;
    status
        .restartCount(newest.restartCount())
        .image(
            newest.status().getImage().getImage().isEmpty()
                ? container.image()
                : userImage(newest, container))
        .imageID(newest.status().getImageRef())
        .containerID(id(newest));
    if (newest.running()) {
      addActualResources(status, container, newest);
    }
    Waiting waiting = inputs.waiting().get(container.name());
    if (waiting != null && newest.exited()) {
      // It will be started again: what it died of becomes the last state.
      status.state(waitingState(waiting)).lastState(terminated(newest));
    } else if (waiting != null && !newest.running()) {
      status.state(waitingState(waiting));
      addLastState(status, before, old);
    } else {
      status.state(state(newest));
      addLastState(status, before, old);
    }
    boolean started = started(container, newest, role);
    status.started(started).ready(ready(container, newest, role, started));
    return status.build();
  }

  private void unknownToRuntime(
      ContainerStatus.Builder status,
      Container container,
      @Nullable ContainerStatus old,
      Role role) {
    if (old != null && old.state() != null && old.state().terminated() != null) {
      // Its record was collected; what was said about it stays true.
      status
          .state(old.state())
          .lastState(old.lastState())
          .restartCount(old.restartCount())
          .containerID(old.containerID())
          .imageID(old.imageID())
          .ready(role == Role.INIT && Boolean.TRUE.equals(old.ready()));
      return;
    }
    boolean waitsForInit = podHasInitContainers && role == Role.REGULAR;
    String reason = waitsForInit || podHasInitContainers ? "PodInitializing" : "ContainerCreating";
    Waiting waiting = inputs.waiting().get(container.name());
    ContainerState state =
        waiting != null ? waitingState(waiting) : waitingState(new Waiting(reason, ""));
    if (old != null) {
      status.restartCount(old.restartCount()).lastState(old.lastState());
      if (old.state() != null && old.state().running() != null) {
        ContainerState lost =
            ContainerState.builder()
                .terminated(
                    ContainerStateTerminated.builder()
                        .exitCode(137)
                        .reason("ContainerStatusUnknown")
                        .message(
                            "The container could not be located when the pod was deleted."
                                + "  The container used to be Running")
                        .build())
                .build();
        if (inputs.terminating()) {
          state = lost;
        } else {
          status.lastState(lost);
          int count = old.restartCount() == null ? 0 : old.restartCount();
          status.restartCount(count + 1);
        }
      }
    }
    status.state(state);
  }

  private void addLastState(
      ContainerStatus.Builder status,
      @Nullable ContainerView before,
      @Nullable ContainerStatus old) {
    if (before != null && before.exited()) {
      status.lastState(terminated(before));
    } else if (old != null && old.lastState() != null) {
      status.lastState(old.lastState());
    }
  }

  private boolean started(Container container, ContainerView view, Role role) {
    if (!view.running() || role == Role.EPHEMERAL) {
      return false;
    }
    if (role == Role.INIT && !sidecar(container)) {
      return false;
    }
    if (container.startupProbe() == null) {
      // running, and its postStart hook does not hold it back (it is started synchronously)
      return true;
    }
    return inputs.probes().of(ProbeKind.STARTUP, view.id()) == ProbeVerdict.SUCCESS;
  }

  private boolean ready(Container container, ContainerView view, Role role, boolean started) {
    if (role == Role.EPHEMERAL) {
      return false;
    }
    if (role == Role.INIT && !sidecar(container)) {
      return view.exited() && view.exitCode() == 0;
    }
    if (!view.running() || !started) {
      return false;
    }
    return container.readinessProbe() == null
        || inputs.probes().of(ProbeKind.READINESS, view.id()) == ProbeVerdict.SUCCESS;
  }

  private ContainerState state(ContainerView view) {
    return switch (view.state()) {
      case CONTAINER_RUNNING ->
          ContainerState.builder()
              .running(ContainerStateRunning.builder().startedAt(view.startedAt()).build())
              .build();
      case CONTAINER_EXITED -> terminated(view);
      case CONTAINER_CREATED, CONTAINER_UNKNOWN, UNRECOGNIZED ->
          ContainerState.builder().waiting(ContainerStateWaiting.builder().build()).build();
    };
  }

  private ContainerState terminated(ContainerView view) {
    String reason = view.status().getReason();
    if (reason.isEmpty()) {
      reason = view.exitCode() == 0 ? "Completed" : "Error";
    }
    String message = inputs.terminationMessages().get(view.id());
    return ContainerState.builder()
        .terminated(
            ContainerStateTerminated.builder()
                .exitCode(view.exitCode())
                .reason(reason)
                .message(message == null ? view.status().getMessage() : message)
                .startedAt(view.startedAt())
                .finishedAt(view.finishedAt())
                .containerID(id(view))
                .build())
        .build();
  }

  private static ContainerState waitingState(Waiting waiting) {
    return ContainerState.builder()
        .waiting(
            ContainerStateWaiting.builder()
                .reason(waiting.reason())
                .message(waiting.message())
                .build())
        .build();
  }

  private void addActualResources(
      ContainerStatus.Builder status, Container container, ContainerView view) {
    if (container.resources() != null) {
      status.resources(
          inputs.resize().actual().getOrDefault(container.name(), container.resources()));
      Map<String, Quantity> requests = container.resources().requests();
      if (!requests.isEmpty()) {
        status.allocatedResources(requests);
      }
    }
    if (view.status().hasUser() && view.status().getUser().hasLinux()) {
      var user = view.status().getUser().getLinux();
      status.user(
          ContainerUser.builder()
              .linux(
                  LinuxContainerUser.builder()
                      .uid(user.getUid())
                      .gid(user.getGid())
                      .supplementalGroups(user.getSupplementalGroupsList())
                      .build())
              .build());
    }
  }

  private static List<VolumeMountStatus> volumeMounts(Container container) {
    List<VolumeMountStatus> statuses = new ArrayList<>();
    for (VolumeMount mount : container.volumeMounts()) {
      VolumeMountStatus.Builder status =
          VolumeMountStatus.builder().name(mount.name()).mountPath(mount.mountPath());
      if (Boolean.TRUE.equals(mount.readOnly())) {
        status.readOnly(true).recursiveReadOnly("Disabled");
      }
      statuses.add(status.build());
    }
    return statuses;
  }

  private String id(ContainerView view) {
    return inputs.runtimeName() + "://" + view.id();
  }

  private static String userImage(ContainerView view, Container container) {
    String asked = view.status().getImage().getUserSpecifiedImage();
    String image = view.status().getImage().getImage();
    // A digest or image id says nothing to a reader; what the pod asked for does.
    boolean opaque = image.startsWith("sha256:") || image.matches("[0-9a-f]{64}");
    return opaque ? (asked.isEmpty() ? container.image() : asked) : image;
  }

  private static boolean sidecar(Container container) {
    return "Always".equals(container.restartPolicy());
  }
}
