package dev.javernetes.controllermanager.deployment;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.DeploymentCondition;
import dev.javernetes.api.model.apps.v1.DeploymentStatus;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.apps.v1.ReplicaSetSpec;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.meta.v1.LabelSelector;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.controllermanager.loop.Hashes;
import dev.javernetes.controllermanager.loop.Meta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a Deployment: which ReplicaSets to create, resize or delete, and what its status
 * says. Everything it decides follows from its arguments.
 *
 * <p>{@code web} at revision 1 with set {@code web-a} (3 pods) gets a new image: the plan creates
 * {@code web-b} with one pod (maxSurge) and marks it revision 2; when that pod is available the
 * next plan takes one from {@code web-a}; and so on until {@code web-a} has none.
 *
 * @param status to be written if it differs from the present one
 * @param revision of the current template, for the Deployment's annotation; {@code ""} if unknown
 * @param nextLook when to plan again though nothing happened
 */
record DeploymentPlan(
    List<Action> actions, DeploymentStatus status, String revision, @Nullable Duration nextLook) {

  sealed interface Action {}

  record Create(ReplicaSet set) implements Action {}

  /** Another size, other annotations, or both. */
  record Update(ReplicaSet before, ReplicaSet now) implements Action {}

  record Delete(ReplicaSet set) implements Action {}

  DeploymentPlan {
    actions = List.copyOf(actions);
  }

  /** {@code oldPodsRun}: a pod of an old set has not ended yet, which Recreate waits for. */
  static DeploymentPlan of(
      Deployment deployment, List<ReplicaSet> owned, boolean oldPodsRun, Instant now) {
    return new Planner(deployment, owned, now).plan(oldPodsRun);
  }

  /** The state of one planning: sets as they will be after the actions so far. */
  private static final class Planner {
    private final Instant now;
    private Deployment deployment;
    private final List<ReplicaSet> old = new ArrayList<>();
    private @Nullable ReplicaSet newSet;
    private final List<Action> actions = new ArrayList<>();

    Planner(Deployment deployment, List<ReplicaSet> owned, Instant now) {
      this.now = now;
      this.deployment = deployment;
      this.newSet = Revisions.current(deployment, owned);
      for (ReplicaSet set : owned) {
        if (!set.equals(newSet)) {
          old.add(set);
        }
      }
    }

    DeploymentPlan plan(boolean oldPodsRun) {
      if (Meta.deleting(deployment)) {
        return done(RolloutStatus.counts(deployment, all(), newSet, now), "");
      }
      notePause();
      boolean paused = Boolean.TRUE.equals(deployment.spec().paused());
      if (paused || scaled()) {
        refreshNewSet();
        scale();
        if (paused) {
          cleanUp();
        }
        return done(RolloutStatus.counts(deployment, all(), newSet, now), revision());
      }
      if (Rollout.rolling(deployment)) {
        roll();
      } else {
        recreate(oldPodsRun);
      }
      DeploymentStatus status = RolloutStatus.rollout(deployment, all(), newSet, now);
      if (RolloutStatus.complete(deployment, status)) {
        cleanUp();
      }
      return done(status, revision());
    }

    private void roll() {
      ensureNewSet();
      ReplicaSet current = Objects.requireNonNull(newSet);
      int size = Rollout.newSize(deployment, current, all());
      if (size != Rollout.size(current)) {
        resize(current, size);
        return;
      }
      Map<ReplicaSet, Integer> sizes =
          Rollout.oldSizes(deployment, current, Rollout.size(current), old);
      sizes.forEach((set, next) -> {
        if (next != Rollout.size(set)) {
          resize(set, next);
        }
      });
    }

    private void recreate(boolean oldPodsRun) {
      refreshNewSet();
      boolean shrunk = false;
      for (ReplicaSet set : List.copyOf(old)) {
        if (Rollout.size(set) > 0) {
          resize(set, 0);
          shrunk = true;
        }
      }
      boolean some = old.stream().anyMatch(set -> Meta.or(set.status().replicas(), 0) > 0);
      if (shrunk || some || oldPodsRun) {
        return;
      }
      ensureNewSet();
      ReplicaSet current = Objects.requireNonNull(newSet);
      if (Rollout.size(current) != Rollout.desired(deployment)) {
        resize(current, Rollout.desired(deployment));
      }
    }

    /** Another size was asked for since the sets were last sized. */
    private boolean scaled() {
      int desired = Rollout.desired(deployment);
      for (ReplicaSet set : all()) {
        String noted = Meta.annotation(set, Revisions.DESIRED);
        if (Rollout.size(set) > 0 && !noted.isEmpty() && Revisions.number(noted) != desired) {
          return true;
        }
      }
      return false;
    }

    private void scale() {
      int desired = Rollout.desired(deployment);
      List<ReplicaSet> active = active();
      if (active.size() <= 1) {
        ReplicaSet only = active.isEmpty() ? newest() : active.getFirst();
        if (only != null && Rollout.size(only) != desired) {
          resize(only, desired);
        } else if (only != null) {
          resize(only, Rollout.size(only));
        }
        return;
      }
      ReplicaSet current = newSet;
      boolean saturated =
          current != null
              && Rollout.size(current) == desired
              && Rollout.available(current) == desired
              && Meta.annotation(current, Revisions.DESIRED).equals(Integer.toString(desired));
      if (saturated) {
        active.stream().filter(set -> !set.equals(current)).forEach(set -> resize(set, 0));
      } else if (Rollout.rolling(deployment)) {
        Rollout.proportional(deployment, active).forEach(this::resize);
      }
    }

    private @Nullable ReplicaSet newest() {
      return newSet != null
          ? newSet
          : old.stream().max(Comparator.comparing(Meta::created)).orElse(null);
    }

    private void ensureNewSet() {
      if (newSet != null) {
        refreshNewSet();
        return;
      }
      PodTemplateSpec template = Revisions.withoutHash(deployment.spec().template());
      String hash = Hashes.ofTemplate(template, deployment.status().collisionCount());
      Map<String, String> labels = Meta.with(template.metadata().labels(), Revisions.HASH, hash);
      LabelSelector selector =
          Objects.requireNonNullElseGet(
              deployment.spec().selector(), () -> LabelSelector.builder().build());
      ReplicaSet created =
          ReplicaSet.builder()
              .metadata(
                  ObjectMeta.builder()
                      .name(deployment.metadata().name() + "-" + hash)
                      .namespace(deployment.metadata().namespace())
                      .labels(labels)
                      .annotations(
                          Revisions.annotations(
                              deployment, Map.of(), Revisions.highest(old) + 1, true))
                      .ownerReferences(List.of(Meta.controllerReference(deployment)))
                      .build())
              .spec(
                  ReplicaSetSpec.builder()
                      .replicas(Rollout.newSize(deployment, null, old))
                      .minReadySeconds(
                          Meta.omitZero(Meta.or(deployment.spec().minReadySeconds(), 0)))
                      .selector(
                          selector.toBuilder()
                              .matchLabels(Meta.with(selector.matchLabels(), Revisions.HASH, hash))
                              .build())
                      .template(
                          template.toBuilder()
                              .metadata(template.metadata().toBuilder().labels(labels).build())
                              .build())
                      .build())
              .build();
      actions.add(new Create(created));
      newSet = created;
      progressing(
          "NewReplicaSetCreated",
          "Created new replica set " + GoQuote.quote(created.metadata().name()));
    }

    /** Annotations and minReadySeconds of the present new set. */
    private void refreshNewSet() {
      ReplicaSet current = newSet;
      if (current == null) {
        return;
      }
      ReplicaSet refreshed =
          current.toBuilder()
              .metadata(
                  current.metadata().toBuilder()
                      .annotations(
                          Revisions.annotations(
                              deployment,
                              current.metadata().annotations(),
                              Revisions.highest(old) + 1,
                              false))
                      .build())
              .spec(
                  current.spec().toBuilder()
                      .minReadySeconds(
                          Meta.omitZero(Meta.or(deployment.spec().minReadySeconds(), 0)))
                      .build())
              .build();
      change(current, refreshed);
      if (RolloutStatus.find(deployment.status().conditions(), RolloutStatus.PROGRESSING) == null) {
        progressing(
            "FoundNewReplicaSet",
            "Found new replica set " + GoQuote.quote(current.metadata().name()));
      }
    }

    private void resize(ReplicaSet set, int size) {
      Map<String, String> annotations = new LinkedHashMap<>(set.metadata().annotations());
      annotations.putAll(Revisions.replicas(deployment));
      change(
          set,
          set.toBuilder()
              .metadata(set.metadata().toBuilder().annotations(annotations).build())
              .spec(set.spec().toBuilder().replicas(size).build())
              .build());
    }

    private void change(ReplicaSet before, ReplicaSet after) {
      if (after.equals(before)) {
        return;
      }
      if (before.equals(newSet)) {
        newSet = after;
      } else {
        old.replaceAll(set -> set.equals(before) ? after : set);
      }
      for (int i = 0; i < actions.size(); i++) {
        if (actions.get(i) instanceof Update(ReplicaSet first, ReplicaSet now)
            && now.equals(before)) {
          actions.set(i, new Update(first, after));
          return;
        }
        if (actions.get(i) instanceof Create(ReplicaSet created) && created.equals(before)) {
          actions.set(i, new Create(after));
          return;
        }
      }
      actions.add(new Update(before, after));
    }

    /** Old sets beyond the history limit, the oldest revisions first. */
    private void cleanUp() {
      Integer limit = deployment.spec().revisionHistoryLimit();
      if (limit == null || limit == Integer.MAX_VALUE) {
        return;
      }
      List<ReplicaSet> alive =
          new ArrayList<>(old.stream().filter(set -> !Meta.deleting(set)).toList());
      alive.sort(Comparator.comparing(Revisions::of).thenComparing(Meta::created));
      int surplus = alive.size() - limit;
      for (ReplicaSet set : alive.subList(0, Math.max(0, surplus))) {
        long observed = Objects.requireNonNullElse(set.status().observedGeneration(), 0L);
        if (Rollout.size(set) == 0
            && Meta.or(set.status().replicas(), 0) == 0
            && Meta.generation(set) <= observed) {
          actions.add(new Delete(set));
        }
      }
    }

    private void notePause() {
      DeploymentCondition current =
          RolloutStatus.find(deployment.status().conditions(), RolloutStatus.PROGRESSING);
      if (!RolloutStatus.hasDeadline(deployment)
          || (current != null && current.reason().equals(RolloutStatus.TIMED_OUT))) {
        return;
      }
      boolean noted = current != null && current.reason().equals("DeploymentPaused");
      boolean paused = Boolean.TRUE.equals(deployment.spec().paused());
      if (paused && !noted) {
        progressing("Unknown", "DeploymentPaused", "Deployment is paused");
      } else if (!paused && noted) {
        progressing("Unknown", "DeploymentResumed", "Deployment is resumed");
      }
    }

    private void progressing(String reason, String message) {
      if (RolloutStatus.hasDeadline(deployment)) {
        progressing("True", reason, message);
      }
    }

    private void progressing(String status, String reason, String message) {
      List<DeploymentCondition> conditions =
          RolloutStatus.set(
              deployment.status().conditions(),
              RolloutStatus.condition(RolloutStatus.PROGRESSING, status, reason, message, now));
      deployment =
          deployment.toBuilder()
              .status(deployment.status().toBuilder().conditions(conditions).build())
              .build();
    }

    private List<ReplicaSet> all() {
      List<ReplicaSet> all = new ArrayList<>(old);
      if (newSet != null) {
        all.add(newSet);
      }
      return all;
    }

    private List<ReplicaSet> active() {
      return all().stream().filter(set -> Rollout.size(set) > 0).toList();
    }

    private String revision() {
      return newSet == null ? "" : Meta.annotation(newSet, Revisions.REVISION);
    }

    private DeploymentPlan done(DeploymentStatus status, String revision) {
      return new DeploymentPlan(
          actions, status, revision, RolloutStatus.untilDeadline(deployment, status, now));
    }
  }
}
