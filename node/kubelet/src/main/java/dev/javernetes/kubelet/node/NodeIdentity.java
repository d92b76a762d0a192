package dev.javernetes.kubelet.node;

import dev.javernetes.api.model.core.v1.Taint;
import java.util.List;
import java.util.Map;

/**
 * Who the node is to the cluster.
 *
 * @param runtimeVersion such as {@code containerd://2.0.0}
 */
public record NodeIdentity(
    String name,
    String hostname,
    List<String> addresses,
    Map<String, String> labels,
    List<Taint> taints,
    int kubeletPort,
    String runtimeVersion,
    boolean externalCloudProvider) {
  public NodeIdentity {
    addresses = List.copyOf(addresses);
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }
}
