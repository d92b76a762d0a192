package dev.javernetes.kubelet.node;

import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.RuntimeHandler;
import java.util.List;

/**
 * What changes about the node, looked at now.
 *
 * @param problems why it is not Ready; empty if it is
 */
public record NodeObservation(
    List<String> problems,
    boolean memoryPressure,
    boolean diskPressure,
    boolean pidPressure,
    List<Image> images,
    List<RuntimeHandler> runtimeHandlers,
    boolean supplementalGroupsPolicy) {
  public NodeObservation {
    problems = List.copyOf(problems);
    images = List.copyOf(images);
    runtimeHandlers = List.copyOf(runtimeHandlers);
  }
}
