package dev.javernetes.launch;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./j8s up} was asked for.
 *
 * @param port of the API server; 0: the one it had before, or 6443, or the next free one
 * @param simulatedNodes 0 for one real node
 * @param runtimeEndpoint of a container runtime that runs already; {@code null} to run ours
 */
record ClusterOptions(
    DataDirectory directory,
    int port,
    InetAddress bindAddress,
    String nodeName,
    int simulatedNodes,
    @Nullable String runtimeEndpoint) {

  ClusterOptions {
    if (port < 0 || port > 65535) {
      throw new LaunchException("--port must be between 0 and 65535, not " + port);
    }
    if (simulatedNodes < 0 || simulatedNodes > 5000) {
      throw new LaunchException("--nodes must be between 1 and 5000");
    }
  }

  boolean simulated() {
    return simulatedNodes > 0;
  }
}
