package dev.javernetes.controllermanager.job;

import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.batch.v1.JobCondition;
import dev.javernetes.api.model.batch.v1.JobStatus;
import dev.javernetes.api.model.batch.v1.SuccessPolicyRule;
import dev.javernetes.api.model.batch.v1.UncountedTerminatedPods;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a Job.
 *
 * <p>A finished pod is counted in three steps, so that a crash between them counts it neither twice
 * nor never (KEP-2307): its uid goes into status.uncountedTerminatedPods; its tracking finalizer is
 * taken off; the uid leaves the list and the counter goes up. A Job ends in two steps: a condition
 * says why it will (SuccessCriteriaMet, FailureTarget), and when no pod runs any more the final one
 * (Complete, Failed) says that it has.
 *
 * @param status to write before anything else
 * @param release pods whose tracking finalizer goes
 * @param create completion indexes of the pods to create; -1 without index
 * @param nextLook when to plan again though nothing happened
 */
record JobPlan(
    JobStatus status,
    List<Pod> release,
    List<Pod> delete,
    List<Integer> create,
    @Nullable Duration nextLook) {

  static JobPlan of(Job job, List<Pod> pods, Instant now) {
    return new Planner(job, pods, now).plan();
  }

  static boolean finished(Job job) {
    return hasTrue(job.status().conditions(), "Complete")
        || hasTrue(job.status().conditions(), "Failed");
  }

  private static boolean hasTrue(List<JobCondition> conditions, String type) {
    return find(conditions, type) instanceof JobCondition condition
        && condition.status().equals("True");
  }

  private static @Nullable JobCondition find(List<JobCondition> conditions, String type) {
    for (JobCondition condition : conditions) {
      if (condition.type().equals(type)) {
        return condition;
      }
    }
    return null;
  }

  private static final class Planner {
    private final Job job;
    private final List<Pod> pods;
    private final Instant now;
    private final boolean indexed;
    private final int completions;
    private final List<Pod> active = new ArrayList<>();
    private final List<Pod> release = new ArrayList<>();
    private final List<Pod> delete = new ArrayList<>();
    private final List<Integer> create = new ArrayList<>();
    private final Set<String> uncountedSucceeded;
    private final Set<String> uncountedFailed;
    private final BitSet completedIndexes;
    private final BitSet failedIndexes;
    private int succeeded;
    private int failed;
    private int terminating;
    private List<JobCondition> conditions;
    private @Nullable Instant startTime;
    private @Nullable Instant completionTime;
    private @Nullable Duration nextLook;
    private JobPods.@Nullable Verdict failJob;

    Planner(Job job, List<Pod> pods, Instant now) {
      this.job = job;
      this.pods = pods;
      this.now = now;
      this.indexed = JobPods.indexed(job);
      this.completions = job.spec().completions() == null ? -1 : job.spec().completions();
      JobStatus status = job.status();
      UncountedTerminatedPods uncounted = status.uncountedTerminatedPods();
      this.uncountedSucceeded =
          new HashSet<>(uncounted == null ? List.of() : uncounted.succeeded());
      this.uncountedFailed = new HashSet<>(uncounted == null ? List.of() : uncounted.failed());
      this.completedIndexes = Indexes.parse(status.completedIndexes(), Math.max(0, completions));
      this.failedIndexes = Indexes.parse(status.failedIndexes(), Math.max(0, completions));
      this.succeeded = Meta.or(status.succeeded(), 0);
      this.failed = Meta.or(status.failed(), 0);
      this.conditions = new ArrayList<>(status.conditions());
      this.startTime = status.startTime();
      this.completionTime = status.completionTime();
    }

    JobPlan plan() {
      if (finished(job)) {
        pods.stream().filter(JobPods::tracked).forEach(release::add);
        return new JobPlan(job.status(), release, List.of(), List.of(), null);
      }
      boolean suspended = Boolean.TRUE.equals(job.spec().suspend());
      if (startTime == null && !suspended) {
        startTime = now;
      }
      countPods();
      decideEnd();
      if (ending()) {
        delete.addAll(active);
        end();
      } else {
        suspend(suspended);
        if (suspended) {
          delete.addAll(active);
        } else if (!Meta.deleting(job)) {
          adjustPods();
        }
      }
      return new JobPlan(status(), release, delete, create, nextLook);
    }

    private void countPods() {
      Set<String> tracked = new HashSet<>();
      pods.stream().filter(JobPods::tracked).forEach(pod -> tracked.add(Meta.uid(pod)));
      // the finalizer is off: counted for good
      for (String uid : List.copyOf(uncountedSucceeded)) {
        if (!tracked.contains(uid)) {
          uncountedSucceeded.remove(uid);
          succeeded++;
        }
      }
      for (String uid : List.copyOf(uncountedFailed)) {
        if (!tracked.contains(uid)) {
          uncountedFailed.remove(uid);
          failed++;
        }
      }
      for (Pod pod : pods) {
        boolean ended = PodStates.finished(pod);
        if (!ended && Meta.deleting(pod)) {
          terminating++;
        }
        if (JobPods.succeeded(pod)) {
          countSuccess(pod);
        } else if (JobPods.failed(job, pod)) {
          countFailure(pod, ended);
        } else if (!Meta.deleting(pod)) {
          active.add(pod);
        }
      }
      if (indexed) {
        succeeded = completedIndexes.cardinality();
      }
    }

    private void countSuccess(Pod pod) {
      if (!JobPods.tracked(pod)) {
        return;
      }
      int index = JobPods.index(pod);
      if (indexed) {
        if (index >= 0 && index < completions) {
          completedIndexes.set(index);
        }
      } else {
        uncountedSucceeded.add(Meta.uid(pod));
      }
      release.add(pod);
    }

    private void countFailure(Pod pod, boolean ended) {
      JobPods.Verdict verdict = JobPods.verdict(job, pod);
      if (verdict != null && verdict.action().equals("FailJob") && failJob == null) {
        failJob = verdict;
      }
      if (!JobPods.tracked(pod)) {
        return;
      }
      boolean ignored = verdict != null && verdict.action().equals("Ignore");
      if (!ignored) {
        uncountedFailed.add(Meta.uid(pod));
      }
      if (job.spec().backoffLimitPerIndex() != null && countIndexFailure(pod, verdict) && !ended) {
        return;
      }
      release.add(pod);
    }

    /** Whether the index may be tried again, by a pod that takes over the count of this one. */
    private boolean countIndexFailure(Pod pod, JobPods.@Nullable Verdict verdict) {
      int index = JobPods.index(pod);
      if (index < 0 || index >= completions || completedIndexes.get(index)) {
        return false;
      }
      boolean failIndex = verdict != null && verdict.action().equals("FailIndex");
      boolean ignored = verdict != null && verdict.action().equals("Ignore");
      int count = JobPods.indexFailures(pod) + (ignored ? 0 : 1);
      if (failIndex || count > Meta.or(job.spec().backoffLimitPerIndex(), 0)) {
        failedIndexes.set(index);
        return false;
      }
      return true;
    }

    private int failures() {
      return failed + uncountedFailed.size();
    }

    private int successes() {
      return succeeded + (indexed ? 0 : uncountedSucceeded.size());
    }

    /** Sets the condition that says why the Job will end, if it will. */
    private void decideEnd() {
      if (ending()) {
        return;
      }
      if (failJob != null) {
        fail("PodFailurePolicy", failJob.message());
      } else if (tooManyFailures()) {
        fail("BackoffLimitExceeded", "Job has reached the specified backoff limit");
      } else if (pastDeadline()) {
        fail("DeadlineExceeded", "Job was active longer than specified deadline");
      } else if (!failIndexes()) {
        succeed();
      }
    }

    private boolean tooManyFailures() {
      int limit = Meta.or(job.spec().backoffLimit(), 6);
      if (failures() > limit) {
        return true;
      }
      boolean restartsCount =
          job.spec().template() != null
              && job.spec().template().spec().restartPolicy().equals("OnFailure");
      if (!restartsCount) {
        return false;
      }
      int restarts = JobPods.restarts(active);
      return limit == 0 ? restarts > 0 : restarts >= limit;
    }

    private boolean pastDeadline() {
      Long seconds = job.spec().activeDeadlineSeconds();
      if (seconds == null || startTime == null || Boolean.TRUE.equals(job.spec().suspend())) {
        return false;
      }
      Duration left = Duration.between(now, startTime.plusSeconds(seconds));
      if (left.isPositive()) {
        look(left);
        return false;
      }
      return true;
    }

    private boolean failIndexes() {
      if (!indexed || job.spec().backoffLimitPerIndex() == null || failedIndexes.isEmpty()) {
        return false;
      }
      Integer most = job.spec().maxFailedIndexes();
      if (most != null && failedIndexes.cardinality() > most) {
        fail(
            "MaxFailedIndexesExceeded",
            "Job has exceeded the specified maximal number of failed indexes");
        return true;
      }
      if (failedIndexes.cardinality() + completedIndexes.cardinality() >= completions) {
        fail("FailedIndexes", "Job has failed indexes");
        return true;
      }
      return false;
    }

    private void succeed() {
      if (indexed && job.spec().successPolicy() != null) {
        List<SuccessPolicyRule> rules = job.spec().successPolicy().rules();
        for (int i = 0; i < rules.size(); i++) {
          if (satisfied(rules.get(i))) {
            condition("SuccessCriteriaMet", "True", "SuccessPolicy", "Matched rules at index " + i);
            return;
          }
        }
      }
      boolean complete =
          completions < 0
              ? successes() > 0 && active.isEmpty()
              : successes() >= completions && (completions > 0 || active.isEmpty());
      if (complete) {
        condition(
            "SuccessCriteriaMet",
            "True",
            "CompletionsReached",
            "Reached expected number of succeeded pods");
      }
    }

    private boolean satisfied(SuccessPolicyRule rule) {
      BitSet of = (BitSet) completedIndexes.clone();
      int needed;
      if (rule.succeededIndexes().isEmpty()) {
        needed = Meta.or(rule.succeededCount(), completions);
      } else {
        BitSet named = Indexes.parse(rule.succeededIndexes(), completions);
        of.and(named);
        needed = Meta.or(rule.succeededCount(), named.cardinality());
      }
      return of.cardinality() >= needed;
    }

    private void fail(String reason, String message) {
      condition("FailureTarget", "True", reason, message);
    }

    private boolean ending() {
      return hasTrue(conditions, "FailureTarget") || hasTrue(conditions, "SuccessCriteriaMet");
    }

    /** The final condition, once nothing runs and everything is counted. */
    private void end() {
      boolean quiet =
          active.isEmpty()
              && terminating == 0
              && release.isEmpty()
              && uncountedSucceeded.isEmpty()
              && uncountedFailed.isEmpty();
      if (!quiet) {
        return;
      }
      JobCondition failure = find(conditions, "FailureTarget");
      if (failure != null && failure.status().equals("True")) {
        condition("Failed", "True", failure.reason(), failure.message());
        return;
      }
      JobCondition success = Objects.requireNonNull(find(conditions, "SuccessCriteriaMet"));
      condition("Complete", "True", success.reason(), success.message());
      completionTime = now;
    }

    private void suspend(boolean suspended) {
      boolean noted = hasTrue(conditions, "Suspended");
      if (suspended && !noted) {
        condition("Suspended", "True", "JobSuspended", "Job suspended");
      } else if (!suspended && noted) {
        condition("Suspended", "False", "JobResumed", "Job resumed");
        startTime = now;
      }
      if (suspended) {
        startTime = null;
      }
    }

    private void adjustPods() {
      int parallelism = Meta.or(job.spec().parallelism(), 1);
      int wanted;
      if (completions < 0) {
        wanted = successes() > 0 ? Math.min(active.size(), parallelism) : parallelism;
      } else {
        int left = completions - successes();
        if (indexed) {
          left -= failedIndexes.cardinality();
        }
        wanted = Math.max(0, Math.min(left, parallelism));
      }
      // a pod that is going holds its place where only ended pods are replaced
      int running =
          active.size() + (job.spec().podReplacementPolicy().equals("Failed") ? terminating : 0);
      if (active.size() > wanted) {
        List<Pod> order = new ArrayList<>(active);
        order.sort(leastMissed());
        delete.addAll(order.subList(0, active.size() - wanted));
        return;
      }
      int missing = wanted - running;
      if (missing <= 0) {
        return;
      }
      if (indexed) {
        createIndexes(missing);
        return;
      }
      Duration wait = Duration.between(now, JobPods.nextTry(job, pods));
      if (wait.isPositive()) {
        look(wait);
        return;
      }
      for (int i = 0; i < Math.min(missing, 500); i++) {
        create.add(-1);
      }
    }

    private void createIndexes(int missing) {
      BitSet taken = (BitSet) completedIndexes.clone();
      taken.or(failedIndexes);
      Map<Integer, List<Pod>> perIndex = new HashMap<>();
      for (Pod pod : pods) {
        perIndex.computeIfAbsent(JobPods.index(pod), i -> new ArrayList<>()).add(pod);
      }
      for (Pod pod : active) {
        int index = JobPods.index(pod);
        if (index >= 0 && taken.get(index)) {
          delete.add(pod); // two pods of one index, or one beyond the completions
        } else if (index >= 0) {
          taken.set(index);
        }
      }
      boolean perIndexBackoff = job.spec().backoffLimitPerIndex() != null;
      Duration wait = Duration.between(now, JobPods.nextTry(job, pods));
      for (int index = taken.nextClearBit(0);
          index < completions && create.size() < Math.min(missing, 500);
          index = taken.nextClearBit(index + 1)) {
        Duration left =
            perIndexBackoff
                ? Duration.between(
                    now, JobPods.nextTry(job, perIndex.getOrDefault(index, List.of())))
                : wait;
        if (left.isPositive()) {
          look(left);
        } else {
          create.add(index);
        }
      }
    }

    private static Comparator<Pod> leastMissed() {
      return Comparator.comparing((Pod pod) -> !pod.spec().nodeName().isEmpty())
          .thenComparing(pod -> pod.status().phase().equals("Running"))
          .thenComparing(PodStates::ready)
          .thenComparing(Meta::created, Comparator.reverseOrder());
    }

    private void look(Duration in) {
      if (nextLook == null || in.compareTo(nextLook) < 0) {
        nextLook = in;
      }
    }

    private void condition(String type, String status, String reason, String message) {
      List<JobCondition> next = new ArrayList<>(conditions);
      next.removeIf(present -> present.type().equals(type));
      next.add(new JobCondition(type, status, now, now, reason, message));
      conditions = next;
    }

    private JobStatus status() {
      int stays = active.size() - delete.size();
      int ready = (int) active.stream().filter(PodStates::ready).count();
      return JobStatus.builder()
          .conditions(conditions)
          .startTime(startTime)
          .completionTime(completionTime)
          .active(Meta.omitZero(Math.max(0, stays) + create.size()))
          .ready(Math.min(ready, Math.max(0, stays) + create.size()))
          .terminating(terminating + delete.size())
          .succeeded(Meta.omitZero(succeeded))
          .failed(Meta.omitZero(failed))
          .completedIndexes(Indexes.text(completedIndexes))
          .failedIndexes(Indexes.text(failedIndexes))
          .uncountedTerminatedPods(
              new UncountedTerminatedPods(
                  uncountedSucceeded.stream().sorted().toList(),
                  uncountedFailed.stream().sorted().toList()))
          .build();
    }
  }
}
