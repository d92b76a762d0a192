package dev.javernetes.controllermanager.deployment;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Claims;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.OwnWrites;
import dev.javernetes.controllermanager.loop.PodStates;
import dev.javernetes.controllermanager.loop.PodsByController;
import dev.javernetes.controllermanager.loop.Selectors;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Carries out {@link DeploymentPlan}s. */
public final class DeploymentController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<Deployment> deployments;
  private final Informer<ReplicaSet> sets;
  private final PodsByController podsByController;
  private final OwnWrites<ObjectKey> setWrites = new OwnWrites<>();
  private final OwnWrites<ObjectKey> deploymentWrites = new OwnWrites<>();

  public DeploymentController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("deployment", context, workers);
    this.deployments = loop.informer(Deployment.TYPE);
    this.sets = loop.informer(ReplicaSet.TYPE);
    Informer<Pod> pods = loop.informer(Pod.TYPE);
    this.podsByController = new PodsByController(pods);
    loop.on(deployments, EventHandler.each(deployment -> loop.queue().add(Meta.key(deployment))));
    loop.on(
        sets,
        new EventHandler<>() {
          @Override
          public void added(ReplicaSet set, boolean initial) {
            setChanged(set);
          }

          @Override
          public void changed(ReplicaSet before, ReplicaSet now) {
            OwnerReference old = Meta.controllerOf(before);
            if (old != null && !old.equals(Meta.controllerOf(now))) {
              enqueue(old, before.metadata().namespace());
            }
            setChanged(now);
          }

          @Override
          public void deleted(ReplicaSet set) {
            setChanged(set);
          }
        });
    loop.on(
        pods,
        new EventHandler<>() {
          @Override
          public void added(Pod pod, boolean initial) {}

          @Override
          public void changed(Pod before, Pod now) {}

          @Override
          public void deleted(Pod pod) {
            podGone(pod);
          }
        });
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void setChanged(ReplicaSet set) {
    OwnerReference owner = Meta.controllerOf(set);
    if (owner != null) {
      enqueue(owner, set.metadata().namespace());
      return;
    }
    for (Deployment deployment : deployments.list(set.metadata().namespace())) {
      if (Selectors.of(deployment.spec().selector()).test(set.metadata().labels())) {
        loop.queue().add(Meta.key(deployment));
      }
    }
  }

  /** The last pod of an old set is what Recreate waits for. */
  private void podGone(Pod pod) {
    OwnerReference setReference = Meta.controllerOf(pod);
    if (setReference == null || !setReference.kind().equals("ReplicaSet")) {
      return;
    }
    sets.get(pod.metadata().namespace(), setReference.name())
        .map(Meta::controllerOf)
        .ifPresent(owner ->
            deployments
                .get(pod.metadata().namespace(), owner.name())
                .filter(deployment -> !Rollout.rolling(deployment))
                .ifPresent(deployment -> loop.queue().add(Meta.key(deployment))));
  }

  private void enqueue(OwnerReference owner, String namespace) {
    if (owner.kind().equals("Deployment")) {
      loop.queue().add(new ObjectKey(namespace, owner.name()));
    }
  }

  private void reconcile(ObjectKey key) {
    Deployment deployment = deployments.get(key).orElse(null);
    if (deployment == null) {
      setWrites.forget(key);
      deploymentWrites.forget(key);
      return;
    }
    if (!setWrites.seenBy(key, sets) || !deploymentWrites.seenBy(key, deployments)) {
      loop.queue().addAfter(key, Duration.ofSeconds(5)); // the events come first
      return;
    }
    if (Selectors.empty(deployment.spec().selector())) {
      context
          .events()
          .warning(
              ObjectRef.of(deployment),
              "SelectingAll",
              "This deployment is selecting all pods. A non-empty selector is required.");
      return;
    }
    List<ReplicaSet> owned =
        Claims.plan(
                deployment, Selectors.of(deployment.spec().selector()), sets.list(key.namespace()))
            .apply(context.client(), Deployment.TYPE, deployment, ReplicaSet.TYPE);
    Instant now = context.timers().instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    DeploymentPlan plan = DeploymentPlan.of(deployment, owned, oldPodsRun(deployment, owned), now);
    for (DeploymentPlan.Action action : plan.actions()) {
      if (!carryOut(key, deployment, action)) {
        return;
      }
    }
    // the status subresource takes annotations too, and does not count them as a new generation
    Deployment updated =
        deployment.toBuilder()
            .metadata(
                plan.revision().isEmpty()
                    ? deployment.metadata()
                    : Meta.annotated(deployment.metadata(), Revisions.REVISION, plan.revision()))
            .status(plan.status())
            .build();
    if (!updated.equals(deployment)) {
      writeStatus(key, updated);
    }
    if (plan.nextLook() != null) {
      loop.queue().addAfter(key, plan.nextLook());
    }
  }

  private boolean oldPodsRun(Deployment deployment, List<ReplicaSet> owned) {
    if (Rollout.rolling(deployment)) {
      return false;
    }
    ReplicaSet current = Revisions.current(deployment, owned);
    for (ReplicaSet set : owned) {
      if (set.equals(current)) {
        continue;
      }
      for (Pod pod : podsByController.ownedBy(Meta.uid(set))) {
        if (!PodStates.finished(pod)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether the rest of the plan still holds. */
  private boolean carryOut(ObjectKey key, Deployment deployment, DeploymentPlan.Action action) {
    switch (action) {
      case DeploymentPlan.Create(ReplicaSet set) -> {
        return create(key, deployment, set);
      }
      case DeploymentPlan.Update(ReplicaSet before, ReplicaSet now) -> {
        setWrites.wrote(key, context.client().update(ReplicaSet.TYPE, now));
        scaled(deployment, now.metadata().name(), Rollout.size(before), Rollout.size(now));
        return true;
      }
      case DeploymentPlan.Delete(ReplicaSet set) -> {
        try {
          context
              .client()
              .delete(
                  ReplicaSet.TYPE,
                  set.metadata().namespace(),
                  set.metadata().name(),
                  DeleteOptions.uid(Meta.uid(set)));
        } catch (ApiException refusal) {
          if (!refusal.is(StatusReason.NOT_FOUND)) {
            throw refusal;
          }
        }
        return true;
      }
    }
  }

  private boolean create(ObjectKey key, Deployment deployment, ReplicaSet set) {
    try {
      setWrites.wrote(key, context.client().create(ReplicaSet.TYPE, set));
      scaled(deployment, set.metadata().name(), 0, Rollout.size(set));
      return true;
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.ALREADY_EXISTS)) {
        throw refusal;
      }
    }
    ReplicaSet present =
        context.client().get(ReplicaSet.TYPE, key.namespace(), set.metadata().name());
    if (Meta.controlledBy(present, deployment)
        && Revisions.withoutHash(present.spec().template())
            .equals(Revisions.withoutHash(set.spec().template()))) {
      setWrites.wrote(key, present); // ours, and the cache does not have it yet
      loop.queue().add(key);
      return false;
    }
    int collisions = Meta.or(deployment.status().collisionCount(), 0) + 1;
    writeStatus(
        key,
        deployment.toBuilder()
            .status(deployment.status().toBuilder().collisionCount(collisions).build())
            .build());
    loop.queue().add(key);
    return false;
  }

  private void scaled(Deployment deployment, String set, int from, int to) {
    if (from != to) {
      context
          .events()
          .normal(
              ObjectRef.of(deployment),
              "ScalingReplicaSet",
              "Scaled %s replica set %s from %d to %d"
                  .formatted(to > from ? "up" : "down", set, from, to));
    }
  }

  private void writeStatus(ObjectKey key, Deployment deployment) {
    deploymentWrites.wrote(key, context.client().updateStatus(Deployment.TYPE, deployment));
  }
}
