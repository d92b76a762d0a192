package dev.javernetes.controllermanager.statefulset;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.model.apps.v1.ControllerRevision;
import dev.javernetes.api.model.apps.v1.RollingUpdateStatefulSetStrategy;
import dev.javernetes.api.model.apps.v1.StatefulSet;
import dev.javernetes.api.model.apps.v1.StatefulSetStatus;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a StatefulSet.
 *
 * <p>Ordered (the default): web-0 must be available before web-1 is created; the highest goes first
 * when scaling down; an update replaces web-2, waits until it is available, then web-1, then web-0.
 * Parallel: all at once, but for updates.
 *
 * @param condemned pods beyond the replicas that go now
 * @param nextLook when a ready pod becomes available by time alone
 */
record StatefulSetPlan(
    List<Pod> create,
    List<Pod> delete,
    List<Pod> condemned,
    StatefulSetStatus status,
    @Nullable Duration nextLook) {

  static StatefulSetPlan of(
      StatefulSet set,
      ControllerRevision current,
      ControllerRevision update,
      List<Pod> pods,
      Instant now) {
    return new Planner(set, current, update, pods, now).plan();
  }

  private static final class Planner {
    private final StatefulSet set;
    private final ControllerRevision current;
    private final ControllerRevision update;
    private final Instant now;
    private final boolean ordered;
    private final int start;
    private final int replicas;
    private final int minReadySeconds;
    private final TreeMap<Integer, Pod> wanted = new TreeMap<>();
    private final List<Pod> surplus = new ArrayList<>();
    private final List<Pod> create = new ArrayList<>();
    private final List<Pod> delete = new ArrayList<>();
    private final List<Pod> condemned = new ArrayList<>();

    Planner(
        StatefulSet set,
        ControllerRevision current,
        ControllerRevision update,
        List<Pod> pods,
        Instant now) {
      this.set = set;
      this.current = current;
      this.update = update;
      this.now = now;
      this.ordered = !set.spec().podManagementPolicy().equals("Parallel");
      this.start = set.spec().ordinals() == null ? 0 : Meta.or(set.spec().ordinals().start(), 0);
      this.replicas = Meta.or(set.spec().replicas(), 1);
      this.minReadySeconds = Meta.or(set.spec().minReadySeconds(), 0);
      for (Pod pod : pods) {
        int ordinal = SetPods.ordinal(set, pod.metadata().name());
        if (ordinal >= start && ordinal < start + replicas) {
          wanted.put(ordinal, pod);
        } else if (ordinal >= 0) {
          surplus.add(pod);
        }
      }
      surplus.sort(
          Comparator.comparing((Pod pod) -> SetPods.ordinal(set, pod.metadata().name()))
              .reversed());
    }

    StatefulSetPlan plan() {
      if (!Meta.deleting(set) && fill() && scaleDown()) {
        roll();
      }
      return new StatefulSetPlan(create, delete, condemned, status(), nextLook());
    }

    /** Whether the plan may go on: all that are wanted are there, and healthy if ordered. */
    private boolean fill() {
      boolean complete = true;
      for (int ordinal = start; ordinal < start + replicas; ordinal++) {
        Pod pod = wanted.get(ordinal);
        if (pod == null) {
          create.add(SetPods.pod(set, revisionFor(ordinal), ordinal));
          complete = false;
        } else if (PodStates.finished(pod)) {
          if (!Meta.deleting(pod)) {
            delete.add(pod); // the next plan creates it again
          }
          complete = false;
        } else if (Meta.deleting(pod) || !available(pod)) {
          if (ordered) {
            complete = false;
          }
        } else {
          continue;
        }
        if (ordered && !complete) {
          return false;
        }
      }
      return complete || !ordered;
    }

    private ControllerRevision revisionFor(int ordinal) {
      RollingUpdateStatefulSetStrategy rolling = rolling();
      if (!onDelete() && rolling != null && rolling.partition() != null) {
        return ordinal < start + rolling.partition() ? current : update;
      }
      return ordinal < start + Meta.or(set.status().currentReplicas(), 0) && !current.equals(update)
          ? current
          : update;
    }

    private boolean scaleDown() {
      for (Pod pod : surplus) {
        if (Meta.deleting(pod)) {
          if (ordered) {
            return false;
          }
          continue;
        }
        condemned.add(pod);
        if (ordered) {
          return false;
        }
      }
      return true;
    }

    /** Replaces pods of an older revision, the highest first. */
    private void roll() {
      if (onDelete()) {
        return;
      }
      RollingUpdateStatefulSetStrategy rolling = rolling();
      int partition = rolling == null ? 0 : Meta.or(rolling.partition(), 0);
      int unavailable = 0;
      for (Pod pod : wanted.values()) {
        if (Meta.deleting(pod) || !available(pod)) {
          unavailable++;
        }
      }
      int most = maxUnavailable(rolling);
      for (int ordinal = start + replicas - 1; ordinal >= start + partition; ordinal--) {
        Pod pod = wanted.get(ordinal);
        if (pod == null) {
          return;
        }
        boolean old = !SetPods.revision(pod).equals(update.metadata().name());
        boolean healthy = !Meta.deleting(pod) && available(pod);
        if (old && !Meta.deleting(pod)) {
          if (healthy && unavailable >= most) {
            return;
          }
          delete.add(pod);
          unavailable += healthy ? 1 : 0;
          if (unavailable >= most) {
            return;
          }
        } else if (!healthy && unavailable >= most) {
          return;
        }
      }
    }

    private int maxUnavailable(@Nullable RollingUpdateStatefulSetStrategy rolling) {
      IntOrString most = rolling == null ? null : rolling.maxUnavailable();
      return most == null ? 1 : Math.max(1, most.scaledValue(replicas, true));
    }

    private @Nullable RollingUpdateStatefulSetStrategy rolling() {
      return set.spec().updateStrategy() == null
          ? null
          : set.spec().updateStrategy().rollingUpdate();
    }

    private boolean onDelete() {
      return set.spec().updateStrategy() != null
          && set.spec().updateStrategy().type().equals("OnDelete");
    }

    private boolean available(Pod pod) {
      return PodStates.available(pod, minReadySeconds, now);
    }

    private StatefulSetStatus status() {
      int ready = 0;
      int available = 0;
      int ofCurrent = 0;
      int ofUpdate = 0;
      List<Pod> all = new ArrayList<>(wanted.values());
      all.addAll(surplus);
      for (Pod pod : all) {
        if (PodStates.ready(pod) && !PodStates.finished(pod)) {
          ready++;
          available += available(pod) ? 1 : 0;
        }
        if (!Meta.deleting(pod) && !PodStates.finished(pod)) {
          String revision = SetPods.revision(pod);
          ofCurrent += revision.equals(current.metadata().name()) ? 1 : 0;
          ofUpdate += revision.equals(update.metadata().name()) ? 1 : 0;
        }
      }
      boolean rolled =
          !onDelete() && ofUpdate == all.size() && ready == all.size() && create.isEmpty();
      String currentName = rolled ? update.metadata().name() : current.metadata().name();
      return StatefulSetStatus.builder()
          .observedGeneration(set.metadata().generation())
          .replicas(all.size())
          .readyReplicas(Meta.omitZero(ready))
          .availableReplicas(available)
          .currentReplicas(Meta.omitZero(rolled ? ofUpdate : ofCurrent))
          .updatedReplicas(Meta.omitZero(ofUpdate))
          .currentRevision(currentName)
          .updateRevision(update.metadata().name())
          .collisionCount(Meta.or(set.status().collisionCount(), 0))
          .conditions(set.status().conditions())
          .build();
    }

    private @Nullable Duration nextLook() {
      Duration least = null;
      for (Pod pod : wanted.values()) {
        Duration left = PodStates.untilAvailable(pod, minReadySeconds, now);
        if (left != null && (least == null || left.compareTo(least) < 0)) {
          least = left;
        }
      }
      return least;
    }
  }
}
