package dev.javernetes.scheduler;

import dev.javernetes.api.model.core.v1.Pod;

/**
 * Tells users what happened to a pod: {@code Normal}, {@code Scheduled}, {@code Binding},
 * "Successfully assigned …".
 */
@FunctionalInterface
public interface PodEvents {
  void record(Pod pod, String type, String reason, String action, String message);
}
