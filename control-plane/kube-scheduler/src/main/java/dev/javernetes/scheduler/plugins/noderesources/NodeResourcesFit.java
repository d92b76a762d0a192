package dev.javernetes.scheduler.plugins.noderesources;

import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Resources;
import dev.javernetes.scheduler.framework.Status;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A node takes a pod if what is allocatable covers the requests of all its pods and this one's, and
 * rates higher the more of its CPU and memory stays free (or, with {@link Strategy#MOST_ALLOCATED},
 * the less).
 */
public final class NodeResourcesFit implements Plugin.Filter, Plugin.Score {
  /** {@code NodeResourcesFitArgs.scoringStrategy.type}. */
  public enum Strategy {
    LEAST_ALLOCATED,
    MOST_ALLOCATED
  }

  private final Strategy strategy;

  public NodeResourcesFit(Strategy strategy) {
    this.strategy = strategy;
  }

  @Override
  public String name() {
    return "NodeResourcesFit";
  }

  @Override
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    List<String> lacking = lacking(pod.requested(), node);
    if (lacking.isEmpty()) {
      return Status.SUCCESS;
    }
    String[] reasons = lacking.toArray(new String[0]);
    return neverFits(pod.requested(), node)
        ? Status.unresolvable(reasons)
        : Status.unschedulable(reasons);
  }

  private static List<String> lacking(Resources wanted, NodeInfo node) {
    List<String> lacking = new ArrayList<>();
    if (node.pods().size() + 1 > node.allowedPods()) {
      lacking.add("Too many pods");
    }
    Resources all = node.allocatable();
    Resources used = node.requested();
    if (wanted.milliCpu() > 0 && wanted.milliCpu() > all.milliCpu() - used.milliCpu()) {
      lacking.add("Insufficient cpu");
    }
    if (wanted.memory() > 0 && wanted.memory() > all.memory() - used.memory()) {
      lacking.add("Insufficient memory");
    }
    if (wanted.ephemeralStorage() > 0
        && wanted.ephemeralStorage() > all.ephemeralStorage() - used.ephemeralStorage()) {
      lacking.add("Insufficient ephemeral-storage");
    }
    for (Map.Entry<String, Long> entry : wanted.extended().entrySet()) {
      long free =
          all.extended().getOrDefault(entry.getKey(), 0L)
              - used.extended().getOrDefault(entry.getKey(), 0L);
      if (entry.getValue() > 0 && entry.getValue() > free) {
        lacking.add("Insufficient " + entry.getKey());
      }
    }
    return lacking;
  }

  /** Whether even the empty node would be too small: evicting pods from it is no use. */
  private static boolean neverFits(Resources wanted, NodeInfo node) {
    Resources all = node.allocatable();
    return wanted.milliCpu() > all.milliCpu()
        || wanted.memory() > all.memory()
        || wanted.ephemeralStorage() > all.ephemeralStorage()
        || wanted.extended().entrySet().stream()
            .anyMatch(entry -> entry.getValue() > all.extended().getOrDefault(entry.getKey(), 0L));
  }

  @Override
  public long score(CycleState state, PodInfo pod, NodeInfo node) {
    Resources used = node.rated().plus(pod.rated());
    return (share(used.milliCpu(), node.allocatable().milliCpu())
            + share(used.memory(), node.allocatable().memory()))
        / 2;
  }

  private long share(long used, long all) {
    if (all == 0 || used > all) {
      return 0;
    }
    return switch (strategy) {
      case LEAST_ALLOCATED -> (all - used) * MAX_SCORE / all;
      case MOST_ALLOCATED -> used * MAX_SCORE / all;
    };
  }

  @Override
  public List<WakeUp> wakeUps() {
    WakeUp.Hint fits =
        (pod, before, after) ->
            after instanceof NodeInfo node && lacking(pod.requested(), node).isEmpty();
    return List.of(
        WakeUp.on(WakeUp.Event.NODE_ADD, fits),
        WakeUp.on(WakeUp.Event.NODE_ALLOCATABLE, fits),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_DELETE),
        WakeUp.on(WakeUp.Event.ASSIGNED_POD_UPDATE, NodeResourcesFit::shrank),
        WakeUp.on(WakeUp.Event.POD_UPDATE));
  }

  /** A pod resized in place (KEP-1287) leaves room only where it asks for less than before. */
  private static boolean shrank(
      PodInfo waiting,
      @org.jspecify.annotations.Nullable Object before,
      @org.jspecify.annotations.Nullable Object after) {
    return before instanceof PodInfo old
        && after instanceof PodInfo now
        && !old.requested().max(now.requested()).equals(now.requested());
  }
}
