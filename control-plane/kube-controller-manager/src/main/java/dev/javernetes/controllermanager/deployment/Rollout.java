package dev.javernetes.controllermanager.deployment;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.apps.v1.RollingUpdateDeployment;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large each ReplicaSet should be next. Pure arithmetic.
 *
 * <p>Ten replicas, maxSurge 25 % (3, rounded up), maxUnavailable 25 % (2, rounded down): at most 13
 * pods, at least 8 available. New set 0, old 10: new goes to 3, old to 8; when the three are
 * available old goes down by three more, and so on.
 */
final class Rollout {
  private Rollout() {}

  static int desired(Deployment deployment) {
    return Meta.or(deployment.spec().replicas(), 1);
  }

  static int size(ReplicaSet set) {
    return Meta.or(set.spec().replicas(), 1);
  }

  static int available(ReplicaSet set) {
    return Meta.or(set.status().availableReplicas(), 0);
  }

  static boolean rolling(Deployment deployment) {
    return deployment.spec().strategy() == null
        || !deployment.spec().strategy().type().equals("Recreate");
  }

  static int maxSurge(Deployment deployment) {
    return rolling(deployment) ? limits(deployment)[0] : 0;
  }

  static int maxUnavailable(Deployment deployment) {
    if (!rolling(deployment) || desired(deployment) == 0) {
      return 0;
    }
    return Math.min(limits(deployment)[1], desired(deployment));
  }

  static int total(Collection<ReplicaSet> sets) {
    return sets.stream().mapToInt(Rollout::size).sum();
  }

  /** The next size of the new set. */
  static int newSize(Deployment deployment, @Nullable ReplicaSet newSet, List<ReplicaSet> all) {
    int desired = desired(deployment);
    int current = newSet == null ? 0 : size(newSet);
    if (!rolling(deployment) || current >= desired) {
      return desired;
    }
    int room = desired + maxSurge(deployment) - total(all);
    return room <= 0 ? current : current + Math.min(room, desired - current);
  }

  /** The next sizes of the old sets: first the pods that do not work anyway, then the others. */
  static Map<ReplicaSet, Integer> oldSizes(
      Deployment deployment, ReplicaSet newSet, int newSize, List<ReplicaSet> old) {
    Map<ReplicaSet, Integer> sizes = new LinkedHashMap<>();
    List<ReplicaSet> byAge = new ArrayList<>(old);
    byAge.sort(Comparator.comparing(Meta::created));
    byAge.forEach(set -> sizes.put(set, size(set)));
    if (total(old) == 0) {
      return sizes;
    }
    int minAvailable = desired(deployment) - maxUnavailable(deployment);
    int newUnavailable = newSize - available(newSet);
    int spare = total(old) + newSize - minAvailable - newUnavailable;
    if (spare <= 0) {
      return sizes;
    }
    for (ReplicaSet set : byAge) {
      int cleanup = Math.min(spare, Math.max(0, size(set) - available(set)));
      sizes.put(set, size(set) - cleanup);
      spare -= cleanup;
    }
    int surplus =
        available(newSet) + old.stream().mapToInt(Rollout::available).sum() - minAvailable;
    for (ReplicaSet set : byAge) {
      int down = Math.max(0, Math.min(sizes.getOrDefault(set, 0), surplus));
      sizes.put(set, sizes.getOrDefault(set, 0) - down);
      surplus -= down;
    }
    return sizes;
  }

  /**
   * Sizes after the Deployment itself was scaled in the middle of a rollout: the change is spread
   * over the sets by their share, so that both templates take the same risk.
   */
  static Map<ReplicaSet, Integer> proportional(Deployment deployment, List<ReplicaSet> active) {
    int desired = desired(deployment);
    int allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
    int toAdd = allowed - total(active);
    List<ReplicaSet> order = new ArrayList<>(active);
    Comparator<ReplicaSet> bySize = Comparator.comparing(Rollout::size).reversed();
    Comparator<ReplicaSet> byAge = Comparator.comparing(Meta::created);
    order.sort(bySize.thenComparing(toAdd > 0 ? byAge.reversed() : byAge));
    Map<ReplicaSet, Integer> sizes = new LinkedHashMap<>();
    int added = 0;
    for (ReplicaSet set : order) {
      int share = toAdd == 0 ? 0 : share(deployment, set, toAdd, added);
      sizes.put(set, size(set) + share);
      added += share;
    }
    if (!order.isEmpty() && toAdd != added) {
      ReplicaSet largest = order.getFirst();
      sizes.put(largest, Math.max(0, sizes.getOrDefault(largest, 0) + toAdd - added));
    }
    return sizes;
  }

  private static int share(Deployment deployment, ReplicaSet set, int toAdd, int added) {
    if (size(set) == 0 || toAdd == added) {
      return 0;
    }
    int fraction;
    if (desired(deployment) == 0) {
      fraction = -size(set);
    } else {
      long before = Revisions.number(Meta.annotation(set, Revisions.MAX));
      if (before <= 0) {
        before = Meta.or(deployment.status().replicas(), 0);
      }
      if (before <= 0) {
        before = size(set);
      }
      double scaled = (double) size(set) * (desired(deployment) + maxSurge(deployment)) / before;
      fraction = (int) Math.round(scaled) - size(set);
    }
    int left = toAdd - added;
    return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
  }

  /** maxSurge and maxUnavailable as numbers; both zero would never move. */
  private static int[] limits(Deployment deployment) {
    RollingUpdateDeployment update =
        deployment.spec().strategy() == null ? null : deployment.spec().strategy().rollingUpdate();
    IntOrString quarter = IntOrString.of("25%");
    IntOrString surge = update == null || update.maxSurge() == null ? quarter : update.maxSurge();
    IntOrString unavailable =
        update == null || update.maxUnavailable() == null ? quarter : update.maxUnavailable();
    int desired = desired(deployment);
    int maxSurge = surge.scaledValue(desired, true);
    int maxUnavailable = unavailable.scaledValue(desired, false);
    return new int[] {maxSurge, maxSurge == 0 && maxUnavailable == 0 ? 1 : maxUnavailable};
  }
}
