package dev.javernetes.controllermanager.cronjob;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.batch.v1.CronJob;
import dev.javernetes.api.model.batch.v1.CronJobStatus;
import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.batch.v1.JobTemplateSpec;
import dev.javernetes.api.model.core.v1.ObjectReference;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.OwnWrites;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Carries out {@link CronJobPlan}s. One alarm per CronJob, at its next time. */
public final class CronJobController implements Controller {
  private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<CronJob> cronJobs;
  private final Informer<Job> jobs;
  private final Informer.Index<Job> byController;
  private final OwnWrites<ObjectKey> jobWrites = new OwnWrites<>();
  private final OwnWrites<ObjectKey> cronJobWrites = new OwnWrites<>();

  public CronJobController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("cronjob", context, workers);
    this.cronJobs = loop.informer(CronJob.TYPE);
    this.jobs = loop.informer(Job.TYPE);
    this.byController = jobs.index("controller", Meta::controllerUid);
    loop.on(cronJobs, EventHandler.each(cronJob -> loop.queue().add(Meta.key(cronJob))));
    loop.on(
        jobs,
        EventHandler.each(job -> {
          OwnerReference owner = Meta.controllerOf(job);
          if (owner != null && owner.kind().equals("CronJob")) {
            loop.queue().add(new ObjectKey(job.metadata().namespace(), owner.name()));
          }
        }));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(ObjectKey key) {
    CronJob cronJob = cronJobs.get(key).orElse(null);
    if (cronJob == null) {
      jobWrites.forget(key);
      cronJobWrites.forget(key);
      return;
    }
    if (!jobWrites.seenBy(key, jobs) || !cronJobWrites.seenBy(key, cronJobs)) {
      loop.queue().addAfter(key, Duration.ofSeconds(5));
      return;
    }
    List<Job> owned = byController.get(Meta.uid(cronJob));
    CronJobPlan plan = CronJobPlan.of(cronJob, owned, context.timers().instant());
    plan.surplus().forEach(job -> delete(cronJob, job));
    plan.replace().forEach(job -> delete(cronJob, job));
    CronJobPlan.Warning warning = plan.warning();
    if (warning != null) {
      context.events().warning(ObjectRef.of(cronJob), warning.reason(), warning.message());
    }
    List<Job> active = new ArrayList<>();
    for (Job job : owned) {
      if (CronJobPlan.end(job) == null && !plan.replace().contains(job)) {
        active.add(job);
      } else if (CronJobPlan.end(job) != null) {
        tellCompletion(cronJob, job);
      }
    }
    Instant run = plan.run();
    if (run != null) {
      Job created = create(cronJob, run);
      if (created != null) {
        jobWrites.wrote(key, created);
        active.add(created);
      }
    }
    writeStatus(key, cronJob, status(cronJob, owned, active, run));
    if (plan.nextLook() != null) {
      loop.queue().addAfter(key, plan.nextLook());
    }
  }

  private void tellCompletion(CronJob cronJob, Job job) {
    boolean listed =
        cronJob.status().active().stream()
            .anyMatch(reference -> reference.uid().equals(Meta.uid(job)));
    if (listed) {
      context
          .events()
          .normal(
              ObjectRef.of(cronJob),
              "SawCompletedJob",
              "Saw completed job: %s, condition: %s"
                  .formatted(job.metadata().name(), CronJobPlan.end(job)));
    }
  }

  private static CronJobStatus status(
      CronJob cronJob, List<Job> owned, List<Job> active, @Nullable Instant run) {
    Instant lastSuccess = cronJob.status().lastSuccessfulTime();
    for (Job job : owned) {
      Instant end = job.status().completionTime();
      if ("Complete".equals(CronJobPlan.end(job))
          && end != null
          && (lastSuccess == null || end.isAfter(lastSuccess))) {
        lastSuccess = end;
      }
    }
    List<ObjectReference> references = new ArrayList<>();
    for (Job job : active) {
      ObjectReference listed = null;
      for (ObjectReference reference : cronJob.status().active()) {
        if (reference.uid().equals(Meta.uid(job))) {
          listed = reference;
        }
      }
      references.add(listed == null ? reference(job) : listed);
    }
    return new CronJobStatus(
        references, run == null ? cronJob.status().lastScheduleTime() : run, lastSuccess);
  }

  private static ObjectReference reference(Job job) {
    return ObjectReference.builder()
        .apiVersion("batch/v1")
        .kind("Job")
        .namespace(job.metadata().namespace())
        .name(job.metadata().name())
        .uid(Meta.uid(job))
        .resourceVersion(job.metadata().resourceVersion())
        .build();
  }

  private void writeStatus(ObjectKey key, CronJob cronJob, CronJobStatus status) {
    if (!status.equals(cronJob.status())) {
      cronJobWrites.wrote(
          key,
          context.client().updateStatus(CronJob.TYPE, cronJob.toBuilder().status(status).build()));
    }
  }

  /** The name says the time, so that a second try for the same time finds the first one's Job. */
  private @Nullable Job create(CronJob cronJob, Instant run) {
    JobTemplateSpec template =
        Objects.requireNonNullElseGet(
            cronJob.spec().jobTemplate(), () -> JobTemplateSpec.builder().build());
    String zone = cronJob.spec().timeZone();
    Map<String, String> annotations = new LinkedHashMap<>(template.metadata().annotations());
    annotations.put(
        SCHEDULED,
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX")
            .format(run.atZone(zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone))));
    Job job =
        Job.builder()
            .metadata(
                ObjectMeta.builder()
                    .name(cronJob.metadata().name() + "-" + run.getEpochSecond() / 60)
                    .namespace(cronJob.metadata().namespace())
                    .labels(template.metadata().labels())
                    .annotations(annotations)
                    .ownerReferences(List.of(Meta.controllerReference(cronJob)))
                    .build())
            .spec(template.spec())
            .build();
    try {
      Job created = context.client().create(Job.TYPE, job);
      context
          .events()
          .normal(
              ObjectRef.of(cronJob),
              "SuccessfulCreate",
              "Created job " + created.metadata().name());
      return created;
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.ALREADY_EXISTS)) {
        return context
            .client()
            .find(Job.TYPE, job.metadata().namespace(), job.metadata().name())
            .filter(found -> Meta.controlledBy(found, cronJob))
            .orElse(null);
      }
      context
          .events()
          .warning(
              ObjectRef.of(cronJob), "FailedCreate", "Error creating job: " + refusal.getMessage());
      throw refusal;
    }
  }

  private void delete(CronJob cronJob, Job job) {
    if (Deletions.ifPresent(
        context.client(),
        Job.TYPE,
        job,
        new DeleteOptions(null, "Background", Meta.uid(job), "", false))) {
      context
          .events()
          .normal(
              ObjectRef.of(cronJob), "SuccessfulDelete", "Deleted job " + job.metadata().name());
    }
  }
}
