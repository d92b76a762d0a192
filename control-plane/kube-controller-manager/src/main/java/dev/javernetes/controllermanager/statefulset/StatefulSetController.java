package dev.javernetes.controllermanager.statefulset;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.apps.v1.ControllerRevision;
import dev.javernetes.api.model.apps.v1.StatefulSet;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Claims;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.OwnWrites;
import dev.javernetes.controllermanager.loop.PodsByController;
import dev.javernetes.controllermanager.loop.RevisionHistory;
import dev.javernetes.controllermanager.loop.Selectors;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Carries out {@link StatefulSetPlan}s. */
public final class StatefulSetController implements Controller {
  private static final String HASH = "controller.kubernetes.io/hash";

  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<StatefulSet> sets;
  private final Informer<Pod> pods;
  private final Informer<PersistentVolumeClaim> claims;
  private final Informer<ControllerRevision> revisions;
  private final Informer.Index<ControllerRevision> revisionsByController;
  private final PodsByController byController;
  private final OwnWrites<ObjectKey> podWrites = new OwnWrites<>();
  private final OwnWrites<ObjectKey> revisionWrites = new OwnWrites<>();
  private final OwnWrites<ObjectKey> setWrites = new OwnWrites<>();

  public StatefulSetController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("statefulset", context, workers);
    this.sets = loop.informer(StatefulSet.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    this.claims = loop.informer(PersistentVolumeClaim.TYPE);
    this.revisions = loop.informer(ControllerRevision.TYPE);
    this.revisionsByController = revisions.index("controller", Meta::controllerUid);
    this.byController = new PodsByController(pods);
    loop.on(sets, EventHandler.each(set -> loop.queue().add(Meta.key(set))));
    loop.on(
        pods,
        new EventHandler<>() {
          @Override
          public void added(Pod pod, boolean initial) {
            podChanged(pod);
          }

          @Override
          public void changed(Pod before, Pod now) {
            if (Meta.deleting(now)) {
              saw(now);
            }
            podChanged(now);
          }

          @Override
          public void deleted(Pod pod) {
            saw(pod);
            podChanged(pod);
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

  private void saw(Pod pod) {
    OwnerReference owner = Meta.controllerOf(pod);
    if (owner != null) {
      podWrites.sawDeletion(new ObjectKey(pod.metadata().namespace(), owner.name()), Meta.uid(pod));
    }
  }

  private void podChanged(Pod pod) {
    OwnerReference owner = Meta.controllerOf(pod);
    if (owner != null) {
      if (owner.kind().equals("StatefulSet")) {
        loop.queue().add(new ObjectKey(pod.metadata().namespace(), owner.name()));
      }
      return;
    }
    for (StatefulSet set : sets.list(pod.metadata().namespace())) {
      if (SetPods.ordinal(set, pod.metadata().name()) >= 0) {
        loop.queue().add(Meta.key(set));
      }
    }
  }

  private void reconcile(ObjectKey key) {
    StatefulSet set = sets.get(key).orElse(null);
    if (set == null) {
      podWrites.forget(key);
      revisionWrites.forget(key);
      setWrites.forget(key);
      return;
    }
    boolean fresh =
        podWrites.seenBy(key, pods)
            && revisionWrites.seenBy(key, revisions)
            && setWrites.seenBy(key, sets);
    if (!fresh) {
      loop.queue().addAfter(key, Duration.ofSeconds(1));
      return;
    }
    if (Selectors.empty(set.spec().selector())) {
      return;
    }
    List<ControllerRevision> history = revisionsByController.get(Meta.uid(set));
    PodTemplateSpec template =
        Objects.requireNonNullElseGet(
            set.spec().template(), () -> PodTemplateSpec.builder().build());
    ControllerRevision update =
        RevisionHistory.ensure(
            context.client(), set, template, HASH, set.status().collisionCount(), history);
    if (update == null) {
      int collisions = Meta.or(set.status().collisionCount(), 0) + 1;
      writeStatus(
          key,
          set.toBuilder()
              .status(set.status().toBuilder().collisionCount(collisions).build())
              .build());
      return;
    }
    revisionWrites.wrote(key, update);
    ControllerRevision current = update;
    for (ControllerRevision revision : history) {
      if (revision.metadata().name().equals(set.status().currentRevision())) {
        current = revision;
      }
    }
    List<Pod> owned =
        Claims.plan(
                set,
                Selectors.of(set.spec().selector()),
                byController.candidates(set).stream()
                    .filter(pod -> SetPods.ordinal(set, pod.metadata().name()) >= 0)
                    .toList())
            .apply(context.client(), StatefulSet.TYPE, set, Pod.TYPE)
            .stream()
            .map(pod -> podWrites.deletedByUs(key, Meta.uid(pod)) ? going(pod) : pod)
            .toList();
    StatefulSetPlan plan =
        StatefulSetPlan.of(set, current, update, owned, context.timers().instant());
    plan.create().forEach(pod -> create(key, set, pod));
    plan.delete().forEach(pod -> delete(key, set, pod));
    plan.condemned().forEach(pod -> condemn(key, set, pod));
    writeStatus(key, set.toBuilder().status(plan.status()).build());
    Set<String> live = new HashSet<>();
    live.add(current.metadata().name());
    live.add(update.metadata().name());
    owned.forEach(pod -> live.add(SetPods.revision(pod)));
    RevisionHistory.truncate(
        context.client(), history, live, Meta.or(set.spec().revisionHistoryLimit(), 10));
    if (plan.nextLook() != null) {
      loop.queue().addAfter(key, plan.nextLook());
    }
  }

  /** The cache does not show our deletion yet. */
  private Pod going(Pod pod) {
    return pod.withMetadata(
        pod.metadata().toBuilder().deletionTimestamp(context.timers().instant()).build());
  }

  private void create(ObjectKey key, StatefulSet set, Pod pod) {
    int ordinal = SetPods.ordinal(set, pod.metadata().name());
    for (PersistentVolumeClaim claim : SetPods.claims(set, ordinal)) {
      PersistentVolumeClaim present = claims.get(Meta.key(claim)).orElse(null);
      if (present == null) {
        ensureClaim(set, pod, claim);
      } else if (Meta.deleting(present)) {
        throw ApiException.of(
            StatusReason.CONFLICT,
            "claim " + claim.metadata().name() + " of pod " + pod.metadata().name() + " goes");
      }
    }
    try {
      podWrites.wrote(key, context.client().create(Pod.TYPE, pod));
      context
          .events()
          .normal(
              ObjectRef.of(set),
              "SuccessfulCreate",
              "create Pod %s in StatefulSet %s successful"
                  .formatted(pod.metadata().name(), set.metadata().name()));
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.ALREADY_EXISTS)) {
        loop.queue().addRateLimited(key);
        return;
      }
      context
          .events()
          .warning(
              ObjectRef.of(set),
              "FailedCreate",
              "create Pod %s in StatefulSet %s failed error: %s"
                  .formatted(pod.metadata().name(), set.metadata().name(), refusal.getMessage()));
      throw refusal;
    }
  }

  private void ensureClaim(StatefulSet set, Pod pod, PersistentVolumeClaim claim) {
    try {
      context.client().create(PersistentVolumeClaim.TYPE, claim);
      context
          .events()
          .normal(
              ObjectRef.of(set),
              "SuccessfulCreate",
              "create Claim %s Pod %s in StatefulSet %s success"
                  .formatted(
                      claim.metadata().name(), pod.metadata().name(), set.metadata().name()));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.ALREADY_EXISTS)) {
        throw refusal;
      }
    }
  }

