package dev.javernetes.runtime;

import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.runtime.cni.DefaultNetwork;
import dev.javernetes.runtime.image.RegistryConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * How a container runtime is started; {@link #under} gives all of it for one data directory.
 *
 * <p>{@code root} keeps images and records, {@code state} mounts and sockets (a tmpfs), {@code
 * ociRuntime} is {@code crun}, {@code runc} or a path. {@code podCidrs} may be empty: a kubelet
 * sends it later by UpdateRuntimeConfig. {@code bridge} names the bridge of the default network,
 * and {@code cgroup} is where pods go whose client names no parent: both must differ between two
 * clusters of one machine.
 */
public record RuntimeOptions(
    CriEndpoint listen,
    Path root,
    Path state,
    String ociRuntime,
    Path cniConfDir,
    List<Path> cniBinDirs,
    String bridge,
    List<String> podCidrs,
    String cgroup,
    RegistryConfig registries) {

  private static final List<Path> CNI_PROGRAMS =
      List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"));

  public RuntimeOptions {
    cniBinDirs = List.copyOf(cniBinDirs);
    podCidrs = List.copyOf(podCidrs);
    if (!cgroup.startsWith("/") || cgroup.length() < 2) {
      throw new IllegalArgumentException("cgroup must be absolute and not the root: " + cgroup);
    }
    new DefaultNetwork(bridge, podCidrs, state);
  }

  /**
   * {@code dataDir/runtime} for what stays, {@code stateDir} (below /run) for what does not survive
   * a reboot.
   */
  public static RuntimeOptions under(Path dataDir, Path stateDir) {
    return new RuntimeOptions(
        new CriEndpoint(stateDir.resolve("runtime.sock")),
        dataDir.resolve("runtime"),
        stateDir,
        "crun",
        stateDir.resolve("cni"),
        CNI_PROGRAMS,
        "j8s0",
        List.of(),
        "/j8s",
        RegistryConfig.EMPTY);
  }

  public RuntimeOptions withDirectories(Path newRoot, Path newState) {
    return new RuntimeOptions(
        listen,
        newRoot,
        newState,
        ociRuntime,
        cniConfDir,
        cniBinDirs,
        bridge,
        podCidrs,
        cgroup,
        registries);
  }

  public RuntimeOptions withNetwork(String bridgeName, List<String> cidrs) {
    return new RuntimeOptions(
        listen,
        root,
        state,
        ociRuntime,
        cniConfDir,
        cniBinDirs,
        bridgeName,
        cidrs,
        cgroup,
        registries);
  }

  public RuntimeOptions withCgroup(String name) {
    return new RuntimeOptions(
        listen,
        root,
        state,
        ociRuntime,
        cniConfDir,
        cniBinDirs,
        bridge,
        podCidrs,
        name,
        registries);
  }

  public RuntimeOptions withRegistries(RegistryConfig config) {
    return new RuntimeOptions(
        listen, root, state, ociRuntime, cniConfDir, cniBinDirs, bridge, podCidrs, cgroup, config);
  }

  public RuntimeOptions withOciRuntime(String program) {
    return new RuntimeOptions(
        listen, root, state, program, cniConfDir, cniBinDirs, bridge, podCidrs, cgroup, registries);
  }

  public RuntimeOptions withListen(CriEndpoint endpoint) {
    return new RuntimeOptions(
        endpoint,
        root,
        state,
        ociRuntime,
        cniConfDir,
        cniBinDirs,
        bridge,
        podCidrs,
        cgroup,
        registries);
  }

  public RuntimeOptions withCni(Path confDir, List<Path> binDirs) {
    return new RuntimeOptions(
        listen, root, state, ociRuntime, confDir, binDirs, bridge, podCidrs, cgroup, registries);
  }
}
