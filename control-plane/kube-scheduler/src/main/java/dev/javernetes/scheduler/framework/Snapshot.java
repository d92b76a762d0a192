package dev.javernetes.scheduler.framework;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one scheduling cycle sees it: its nodes, zones interleaved, and what is quick to
 * know of their pods.
 */
public final class Snapshot {
  private final List<NodeInfo> nodes;
  private final Map<String, NodeInfo> byName;
  private final List<NodeInfo> withAffinity;
  private final List<NodeInfo> withRequiredAntiAffinity;

  public Snapshot(List<NodeInfo> nodes) {
    this.nodes = List.copyOf(nodes);
    this.byName = HashMap.newHashMap(nodes.size());
    this.withAffinity = new ArrayList<>();
    this.withRequiredAntiAffinity = new ArrayList<>();
    for (NodeInfo node : nodes) {
      byName.put(node.name(), node);
      if (node.podsWithAffinity() > 0) {
        withAffinity.add(node);
      }
      if (node.podsWithRequiredAntiAffinity() > 0) {
        withRequiredAntiAffinity.add(node);
      }
    }
  }

  public List<NodeInfo> nodes() {
    return nodes;
  }

  public @Nullable NodeInfo node(String name) {
    return byName.get(name);
  }

  /** Nodes with a pod that has any pod affinity or anti-affinity. */
  public List<NodeInfo> nodesWithAffinity() {
    return withAffinity;
  }

  public List<NodeInfo> nodesWithRequiredAntiAffinity() {
    return withRequiredAntiAffinity;
  }

  /** This cluster with one node replaced: what preemption tries out. */
  public Snapshot with(NodeInfo changed) {
    List<NodeInfo> replaced = new ArrayList<>(nodes.size());
    for (NodeInfo node : nodes) {
      replaced.add(node.name().equals(changed.name()) ? changed : node);
    }
    return new Snapshot(replaced);
  }
}