  private void delete(ObjectKey key, StatefulSet set, Pod pod) {
    if (Meta.deleting(pod)) {
      return;
    }
    podWrites.deleted(key, Meta.uid(pod));
    try {
      boolean there =
          Deletions.ifPresent(context.client(), Pod.TYPE, pod, DeleteOptions.uid(Meta.uid(pod)));
      if (there) {
        context
            .events()
            .normal(
                ObjectRef.of(set),
                "SuccessfulDelete",
                "delete Pod %s in StatefulSet %s successful"
                    .formatted(pod.metadata().name(), set.metadata().name()));
      }
    } catch (ApiException refusal) {
      podWrites.sawDeletion(key, Meta.uid(pod));
      throw refusal;
    }
  }

  /** Its claims go with it if the set says so. */
  private void condemn(ObjectKey key, StatefulSet set, Pod pod) {
    if (SetPods.claimsGoWithPods(set)) {
      OwnerReference owner =
          OwnerReference.builder()
              .apiVersion("v1")
              .kind("Pod")
              .name(pod.metadata().name())
              .uid(Meta.uid(pod))
              .build();
      int ordinal = SetPods.ordinal(set, pod.metadata().name());
      for (PersistentVolumeClaim claim : SetPods.claims(set, ordinal)) {
        if (claims.get(Meta.key(claim)).isPresent()) {
          JsonObject metadata = JsonObject.of("ownerReferences", List.of(owner.toJson()));
          context
              .client()
              .patch(
                  PersistentVolumeClaim.TYPE,
                  claim.metadata().namespace(),
                  claim.metadata().name(),
                  Patch.merge(JsonObject.of("metadata", metadata)));
        }
      }
    }
    delete(key, set, pod);
  }

  private void writeStatus(ObjectKey key, StatefulSet updated) {
    StatefulSet present = sets.get(key).orElse(null);
    if (present != null && !present.status().equals(updated.status())) {
      setWrites.wrote(key, context.client().updateStatus(StatefulSet.TYPE, updated));
    }
  }
}
