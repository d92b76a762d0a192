package dev.javernetes.controllermanager.job;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.batch.v1.JobCondition;
import dev.javernetes.api.model.batch.v1.JobStatus;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Batches;
import dev.javernetes.controllermanager.loop.Claims;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.OwnWrites;
import dev.javernetes.controllermanager.loop.PodsByController;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Carries out {@link JobPlan}s: status first, then finalizers, deletions, creations. */
public final class JobController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<Job> jobs;
  private final Informer<Pod> pods;
  private final PodsByController byController;
  private final OwnWrites<ObjectKey> podWrites = new OwnWrites<>();
  private final OwnWrites<ObjectKey> jobWrites = new OwnWrites<>();

  public JobController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("job", context, workers);
    this.jobs = loop.informer(Job.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    this.byController = new PodsByController(pods);
    loop.on(jobs, EventHandler.each(job -> loop.queue().add(Meta.key(job))));
    loop.on(pods, EventHandler.each(this::podChanged));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void podChanged(Pod pod) {
    OwnerReference owner = Meta.controllerOf(pod);
    if (owner != null && owner.kind().equals("Job")) {
      loop.queue().add(new ObjectKey(pod.metadata().namespace(), owner.name()));
    } else if (owner == null && pod.metadata().labels().containsKey("controller-uid")) {
      for (Job job : jobs.list(pod.metadata().namespace())) {
        if (JobPodTemplate.selector(job).test(pod.metadata().labels())) {
          loop.queue().add(Meta.key(job));
        }
      }
    }
  }

  private void reconcile(ObjectKey key) throws InterruptedException {
    Job job = jobs.get(key).orElse(null);
    if (job == null) {
      podWrites.forget(key);
      jobWrites.forget(key);
      releaseOrphans(key);
      return;
    }
    boolean ours =
        job.spec().managedBy().isEmpty()
            || job.spec().managedBy().equals("kubernetes.io/job-controller");
    if (!ours) {
      return;
    }
    if (!podWrites.seenBy(key, pods) || !jobWrites.seenBy(key, jobs)) {
      loop.queue().addAfter(key, Duration.ofSeconds(5));
      return;
    }
    List<Pod> owned =
        Claims.plan(job, JobPodTemplate.selector(job), byController.candidates(job))
            .apply(context.client(), Job.TYPE, job, Pod.TYPE);
    Instant now = context.timers().instant().truncatedTo(ChronoUnit.SECONDS);
    JobPlan plan = JobPlan.of(job, owned, now);
    writeStatus(key, job, plan.status());
    Batches.all(plan.release(), pod -> release(key, pod)).orThrow();
    Batches.all(plan.delete(), pod -> delete(job, pod)).orThrow();
    create(key, job, plan, owned);
    if (plan.nextLook() != null) {
      loop.queue().addAfter(key, plan.nextLook().plusMillis(10));
    }
  }

  /** The Job is gone: nobody will count its pods any more. */
  private void releaseOrphans(ObjectKey key) throws InterruptedException {
    List<Pod> left = new ArrayList<>();
    for (Pod pod : pods.list(key.namespace())) {
      OwnerReference owner = Meta.controllerOf(pod);
      if (owner != null
          && owner.kind().equals("Job")
          && owner.name().equals(key.name())
          && JobPods.tracked(pod)) {
        left.add(pod);
      }
    }
    if (!left.isEmpty() && context.client().find(Job.TYPE, key.namespace(), key.name()).isEmpty()) {
      Batches.all(left, pod -> release(key, pod)).orThrow();
    }
  }

  private void writeStatus(ObjectKey key, Job job, JobStatus status) {
    if (status.equals(job.status())) {
      return;
    }
    jobWrites.wrote(
        key, context.client().updateStatus(Job.TYPE, job.toBuilder().status(status).build()));
    for (JobCondition condition : status.conditions()) {
      if (job.status().conditions().contains(condition)) {
        continue;
      }
      switch (condition.type()) {
        case "Complete" -> context.events().normal(ObjectRef.of(job), "Completed", "Job completed");
        case "Failed" ->
            context.events().warning(ObjectRef.of(job), condition.reason(), condition.message());
        case "Suspended" ->
            context
                .events()
                .normal(
                    ObjectRef.of(job),
                    condition.status().equals("True") ? "Suspended" : "Resumed",
                    condition.message());
        default -> {}
      }
    }
  }

  private void release(ObjectKey key, Pod pod) {
    List<Object> left = new ArrayList<>(pod.metadata().finalizers());
    left.removeIf(JobPods.FINALIZER::equals);
    JsonObject metadata =
        JsonObject.of(
            "uid", Meta.uid(pod),
            "resourceVersion", pod.metadata().resourceVersion(),
            "finalizers", left);
    try {
      podWrites.wrote(
          key,
          context
              .client()
              .patch(
                  Pod.TYPE,
                  pod.metadata().namespace(),
                  pod.metadata().name(),
                  Patch.merge(JsonObject.of("metadata", metadata))));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }

  private void delete(Job job, Pod pod) {
    if (JobPods.tracked(pod)) {
      release(Meta.key(job), pod); // what we end ourselves is no failure of the pod's
    }
    if (Deletions.ifPresent(context.client(), Pod.TYPE, pod, DeleteOptions.uid(Meta.uid(pod)))) {
      context
          .events()
          .normal(ObjectRef.of(job), "SuccessfulDelete", "Deleted pod: " + pod.metadata().name());
    }
  }

  private void create(ObjectKey key, Job job, JobPlan plan, List<Pod> owned)
      throws InterruptedException {
    Batches.slowStart(
            plan.create(),
            index -> {
              int failures = 0;
              for (Pod pod : owned) {
                if (index >= 0 && JobPods.index(pod) == index && JobPods.failed(job, pod)) {
                  failures = Math.max(failures, JobPods.indexFailures(pod) + 1);
                }
              }
              Pod pod = JobPodTemplate.pod(job, index, failures);
              try {
                Pod created = context.client().create(Pod.TYPE, pod);
                podWrites.wrote(key, created);
                context
                    .events()
                    .normal(
                        ObjectRef.of(job),
                        "SuccessfulCreate",
                        "Created pod: " + created.metadata().name());
              } catch (ApiException refusal) {
                context
                    .events()
                    .warning(
                        ObjectRef.of(job),
                        "FailedCreate",
                        "Error creating: " + refusal.getMessage());
                throw refusal;
              }
            })
        .orThrow();
  }
}
