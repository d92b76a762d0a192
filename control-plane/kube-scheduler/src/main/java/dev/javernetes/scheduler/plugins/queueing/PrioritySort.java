package dev.javernetes.scheduler.plugins.queueing;

import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.QueuedPod;

/** Higher priority first; among equals the one that has waited longest. */
public final class PrioritySort implements Plugin.QueueSort {
  @Override
  public String name() {
    return "PrioritySort";
  }

  @Override
  public int compare(QueuedPod first, QueuedPod second) {
    int byPriority = Integer.compare(second.pod().priority(), first.pod().priority());
    return byPriority != 0 ? byPriority : first.since().compareTo(second.since());
  }
}
