package dev.javernetes.scheduler;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeCondition;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.EventHandler;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.WakeUp;
import java.util.List;
import java.util.Set;

/**
 * Carries what the informers see into the cache and the queue, and names it by the events that
 * plug-ins know.
 */
final class ClusterWatch {
  private final Set<String> schedulerNames;
  private final SchedulerCache cache;
  private final SchedulingQueue queue;
  private final Nominations nominations;

  ClusterWatch(
      Set<String> schedulerNames,
      SchedulerCache cache,
      SchedulingQueue queue,
      Nominations nominations) {
    this.schedulerNames = Set.copyOf(schedulerNames);
    this.cache = cache;
    this.queue = queue;
    this.nominations = nominations;
  }

  EventHandler<Pod> pods() {
    return new EventHandler<>() {
      @Override
      public void added(Pod pod, boolean initial) {
        if (finished(pod)) {
          return;
        }
        PodInfo info = PodInfo.of(pod);
        if (!pod.spec().nodeName().isEmpty()) {
          assigned(info);
          queue.happened(WakeUp.Event.ASSIGNED_POD_ADD, null, info);
        } else if (ours(pod)) {
          nominations.put(info);
          queue.put(info);
        }
      }

      @Override
      public void changed(Pod before, Pod now) {
        if (finished(now)) {
          if (!finished(before)) {
            deleted(before);
          }
          return;
        }
        PodInfo info = PodInfo.of(now);
        if (now.spec().nodeName().isEmpty()) {
          if (ours(now) && !cache.isAssumed(info.uid())) {
            nominations.put(info);
            queue.put(info);
          }
        } else if (before.spec().nodeName().isEmpty()) {
          assigned(info);
          queue.happened(WakeUp.Event.ASSIGNED_POD_ADD, null, info);
        } else {
          assigned(info);
          if (!before.spec().equals(now.spec())
              || !before.metadata().labels().equals(now.metadata().labels())) {
            queue.happened(WakeUp.Event.ASSIGNED_POD_UPDATE, PodInfo.of(before), info);
          }
        }
      }

      @Override
      public void deleted(Pod pod) {
        PodInfo info = PodInfo.of(pod);
        nominations.remove(info.uid());
        cache.podGone(info.uid());
        queue.remove(info.uid());
        if (!pod.spec().nodeName().isEmpty()) {
          queue.happened(WakeUp.Event.ASSIGNED_POD_DELETE, info, null);
        }
      }
    };
  }

  private void assigned(PodInfo info) {
    nominations.remove(info.uid());
    queue.remove(info.uid());
    cache.podAssigned(info, info.spec().nodeName());
  }

  private boolean ours(Pod pod) {
    return pod.metadata().deletionTimestamp() == null
        && schedulerNames.contains(pod.spec().schedulerName());
  }

  private static boolean finished(Pod pod) {
    return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
  }

  EventHandler<Node> nodes() {
    return new EventHandler<>() {
      @Override
      public void added(Node node, boolean initial) {
        queue.happened(WakeUp.Event.NODE_ADD, null, cache.putNode(node));
      }

      @Override
      public void changed(Node before, Node now) {
        NodeInfo info = cache.putNode(now);
        if (!before.status().allocatable().equals(now.status().allocatable())) {
          queue.happened(WakeUp.Event.NODE_ALLOCATABLE, null, info);
        }
        if (!before.metadata().labels().equals(now.metadata().labels())) {
          queue.happened(WakeUp.Event.NODE_LABELS, null, info);
        }
        if (!before.spec().taints().equals(now.spec().taints())
            || Boolean.TRUE.equals(before.spec().unschedulable())
                != Boolean.TRUE.equals(now.spec().unschedulable())) {
          queue.happened(WakeUp.Event.NODE_TAINTS, null, info);
        }
        if (!conditions(before).equals(conditions(now))) {
          queue.happened(WakeUp.Event.NODE_CONDITIONS, null, info);
        }
      }

      @Override
      public void deleted(Node node) {
        cache.removeNode(node.metadata().name());
      }
    };
  }

  /** Without their times, which every heartbeat changes. */
  private static List<String> conditions(Node node) {
    return node.status().conditions().stream()
        .map((NodeCondition c) -> c.type() + "=" + c.status())
        .toList();
  }
}
