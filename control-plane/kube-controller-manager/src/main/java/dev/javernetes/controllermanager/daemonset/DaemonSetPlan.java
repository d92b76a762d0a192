package dev.javernetes.controllermanager.daemonset;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.model.apps.v1.DaemonSet;
import dev.javernetes.api.model.apps.v1.DaemonSetStatus;
import dev.javernetes.api.model.apps.v1.RollingUpdateDaemonSet;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a DaemonSet: on which nodes to create pods, which pods to delete.
 *
 * <p>Every fitting node gets one; of two on a node the older stays; a failed one is replaced. An
 * update deletes old pods as long as no more than maxUnavailable nodes lack an available one, or
 * with maxSurge creates the new pod beside the old one first.
 *
 * @param create names of nodes
 */
record DaemonSetPlan(
    List<String> create, List<Pod> delete, DaemonSetStatus status, @Nullable Duration nextLook) {

  static DaemonSetPlan of(
      DaemonSet set, String hash, List<Node> nodes, List<Pod> pods, Instant now) {
    return new Planner(set, hash, nodes, pods, now).plan();
  }

  private static final class Planner {
    private final DaemonSet set;
    private final String hash;
    private final List<Node> nodes;
    private final Instant now;
    private final int minReadySeconds;
    private final Map<String, List<Pod>> perNode = new LinkedHashMap<>();
    private final Map<String, DaemonPods.Fit> fits = new LinkedHashMap<>();
    private final List<String> create = new ArrayList<>();
    private final List<Pod> delete = new ArrayList<>();

    Planner(DaemonSet set, String hash, List<Node> nodes, List<Pod> pods, Instant now) {
      this.set = set;
      this.hash = hash;
      this.nodes = nodes;
      this.now = now;
      this.minReadySeconds = Meta.or(set.spec().minReadySeconds(), 0);
      nodes.forEach(node -> fits.put(node.metadata().name(), DaemonPods.fit(set, node)));
      for (Pod pod : pods) {
        perNode.computeIfAbsent(DaemonPods.node(pod), n -> new ArrayList<>()).add(pod);
      }
    }

    DaemonSetPlan plan() {
      if (!Meta.deleting(set)) {
        place();
        if (!onDelete() && create.isEmpty() && delete.isEmpty()) {
          roll();
        }
      }
      return new DaemonSetPlan(create, delete, status(), nextLook());
    }

    private void place() {
      fits.forEach((node, fit) -> {
        List<Pod> here = perNode.getOrDefault(node, List.of());
        if (!fit.stay()) {
          here.stream().filter(pod -> !Meta.deleting(pod)).forEach(delete::add);
          return;
        }
        List<Pod> running = new ArrayList<>();
        boolean going = false;
        for (Pod pod : here) {
          if (Meta.deleting(pod)) {
            going = true;
          } else if (PodStates.finished(pod)) {
            delete.add(pod);
            going = true;
          } else {
            running.add(pod);
          }
        }
        if (running.isEmpty()) {
          if (fit.start() && !going) {
            create.add(node);
          }
        } else if (maxSurge() == 0 && running.size() > 1) {
          running.sort(
              Comparator.comparing((Pod pod) -> pod.spec().nodeName().isEmpty())
                  .thenComparing(Meta::created)
                  .thenComparing(Meta::uid));
          delete.addAll(running.subList(1, running.size()));
        } else if (maxSurge() > 0) {
          settle(running);
        }
      });
      // pods of nodes that are gone
      perNode.forEach((node, here) -> {
        if (!node.isEmpty() && !fits.containsKey(node)) {
          here.stream().filter(pod -> !Meta.deleting(pod)).forEach(delete::add);
        }
      });
    }

    /** With a surge the old pod goes when the new one beside it is available. */
    private void settle(List<Pod> running) {
      List<Pod> fresh = running.stream().filter(this::current).toList();
      List<Pod> old = running.stream().filter(pod -> !current(pod)).toList();
      if (fresh.stream().anyMatch(this::available)) {
        delete.addAll(old);
      }
      if (fresh.size() > 1) {
        delete.addAll(fresh.subList(1, fresh.size()));
      }
    }

    private void roll() {
      int surge = maxSurge();
      int unavailable = 0;
      int surging = 0;
      List<Pod> unhealthyOld = new ArrayList<>();
      List<Pod> healthyOld = new ArrayList<>();
      for (Map.Entry<String, DaemonPods.Fit> entry : fits.entrySet()) {
        if (!entry.getValue().start()) {
          continue;
        }
        List<Pod> running =
            perNode.getOrDefault(entry.getKey(), List.of()).stream()
                .filter(PodStates::active)
                .toList();
        boolean hasNew = running.stream().anyMatch(this::current);
        boolean anyAvailable = running.stream().anyMatch(this::available);
        unavailable += anyAvailable ? 0 : 1;
        surging += running.size() > 1 ? 1 : 0;
        if (hasNew) {
          continue;
        }
        for (Pod pod : running) {
          (available(pod) ? healthyOld : unhealthyOld).add(pod);
        }
      }
      if (surge > 0) {
        List<Pod> old = new ArrayList<>(unhealthyOld);
        old.addAll(healthyOld);
        for (Pod pod : old.subList(0, Math.max(0, Math.min(old.size(), surge - surging)))) {
          create.add(DaemonPods.node(pod));
        }
        return;
      }
      delete.addAll(unhealthyOld); // they serve nobody
      int allowed = Math.max(0, maxUnavailable() - unavailable);
      delete.addAll(healthyOld.subList(0, Math.min(allowed, healthyOld.size())));
    }

    private int desired() {
      return (int) fits.values().stream().filter(DaemonPods.Fit::start).count();
    }

    private int maxSurge() {
      RollingUpdateDaemonSet rolling = rolling();
      IntOrString surge = rolling == null ? null : rolling.maxSurge();
      return surge == null ? 0 : surge.scaledValue(desired(), true);
    }

    private int maxUnavailable() {
      RollingUpdateDaemonSet rolling = rolling();
      IntOrString most = rolling == null ? null : rolling.maxUnavailable();
      return most == null ? 1 : most.scaledValue(desired(), true);
    }

    private @Nullable RollingUpdateDaemonSet rolling() {
      return set.spec().updateStrategy() == null
          ? null
          : set.spec().updateStrategy().rollingUpdate();
    }

    private boolean onDelete() {
      return set.spec().updateStrategy() != null
          && set.spec().updateStrategy().type().equals("OnDelete");
    }

    private boolean current(Pod pod) {
      return hash.equals(pod.metadata().labels().get(DaemonPods.HASH));
    }

    private boolean available(Pod pod) {
      return PodStates.available(pod, minReadySeconds, now);
    }

    private DaemonSetStatus status() {
      int desired = 0;
      int scheduled = 0;
      int misscheduled = 0;
      int ready = 0;
      int available = 0;
      int updated = 0;
      for (Node node : nodes) {
        List<Pod> here =
            perNode.getOrDefault(node.metadata().name(), List.of()).stream()
                .filter(pod -> !PodStates.finished(pod))
                .toList();
        boolean start =
            fits.getOrDefault(node.metadata().name(), new DaemonPods.Fit(false, false)).start();
        if (!start) {
          misscheduled += here.isEmpty() ? 0 : 1;
          continue;
        }
        desired++;
        if (here.isEmpty()) {
          continue;
        }
        scheduled++;
        List<Pod> best = new ArrayList<>(here);
        best.sort(Comparator.comparing((Pod pod) -> !available(pod)));
        Pod first = best.getFirst();
        ready += PodStates.ready(first) ? 1 : 0;
        available += available(first) ? 1 : 0;
        updated += here.stream().anyMatch(this::current) ? 1 : 0;
      }
      return set.status().toBuilder()
          .desiredNumberScheduled(desired)
          .currentNumberScheduled(scheduled)
          .numberMisscheduled(misscheduled)
          .numberReady(ready)
          .numberAvailable(Meta.omitZero(available))
          .numberUnavailable(Meta.omitZero(desired - available))
          .updatedNumberScheduled(Meta.omitZero(updated))
          .observedGeneration(set.metadata().generation())
          .build();
    }

    private @Nullable Duration nextLook() {
      Duration least = null;
      for (List<Pod> here : perNode.values()) {
        for (Pod pod : here) {
          Duration left = PodStates.untilAvailable(pod, minReadySeconds, now);
          if (left != null && (least == null || left.compareTo(least) < 0)) {
            least = left;
          }
        }
      }
      return least;
    }
  }
}
