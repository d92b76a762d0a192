package dev.javernetes.controllermanager.job;

import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import dev.javernetes.api.model.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import dev.javernetes.api.model.batch.v1.PodFailurePolicyRule;
import dev.javernetes.api.model.core.v1.ContainerState;
import dev.javernetes.api.model.core.v1.ContainerStateTerminated;
import dev.javernetes.api.model.core.v1.ContainerStatus;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.controllermanager.loop.Meta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Job reads from its pods. Pure. */
final class JobPods {
  static final String FINALIZER = "batch.kubernetes.io/job-tracking";
  static final String INDEX = "batch.kubernetes.io/job-completion-index";
  static final String INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration MAX_BACKOFF = Duration.ofMinutes(10);

  /** What a pod failure policy says about a failed pod. */
  record Verdict(String action, String message) {}

  private JobPods() {}

  static boolean tracked(Pod pod) {
    return pod.metadata().finalizers().contains(FINALIZER);
  }

  static boolean succeeded(Pod pod) {
    return pod.status().phase().equals("Succeeded");
  }

  /** Failed, or on its way out without having succeeded, unless only ended pods are replaced. */
  static boolean failed(Job job, Pod pod) {
    if (pod.status().phase().equals("Failed")) {
      return true;
    }
    boolean onlyEnded =
        job.spec().podReplacementPolicy().equals("Failed") || job.spec().podFailurePolicy() != null;
    return !onlyEnded && Meta.deleting(pod) && !succeeded(pod);
  }

  static boolean indexed(Job job) {
    return job.spec().completionMode().equals("Indexed");
  }

  /** -1 if the pod has none. */
  static int index(Pod pod) {
    try {
      return Integer.parseInt(Meta.annotation(pod, INDEX));
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  static int indexFailures(Pod pod) {
    try {
      return Integer.parseInt(Meta.annotation(pod, INDEX_FAILURES));
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  /** When the last of its containers ended. */
  static Instant finishedAt(Pod pod) {
    Instant last = null;
    for (ContainerStatus status : pod.status().containerStatuses()) {
      ContainerStateTerminated end = terminated(status);
      if (end != null
          && end.finishedAt() != null
          && (last == null || end.finishedAt().isAfter(last))) {
        last = end.finishedAt();
      }
    }
    if (last != null) {
      return last;
    }
    Instant deleted = pod.metadata().deletionTimestamp();
    return deleted != null ? deleted : Meta.created(pod);
  }

  /** When a pod may be created again after the failures of these: 10 s, 20 s, … 10 min after. */
  static Instant nextTry(Job job, List<Pod> pods) {
    Instant lastSuccess = Instant.MIN;
    for (Pod pod : pods) {
      if (succeeded(pod) && finishedAt(pod).isAfter(lastSuccess)) {
        lastSuccess = finishedAt(pod);
      }
    }
    int failures = 0;
    Instant lastFailure = Instant.EPOCH;
    for (Pod pod : pods) {
      if (failed(job, pod) && finishedAt(pod).isAfter(lastSuccess)) {
        failures++;
        if (finishedAt(pod).isAfter(lastFailure)) {
          lastFailure = finishedAt(pod);
        }
      }
    }
    if (failures == 0) {
      return Instant.EPOCH;
    }
    long millis = FIRST_BACKOFF.toMillis() << Math.min(failures - 1, 10);
    return lastFailure.plusMillis(Math.min(millis, MAX_BACKOFF.toMillis()));
  }

  /** Null if no rule matches: it counts. */
  static @Nullable Verdict verdict(Job job, Pod pod) {
    if (job.spec().podFailurePolicy() == null || !pod.status().phase().equals("Failed")) {
      return null;
    }
    List<PodFailurePolicyRule> rules = job.spec().podFailurePolicy().rules();
    String name = pod.metadata().namespace() + "/" + pod.metadata().name();
    for (int i = 0; i < rules.size(); i++) {
      PodFailurePolicyRule rule = rules.get(i);
      String matching = " matching " + rule.action() + " rule at index " + i;
      ContainerStatus container = onExitCodes(rule.onExitCodes(), pod);
      if (container != null) {
        ContainerStateTerminated end = terminated(container);
        return new Verdict(
            rule.action(),
            "Container %s for pod %s failed with exit code %d"
                    .formatted(container.name(), name, end == null ? 0 : Meta.or(end.exitCode(), 0))
                + matching);
      }
      for (PodFailurePolicyOnPodConditionsPattern pattern : rule.onPodConditions()) {
        boolean matches =
            pod.status().conditions().stream()
                .anyMatch(condition ->
                    condition.type().equals(pattern.type())
                        && condition
                            .status()
                            .equals(pattern.status().isEmpty() ? "True" : pattern.status()));
        if (matches) {
          return new Verdict(
              rule.action(), "Pod " + name + " has condition " + pattern.type() + matching);
        }
      }
    }
    return null;
  }

  private static @Nullable ContainerStatus onExitCodes(
      @Nullable PodFailurePolicyOnExitCodesRequirement requirement, Pod pod) {
    if (requirement == null) {
      return null;
    }
    List<ContainerStatus> all = new ArrayList<>(pod.status().containerStatuses());
    all.addAll(pod.status().initContainerStatuses());
    for (ContainerStatus status : all) {
      ContainerStateTerminated end = terminated(status);
      if (end == null || Meta.or(end.exitCode(), 0) == 0) {
        continue;
      }
      boolean named =
          requirement.containerName().isEmpty()
              || requirement.containerName().equals(status.name());
      boolean in = requirement.values().contains(Meta.or(end.exitCode(), 0));
      if (named && in == requirement.operator().equals("In")) {
        return status;
      }
    }
    return null;
  }

  private static @Nullable ContainerStateTerminated terminated(ContainerStatus status) {
    ContainerState state = status.state();
    return state == null ? null : state.terminated();
  }

  /** Restarts inside of running pods, which count as failures with restartPolicy OnFailure. */
  static int restarts(List<Pod> pods) {
    int sum = 0;
    for (Pod pod : pods) {
      String phase = pod.status().phase();
      if (phase.equals("Running") || phase.equals("Pending")) {
        for (ContainerStatus status : pod.status().containerStatuses()) {
          sum += Meta.or(status.restartCount(), 0);
        }
        for (ContainerStatus status : pod.status().initContainerStatuses()) {
          sum += Meta.or(status.restartCount(), 0);
        }
      }
    }
    return sum;
  }
}
