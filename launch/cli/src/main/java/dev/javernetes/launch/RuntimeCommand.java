package dev.javernetes.launch;

import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.runtime.ContainerRuntime;
import dev.javernetes.runtime.RuntimeOptions;
import dev.javernetes.runtime.image.RegistryConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "runtime",
    description = "The container runtime alone: a CRI v1 server on a unix socket.",
    mixinStandardHelpOptions = true)
final class RuntimeCommand implements Callable<Integer> {
  @Option(
      names = "--root",
      defaultValue = "/var/lib/j8s-runtime",
      description = "Images and records (default: ${DEFAULT-VALUE}).")
  private Path root = Path.of("/var/lib/j8s-runtime");

  @Option(
      names = "--state",
      defaultValue = "/run/j8s-runtime",
      description = "Mounts and sockets (default: ${DEFAULT-VALUE}).")
  private Path state = Path.of("/run/j8s-runtime");

  @Option(names = "--listen", description = "The socket (default: runtime.sock in --state).")
  private @Nullable String listen;

  @Option(
      names = "--runtime",
      defaultValue = "crun",
      description = "crun, runc or a path (default: ${DEFAULT-VALUE}).")
  private String runtime = "crun";

  @Option(
      names = "--bridge",
      defaultValue = "j8s0",
      description = "The bridge of the default network (default: ${DEFAULT-VALUE}).")
  private String bridge = "j8s0";

  @Option(
      names = "--pod-cidr",
      split = ",",
      description = "Pods' addresses; without it the kubelet says later.")
  private List<String> podCidrs = List.of();

  @Option(
      names = "--cgroup",
      defaultValue = "/j8s",
      description = "Parent of pods whose client names none (default: ${DEFAULT-VALUE}).")
  private String cgroup = "/j8s";

  @Option(
      names = "--cni-conf-dir",
      description = "Network configuration; ours is written there (default: cni in --state).")
  private @Nullable Path cniConfDir;

  @Option(
      names = "--cni-bin-dir",
      split = ":",
      description = "Network plugins (default: /usr/lib/cni and /opt/cni/bin).")
  private List<Path> cniBinDirs = List.of();

  @Option(
      names = "--registry-config",
      description = "How registries are reached: TLS, credentials, mirrors (JSON).")
  private @Nullable Path registryConfig;

  @Option(names = "--purge", description = "End all containers, remove everything, and end.")
  private boolean purge;

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    RuntimeOptions options =
        RuntimeOptions.under(root, state)
            .withOciRuntime(runtime)
            .withNetwork(bridge, podCidrs)
            .withCgroup(cgroup);
    if (listen != null) {
      options = options.withListen(CriEndpoint.parse(listen));
    }
    options =
        options.withCni(
            cniConfDir == null ? options.cniConfDir() : cniConfDir.toAbsolutePath(),
            cniBinDirs.isEmpty() ? options.cniBinDirs() : cniBinDirs);
    if (registryConfig != null) {
      options = options.withRegistries(RegistryConfig.read(registryConfig));
    }
    if (purge) {
      ContainerRuntime.purge(options, false, Clock.systemUTC(), new SecureRandom());
      return 0;
    }
    try (ContainerRuntime serving =
        ContainerRuntime.start(options, Clock.systemUTC(), new SecureRandom())) {
      RealNode.importDemo(serving.options().listen().socket());
      System.err.println("serves at " + serving.options().listen());
      Standalone.awaitStop();
    }
    return 0;
  }
}
