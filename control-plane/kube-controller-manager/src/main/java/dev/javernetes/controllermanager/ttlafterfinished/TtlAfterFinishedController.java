package dev.javernetes.controllermanager.ttlafterfinished;

import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.batch.v1.JobCondition;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One alarm per finished Job. */
public final class TtlAfterFinishedController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<Job> jobs;

  public TtlAfterFinishedController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("ttl_jobs_to_delete", context, workers);
    this.jobs = loop.informer(Job.TYPE);
    loop.on(
        jobs,
        EventHandler.each(job -> {
          if (expiry(job) != null) {
            loop.queue().add(Meta.key(job));
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

  /** When the Job may be deleted; null if never. */
  static @Nullable Instant expiry(Job job) {
    Integer ttl = job.spec().ttlSecondsAfterFinished();
    if (ttl == null || Meta.deleting(job)) {
      return null;
    }
    for (JobCondition condition : job.status().conditions()) {
      boolean finished = condition.type().equals("Complete") || condition.type().equals("Failed");
      if (finished && condition.status().equals("True") && condition.lastTransitionTime() != null) {
        return condition.lastTransitionTime().plusSeconds(ttl);
      }
    }
    return null;
  }

  private void reconcile(ObjectKey key) {
    Job job = jobs.get(key).orElse(null);
    Instant expiry = job == null ? null : expiry(job);
    if (job == null || expiry == null) {
      return;
    }
    Duration left = Duration.between(context.timers().instant(), expiry);
    if (left.isPositive()) {
      loop.queue().addAfter(key, left);
      return;
    }
    Job live = context.client().find(Job.TYPE, key.namespace(), key.name()).orElse(null);
    Instant liveExpiry = live == null ? null : expiry(live);
    if (live != null && liveExpiry != null && !liveExpiry.isAfter(context.timers().instant())) {
      Deletions.ifPresent(
          context.client(),
          Job.TYPE,
          live,
          new DeleteOptions(null, "Foreground", Meta.uid(live), "", false));
    }
  }
}
