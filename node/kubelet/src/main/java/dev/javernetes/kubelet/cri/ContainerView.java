package dev.javernetes.kubelet.cri;

import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One container as the runtime has it, with the sandbox that it lives in. */
public record ContainerView(String sandboxId, ContainerStatus status) {

  public String id() {
    return status.getId();
  }

  public String name() {
    return status.getMetadata().getName();
  }

  public ContainerState state() {
    return status.getState();
  }

  public boolean running() {
    return status.getState() == ContainerState.CONTAINER_RUNNING;
  }

  public boolean exited() {
    return status.getState() == ContainerState.CONTAINER_EXITED;
  }

  public int exitCode() {
    return status.getExitCode();
  }

  public String hash() {
    return status.getAnnotationsOrDefault(CriLabels.CONTAINER_HASH, "");
  }

  /** How often a container of this name ran before this one. */
  public int restartCount() {
    String text = status.getAnnotationsOrDefault(CriLabels.CONTAINER_RESTART_COUNT, "");
    try {
      return text.isEmpty() ? status.getMetadata().getAttempt() : Integer.parseInt(text);
    } catch (NumberFormatException ignored) {
      return status.getMetadata().getAttempt();
    }
  }

  public @Nullable Instant startedAt() {
    return instant(status.getStartedAt());
  }

  public @Nullable Instant finishedAt() {
    return instant(status.getFinishedAt());
  }

  private static @Nullable Instant instant(long nanoseconds) {
    return nanoseconds <= 0
        ? null
        : Instant.ofEpochSecond(nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
  }
}
