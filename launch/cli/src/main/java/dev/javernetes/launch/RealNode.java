package dev.javernetes.launch;

import dev.javernetes.client.Informers;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.Kubelet;
import dev.javernetes.kubelet.KubeletLeftovers;
import dev.javernetes.kubelet.KubeletOptions;
import dev.javernetes.pki.ClusterPki;
import dev.javernetes.proxy.KubeProxy;
import dev.javernetes.proxy.iptables.Iptables;
import dev.javernetes.proxy.iptables.IptablesDataPlane;
import dev.javernetes.proxy.iptables.IptablesRules;
import dev.javernetes.runtime.ContainerRuntime;
import dev.javernetes.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine as a node: the container runtime, the kubelet over it, and the proxy. Closing stops
 * the three and leaves pods and rules as they are, so that a restart of the process goes unnoticed;
 * {@link #stopPods} is for {@code ./j8s down}.
 */
final class RealNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RealNode.class);
  private static final Duration PROXY_MIN_SYNC_PERIOD = Duration.ofMillis(50);
  private static final String MASQUERADE_MARK = "0x4000";

  private final Kubelet kubelet;
  private final KubeProxy proxy;
  private final Informers informers;

  private RealNode(Kubelet kubelet, KubeProxy proxy, Informers informers) {
    this.kubelet = kubelet;
    this.proxy = proxy;
    this.informers = informers;
  }

  /** Our runtime; it needs no API server and starts beside it. */
  static ContainerRuntime startRuntime(ClusterOptions options, Slot slot) {
    try {
      ContainerRuntime runtime =
          ContainerRuntime.start(
              runtimeOptions(options.directory(), slot), Clock.systemUTC(), new SecureRandom());
      importDemo(slot.criSocket());
      return runtime;
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot start the container runtime: " + problem.getMessage(), problem);
    }
  }

  /** In the background: a runtime without the demo image is a runtime all the same. */
  static void importDemo(Path socket) {
    if (!DemoImage.canBeMade()) {
      return;
    }
    Thread.ofVirtual()
        .name("demo image")
        .start(() -> {
          try {
            LocalImages.importDemo(socket);
          } catch (IOException | RuntimeException problem) {
            log.warn("no image {}: {}", DemoImage.NAME, problem.toString());
          }
        });
  }

  private static RuntimeOptions runtimeOptions(DataDirectory directory, Slot slot) {
    return RuntimeOptions.under(directory.path(), slot.stateDirectory())
        .withNetwork(slot.bridge(), List.of())
        .withCgroup(slot.cgroup());
  }

  static RealNode start(
      ClusterOptions options,
      Slot slot,
      NetworkPlan network,
      ControlPlane controlPlane,
      Timers timers)
      throws Exception {
    String user = "system:node:" + options.nodeName();
    Kubelet kubelet =
        Kubelet.start(
            kubeletOptions(options, slot, network, controlPlane.pki()),
            controlPlane.client(user, "kubelet", "system:nodes"));
    Informers informers =
        new Informers(
            controlPlane.client("system:kube-proxy", "kube-proxy"),
            timers,
            RandomGenerator.getDefault());
    IptablesDataPlane.prepareKernel();
    KubeProxy proxy =
        KubeProxy.start(
            new KubeProxy.Options(options.nodeName(), PROXY_MIN_SYNC_PERIOD),
            informers,
            dataPlane(slot, network.podCidr()),
            timers);
    return new RealNode(kubelet, proxy, informers);
  }

  private static IptablesDataPlane dataPlane(Slot slot, String podCidr) {
    return new IptablesDataPlane(
        new Iptables("iptables"),
        new IptablesRules.Settings(slot.chainPrefix(), podCidr, false, MASQUERADE_MARK, List.of()));
  }

  private static KubeletOptions kubeletOptions(
      ClusterOptions options, Slot slot, NetworkPlan network, ClusterPki pki) {
    DataDirectory directory = options.directory();
    pki.kubeletServer(options.nodeName(), network.nodeAddresses(), Instant.now());
    Path certificate = directory.pki().resolve("kubelet-server-" + options.nodeName() + ".crt");
    Path key = directory.pki().resolve("kubelet-server-" + options.nodeName() + ".key");
    KubeletOptions defaults = KubeletOptions.defaults(options.nodeName());
    KubeletOptions.Limits limits = defaults.limits();
    String endpoint = options.runtimeEndpoint();
    return defaults
        .withRuntimeEndpoint(endpoint == null ? "unix://" + slot.criSocket() : endpoint)
        .withRegistration(
            new KubeletOptions.Registration(
                true,
                Map.of(),
                List.of(),
                List.of(network.advertiseAddress().getHostAddress()),
                false))
        .withPaths(kubeletPaths(directory))
        .withLimits(
            new KubeletOptions.Limits(
                limits.maxPods(),
                limits.podPidsLimit(),
                limits.reserved(),
                limits.evictionHard(),
                limits.imageGcHighPercent(),
                limits.imageGcLowPercent(),
                limits.imageMinimumAge(),
                limits.containerLogMaxBytes(),
                limits.containerLogMaxFiles(),
                limits.cgroupsPerQos(),
                slot.cgroup(),
                limits.cpuCfsQuota(),
                limits.failSwapOn(),
                limits.seccompByDefault(),
                limits.parallelImagePulls(),
                limits.maxCrashLoopBackOff()))
        .withServer(
            new KubeletOptions.Server(
                "0.0.0.0",
                network.kubeletPort(),
                certificate,
                key,
                directory.pki().resolve("ca.crt"),
                false,
                true,
                true));
  }

  private static KubeletOptions.Paths kubeletPaths(DataDirectory directory) {
    return new KubeletOptions.Paths(
        directory.kubelet(),
        directory.path().resolve("logs"),
        directory.manifests(),
        null,
        Path.of("/etc/resolv.conf"),
        Path.of("/sys/fs/cgroup"));
  }

  @Override
  public void close() throws Exception {
    proxy.close();
    informers.close();
    kubelet.close();
  }

  /**
   * Ends all containers of a cluster that is down and takes its rules away; images stay unless it
   * is purged.
   */
  static void stopPods(DataDirectory directory, boolean purge) throws InterruptedException {
    Slot slot = Slot.claim(directory);
    String otherRuntime = directory.settings().getProperty(DataDirectory.RUNTIME_ENDPOINT);
    try {
      if (otherRuntime != null) {
        OtherRuntime.stopPods(otherRuntime, kubeletPaths(directory).root().resolve("pods"));
      }
      ContainerRuntime.purge(
          runtimeOptions(directory, slot), !purge, Clock.systemUTC(), new SecureRandom());
      KubeletLeftovers.remove(kubeletPaths(directory), slot.cgroup(), purge);
      dataPlane(slot, slot.podCidr()).cleanUp();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
