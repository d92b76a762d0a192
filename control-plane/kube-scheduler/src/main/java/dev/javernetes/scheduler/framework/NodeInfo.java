package dev.javernetes.scheduler.framework;

import dev.javernetes.api.model.core.v1.ContainerImage;
import dev.javernetes.api.model.core.v1.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node with the pods that run on it or were promised to it. Immutable: adding a pod gives another
 * one, so that a snapshot is a list of references and a plan may try things out without copying the
 * cluster.
 *
 * @param imageSizes bytes of each image that the node has, by every name it has
 */
public record NodeInfo(
    Node node,
    List<PodInfo> pods,
    Resources allocatable,
    long allowedPods,
    Resources requested,
    Resources rated,
    int podsWithAffinity,
    int podsWithRequiredAntiAffinity,
    Map<String, Long> imageSizes) {

  public static NodeInfo of(Node node) {
    return new NodeInfo(
            node, List.of(), Resources.NONE, 0, Resources.NONE, Resources.NONE, 0, 0, Map.of())
        .withNode(node);
  }

  public String name() {
    return node.metadata().name();
  }

  public Map<String, String> labels() {
    return node.metadata().labels();
  }

  public NodeInfo with(PodInfo pod) {
    List<PodInfo> more = new ArrayList<>(pods.size() + 1);
    more.addAll(pods);
    more.add(pod);
    return withPods(more, requested.plus(pod.requested()), rated.plus(pod.rated()), pod, 1);
  }

  public NodeInfo without(PodInfo pod) {
    for (int i = 0; i < pods.size(); i++) {
      PodInfo present = pods.get(i);
      if (present.uid().equals(pod.uid())) {
        List<PodInfo> fewer = new ArrayList<>(pods);
        fewer.remove(i);
        return withPods(
            fewer, requested.minus(present.requested()), rated.minus(present.rated()), present, -1);
      }
    }
    return this;
  }

  /** The same pods on a changed node. */
  public NodeInfo withNode(Node changed) {
    var podLimit = changed.status().allocatable().get("pods");
    return new NodeInfo(
        changed,
        pods,
        Resources.of(changed.status().allocatable()),
        podLimit == null ? 0 : podLimit.value(),
        requested,
        rated,
        podsWithAffinity,
        podsWithRequiredAntiAffinity,
        imageSizes(changed));
  }

  private NodeInfo withPods(
      List<PodInfo> changed, Resources nowRequested, Resources nowRated, PodInfo pod, int sign) {
    return new NodeInfo(
        node,
        changed,
        allocatable,
        allowedPods,
        nowRequested,
        nowRated,
        podsWithAffinity + (pod.hasAffinity() ? sign : 0),
        podsWithRequiredAntiAffinity + (pod.hasRequiredAntiAffinity() ? sign : 0),
        imageSizes);
  }

  private static Map<String, Long> imageSizes(Node node) {
    Map<String, Long> sizes = new HashMap<>();
    for (ContainerImage image : node.status().images()) {
      for (String name : image.names()) {
        sizes.put(name, image.sizeBytes() == null ? 0 : image.sizeBytes());
      }
    }
    return Map.copyOf(sizes);
  }
}
