package dev.javernetes.scheduler.plugins.noderesources;

import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Resources;
import dev.javernetes.scheduler.framework.Status;
import java.util.List;

/**
 * Likes a node whose CPU and memory the pod would fill to the same degree: with two fractions,
 * their deviation is half their distance.
 */
public final class NodeResourcesBalancedAllocation implements Plugin.PreScore, Plugin.Score {
  @Override
  public String name() {
    return "NodeResourcesBalancedAllocation";
  }

  /** A pod that asks for nothing balances nothing. */
  @Override
  public Status preScore(CycleState state, PodInfo pod, List<NodeInfo> nodes) {
    Resources wanted = pod.requested();
    return wanted.milliCpu() == 0 && wanted.memory() == 0 ? Status.SKIP : Status.SUCCESS;
  }

  @Override
  public long score(CycleState state, PodInfo pod, NodeInfo node) {
    Resources all = node.allocatable();
    long before = balance(node.requested(), all);
    long after = balance(node.requested().plus(pod.requested()), all);
    // What counts is how the pod changes the balance: 75 for not at all, towards 100 for the
    // better.
    return MAX_SCORE / 2 + (MAX_SCORE / 2 + after - before) / 2;
  }

  private static long balance(Resources used, Resources all) {
    double cpu = fraction(used.milliCpu(), all.milliCpu());
    double memory = fraction(used.memory(), all.memory());
    return (long) ((1 - Math.abs(cpu - memory) / 2) * MAX_SCORE);
  }

  private static double fraction(long used, long all) {
    return all == 0 ? 1 : Math.min(1, (double) used / all);
  }
}
