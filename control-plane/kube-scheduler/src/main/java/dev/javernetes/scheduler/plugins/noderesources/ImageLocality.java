package dev.javernetes.scheduler.plugins.noderesources;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.NodeInfo;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Likes nodes that have the pod's images already. Each image counts its size, scaled down by the
 * share of nodes that have it, so that one node does not attract everything.
 */
public final class ImageLocality implements Plugin.PreScore, Plugin.Score {
  private static final long SMALLEST = 23L << 20;
  private static final long LARGEST_PER_CONTAINER = 1000L << 20;

  @Override
  public String name() {
    return "ImageLocality";
  }

  @Override
  public Status preScore(CycleState state, PodInfo pod, List<NodeInfo> nodes) {
    Map<String, Double> spread = new HashMap<>();
    for (Container container : pod.spec().containers()) {
      String image = normalized(container.image());
      long having = nodes.stream().filter(node -> node.imageSizes().containsKey(image)).count();
      spread.put(image, nodes.isEmpty() ? 0 : (double) having / nodes.size());
    }
    if (spread.values().stream().allMatch(share -> share == 0)) {
      return Status.SKIP;
    }
    state.put(this, new Spread(spread));
    return Status.SUCCESS;
  }

  @Override
  public long score(CycleState state, PodInfo pod, NodeInfo node) {
    Map<String, Double> spread = state.require(this, Spread.class).shareOfNodes();
    long sum = 0;
    for (Container container : pod.spec().containers()) {
      String image = normalized(container.image());
      Long size = node.imageSizes().get(image);
      if (size != null) {
        sum += (long) (size * spread.getOrDefault(image, 0.0));
      }
    }
    long largest = LARGEST_PER_CONTAINER * Math.max(1, pod.spec().containers().size());
    long clamped = Math.clamp(sum, SMALLEST, largest);
    return MAX_SCORE * (clamped - SMALLEST) / (largest - SMALLEST);
  }

  /** Nodes report tags always; an image without one means {@code latest}. */
  private static String normalized(String image) {
    return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
  }

  private record Spread(Map<String, Double> shareOfNodes) {}
}
