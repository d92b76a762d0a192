package dev.javernetes.scheduler.framework;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler's name and its plug-ins, and what it means to run them all at an extension point.
 * Stateless: what is remembered of a pod is in its {@link CycleState}.
 *
 * @param weights of scores by plug-in name; 1 where none is given
 */
public record Profile(String schedulerName, List<Plugin> plugins, Map<String, Integer> weights) {
  public Profile {
    plugins = List.copyOf(plugins);
    weights = Map.copyOf(weights);
    if (of(plugins, Plugin.QueueSort.class).size() != 1) {
      throw new IllegalArgumentException(
          schedulerName + ": exactly one queue sort plug-in is needed");
    }
    if (of(plugins, Plugin.Bind.class).isEmpty()) {
      throw new IllegalArgumentException(schedulerName + ": no bind plug-in");
    }
  }

  private static <T extends Plugin> List<T> of(List<Plugin> plugins, Class<T> point) {
    return plugins.stream().filter(point::isInstance).map(point::cast).toList();
  }

  /** The plug-ins of an extension point, in the order of the profile. */
  public <T extends Plugin> List<T> at(Class<T> point) {
    return of(plugins, point);
  }

  public Plugin.QueueSort queueSort() {
    return at(Plugin.QueueSort.class).getFirst();
  }

  /** Of each event, which plug-ins care and how they look at it. */
  public Map<WakeUp.Event, Map<String, WakeUp.Hint>> wakeUps() {
    Map<WakeUp.Event, Map<String, WakeUp.Hint>> byEvent = new EnumMap<>(WakeUp.Event.class);
    for (Plugin plugin : plugins) {
      for (WakeUp wakeUp : plugin.wakeUps()) {
        byEvent
            .computeIfAbsent(wakeUp.event(), event -> new java.util.HashMap<>())
            .put(plugin.name(), wakeUp.hint());
      }
    }
    return byEvent;
  }

  public Status preEnqueue(PodInfo pod) {
    for (Plugin.PreEnqueue plugin : at(Plugin.PreEnqueue.class)) {
      Status status = plugin.preEnqueue(pod);
      if (!status.isSuccess()) {
        return status.by(plugin.name());
      }
    }
    return Status.SUCCESS;
  }

  /** All preFilters; the nodes that any of them narrowed the search to are intersected. */
  public Plugin.PreFilterResult preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
    Set<String> nodes = null;
    for (Plugin.PreFilter plugin : at(Plugin.PreFilter.class)) {
      Plugin.PreFilterResult result = plugin.preFilter(state, pod, snapshot);
      if (result.status().isSkip()) {
        state.skipFilter(plugin);
      } else if (!result.status().isSuccess()) {
        return Plugin.PreFilterResult.rejected(result.status().by(plugin.name()));
      } else if (result.nodes() != null) {
        if (nodes == null) {
          nodes = new HashSet<>(result.nodes());
        } else {
          nodes.retainAll(result.nodes());
        }
        if (nodes.isEmpty()) {
          return Plugin.PreFilterResult.rejected(
              Status.unresolvable("node(s) didn't satisfy plugin(s) [" + plugin.name() + "]")
                  .by(plugin.name()));
        }
      }
    }
    return new Plugin.PreFilterResult(Status.SUCCESS, nodes);
  }

  /** The first filter that says no ends the look at this node. */
  public Status filter(CycleState state, PodInfo pod, NodeInfo node) {
    for (Plugin plugin : plugins) {
      if (plugin instanceof Plugin.Filter filter && !state.filterSkipped(plugin)) {
        Status status = filter.filter(state, pod, node);
        if (!status.isSuccess()) {
          return status.by(plugin.name());
        }
      }
    }
    return Status.SUCCESS;
  }

  public Plugin.@Nullable PostFilterResult postFilter(
      CycleState state, PodInfo pod, Snapshot snapshot, Map<String, Status> rejections) {
    Plugin.PostFilterResult last = null;
    for (Plugin.PostFilter plugin : at(Plugin.PostFilter.class)) {
      last = plugin.postFilter(state, pod, snapshot, rejections);
      if (last.status().isSuccess()) {
        return last;
      }
    }
    return last;
  }

  /** The weighted sum of all scores of each node, in the order of {@code nodes}. */
  public long[] score(CycleState state, PodInfo pod, List<NodeInfo> nodes) {
    for (Plugin.PreScore plugin : at(Plugin.PreScore.class)) {
      if (plugin.preScore(state, pod, nodes).isSkip()) {
        state.skipScore(plugin);
      }
    }
    long[] total = new long[nodes.size()];
    for (Plugin.Score plugin : at(Plugin.Score.class)) {
      if (!state.scoreSkipped(plugin)) {
        long[] scores = new long[nodes.size()];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = plugin.score(state, pod, nodes.get(i));
        }
        plugin.normalize(state, pod, scores);
        int weight = weights.getOrDefault(plugin.name(), 1);
        for (int i = 0; i < scores.length; i++) {
          total[i] += weight * scores[i];
        }
      }
    }
    return total;
  }

  /** Reserves in order; when one refuses, those before it are taken back. */
  public Status reserve(CycleState state, PodInfo pod, String node) {
    List<Plugin.Reserve> done = new ArrayList<>();
    for (Plugin.Reserve plugin : at(Plugin.Reserve.class)) {
      Status status = plugin.reserve(state, pod, node);
      done.add(plugin);
      if (!status.isSuccess()) {
        done.reversed().forEach(before -> before.unreserve(state, pod, node));
        return status.by(plugin.name());
      }
    }
    return Status.SUCCESS;
  }

  public void unreserve(CycleState state, PodInfo pod, String node) {
    at(Plugin.Reserve.class).reversed().forEach(plugin -> plugin.unreserve(state, pod, node));
  }

  /** A rejection of any plug-in counts more than another's wish to wait. */
  public Status permit(CycleState state, PodInfo pod, String node) {
    Status wait = Status.SUCCESS;
    for (Plugin.Permit plugin : at(Plugin.Permit.class)) {
      Status status = plugin.permit(state, pod, node);
      switch (status.code()) {
        case SUCCESS, SKIP -> {}
        case WAIT -> wait = status.by(plugin.name());
        case ERROR, UNSCHEDULABLE, UNSCHEDULABLE_AND_UNRESOLVABLE -> {
          return status.by(plugin.name());
        }
      }
    }
    return wait;
  }

  public Status preBind(CycleState state, PodInfo pod, String node) {
    for (Plugin.PreBind plugin : at(Plugin.PreBind.class)) {
      Status status = plugin.preBind(state, pod, node);
      if (!status.isSuccess() && !status.isSkip()) {
        return status.by(plugin.name());
      }
    }
    return Status.SUCCESS;
  }

  /** The first binder that does not pass decides. */
  public Status bind(CycleState state, PodInfo pod, String node) {
    for (Plugin.Bind plugin : at(Plugin.Bind.class)) {
      Status status = plugin.bind(state, pod, node);
      if (!status.isSkip()) {
        return status.by(plugin.name());
      }
    }
    return Status.error("no plug-in binds this pod");
  }

  public void postBind(CycleState state, PodInfo pod, String node) {
    at(Plugin.PostBind.class).forEach(plugin -> plugin.postBind(state, pod, node));
  }
}
