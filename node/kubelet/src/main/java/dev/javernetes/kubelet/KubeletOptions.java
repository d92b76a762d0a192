package dev.javernetes.kubelet;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Taint;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one kubelet runs; {@link #defaults} are upstream's. Flags and the configuration file become
 * this, see {@link KubeletFlags}.
 */
public record KubeletOptions(
    String nodeName,
    String runtimeEndpoint,
    Registration registration,
    Paths paths,
    Network network,
    Limits limits,
    Server server) {

  /**
   * How the node shows itself.
   *
   * @param nodeIps empty: found on the machine's interfaces
   */
  public record Registration(
      boolean register,
      Map<String, String> labels,
      List<Taint> taints,
      List<String> nodeIps,
      boolean externalCloudProvider) {
    public Registration {
      labels = Map.copyOf(labels);
      taints = List.copyOf(taints);
      nodeIps = List.copyOf(nodeIps);
    }
  }

  /** Where things lie. */
  public record Paths(
      Path root,
      Path podLogs,
      @Nullable Path staticPods,
      @Nullable URI staticPodUrl,
      Path resolvConf,
      Path cgroupMount) {}

  /** What pods find in their resolv.conf. */
  public record Network(List<String> clusterDns, String clusterDomain) {
    public Network {
      clusterDns = List.copyOf(clusterDns);
    }
  }

  /**
   * How much.
   *
   * @param reserved for system and kubelet together, by resource
   * @param evictionHard signal ({@code memory.available}) to amount or percentage
   * @param podPidsLimit 0 or less for none
   */
  public record Limits(
      int maxPods,
      long podPidsLimit,
      Map<String, Quantity> reserved,
      Map<String, String> evictionHard,
      int imageGcHighPercent,
      int imageGcLowPercent,
      Duration imageMinimumAge,
      long containerLogMaxBytes,
      int containerLogMaxFiles,
      boolean cgroupsPerQos,
      String cgroupRoot,
      boolean cpuCfsQuota,
      boolean failSwapOn,
      boolean seccompByDefault,
      int parallelImagePulls,
      Duration maxCrashLoopBackOff) {
    public Limits {
      reserved = Map.copyOf(reserved);
      evictionHard = Map.copyOf(evictionHard);
      if (maxPods < 1) {
        throw new IllegalArgumentException("maxPods must be positive: " + maxPods);
      }
      if (imageGcHighPercent <= imageGcLowPercent) {
        throw new IllegalArgumentException(
            "imageGCHighThresholdPercent must be greater than imageGCLowThresholdPercent");
      }
    }
  }

  /**
   * The HTTPS server.
   *
   * @param port 0 takes any free one, negative none at all
   * @param certificate PEM; null: a self-signed one is made under the root directory
   */
  public record Server(
      String address,
      int port,
      @Nullable Path certificate,
      @Nullable Path privateKey,
      @Nullable Path clientCa,
      boolean anonymous,
      boolean webhookAuthentication,
      boolean webhookAuthorization) {}

  public static KubeletOptions defaults(String nodeName) {
    return new KubeletOptions(
        nodeName,
        "unix:///run/containerd/containerd.sock",
        new Registration(true, Map.of(), List.of(), List.of(), false),
        new Paths(
            Path.of("/var/lib/kubelet"),
            Path.of("/var/log/pods"),
            null,
            null,
            Path.of("/etc/resolv.conf"),
            Path.of("/sys/fs/cgroup")),
        new Network(List.of(), "cluster.local"),
        new Limits(
            110,
            -1,
            Map.of(),
            Map.of(
                "memory.available", "100Mi",
                "nodefs.available", "10%",
                "nodefs.inodesFree", "5%",
                "imagefs.available", "15%"),
            85,
            80,
            Duration.ofMinutes(2),
            10L << 20,
            5,
            true,
            "/",
            true,
            true,
            false,
            4,
            Duration.ofMinutes(5)),
        new Server("0.0.0.0", 10250, null, null, null, false, true, true));
  }

  public KubeletOptions withRuntimeEndpoint(String endpoint) {
    return new KubeletOptions(nodeName, endpoint, registration, paths, network, limits, server);
  }

  public KubeletOptions withRegistration(Registration changed) {
    return new KubeletOptions(nodeName, runtimeEndpoint, changed, paths, network, limits, server);
  }

  public KubeletOptions withPaths(Paths changed) {
    return new KubeletOptions(
        nodeName, runtimeEndpoint, registration, changed, network, limits, server);
  }

  public KubeletOptions withNetwork(Network changed) {
    return new KubeletOptions(
        nodeName, runtimeEndpoint, registration, paths, changed, limits, server);
  }

  public KubeletOptions withLimits(Limits changed) {
    return new KubeletOptions(
        nodeName, runtimeEndpoint, registration, paths, network, changed, server);
  }

  public KubeletOptions withServer(Server changed) {
    return new KubeletOptions(
        nodeName, runtimeEndpoint, registration, paths, network, limits, changed);
  }
}
