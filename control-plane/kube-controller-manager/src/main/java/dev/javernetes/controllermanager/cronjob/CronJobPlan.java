package dev.javernetes.controllermanager.cronjob;

import dev.javernetes.api.model.batch.v1.CronJob;
import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.batch.v1.JobCondition;
import dev.javernetes.controllermanager.loop.Meta;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a CronJob does now.
 *
 * @param run the time for which to make a Job; null if none is due
 * @param replace active Jobs that make way for it
 * @param surplus finished Jobs beyond the history limits
 * @param nextLook when the next Job is due
 * @param warning an event's reason and message, or null
 */
record CronJobPlan(
    @Nullable Instant run,
    List<Job> replace,
    List<Job> surplus,
    @Nullable Duration nextLook,
    @Nullable Warning warning) {

  record Warning(String reason, String message) {}

  static CronJobPlan of(CronJob cronJob, List<Job> jobs, Instant now) {
    List<Job> surplus = surplus(cronJob, jobs);
    if (Meta.deleting(cronJob) || Boolean.TRUE.equals(cronJob.spec().suspend())) {
      return new CronJobPlan(null, List.of(), surplus, null, null);
    }
    Schedule schedule;
    try {
      String zone = cronJob.spec().timeZone();
      schedule =
          Schedule.parse(
              cronJob.spec().schedule(), zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone));
    } catch (DateTimeException | IllegalArgumentException problem) {
      boolean zone = problem instanceof DateTimeException;
      return new CronJobPlan(
          null,
          List.of(),
          surplus,
          null,
          new Warning(
              zone ? "UnknownTimeZone" : "UnparseableSchedule",
              (zone ? "invalid timeZone: " : "unparseable schedule: ")
                  + (zone ? cronJob.spec().timeZone() : cronJob.spec().schedule())));
    }
    Instant next = schedule.next(now);
    Duration wait = next == null ? null : Duration.between(now, next).plusMillis(100);
    return due(cronJob, jobs, surplus, schedule, wait, now);
  }

  private static CronJobPlan due(
      CronJob cronJob,
      List<Job> jobs,
      List<Job> surplus,
      Schedule schedule,
      @Nullable Duration wait,
      Instant now) {
    Long deadline = cronJob.spec().startingDeadlineSeconds();
    Instant since =
        Objects.requireNonNullElse(cronJob.status().lastScheduleTime(), Meta.created(cronJob));
    if (deadline != null && now.minusSeconds(deadline).isAfter(since)) {
      since = now.minusSeconds(deadline);
    }
    Instant latest = null;
    int missed = 0;
    for (Instant time = schedule.next(since);
        time != null && !time.isAfter(now) && missed < 100_000;
        time = schedule.next(time)) {
      latest = time;
      missed++;
    }
    Warning warning =
        missed > 100
            ? new Warning(
                "TooManyMissedTimes",
                "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or"
                    + " check clock skew")
            : null;
    if (latest == null) {
      return new CronJobPlan(null, List.of(), surplus, wait, warning);
    }
    if (deadline != null && latest.plusSeconds(deadline).isBefore(now)) {
      return new CronJobPlan(
          null,
          List.of(),
          surplus,
          wait,
          new Warning("MissSchedule", "Missed scheduled time to start a job: " + latest));
    }
    List<Job> active = jobs.stream().filter(job -> end(job) == null).toList();
    if (!active.isEmpty() && cronJob.spec().concurrencyPolicy().equals("Forbid")) {
      return new CronJobPlan(
          null,
          List.of(),
          surplus,
          wait,
          new Warning(
              "JobAlreadyActive",
              "Not starting job because prior execution is running and concurrency policy is"
                  + " Forbid"));
    }
    List<Job> replace = cronJob.spec().concurrencyPolicy().equals("Replace") ? active : List.of();
    return new CronJobPlan(latest, replace, surplus, wait, warning);
  }

  /** {@code Complete} or {@code Failed}, or null if it has not ended. */
  static @Nullable String end(Job job) {
    for (JobCondition condition : job.status().conditions()) {
      boolean final_ = condition.type().equals("Complete") || condition.type().equals("Failed");
      if (final_ && condition.status().equals("True")) {
        return condition.type();
      }
    }
    return null;
  }

  private static List<Job> surplus(CronJob cronJob, List<Job> jobs) {
    List<Job> surplus = new ArrayList<>();
    surplus.addAll(
        oldest(jobs, "Complete", Meta.or(cronJob.spec().successfulJobsHistoryLimit(), 3)));
    surplus.addAll(oldest(jobs, "Failed", Meta.or(cronJob.spec().failedJobsHistoryLimit(), 1)));
    return surplus;
  }

  private static List<Job> oldest(List<Job> jobs, String end, int keep) {
    List<Job> ended =
        jobs.stream()
            .filter(job -> end.equals(end(job)))
            .sorted(
                Comparator.comparing(
                    job -> Objects.requireNonNullElse(job.status().startTime(), Meta.created(job))))
            .toList();
    return ended.subList(0, Math.max(0, ended.size() - keep));
  }
}
