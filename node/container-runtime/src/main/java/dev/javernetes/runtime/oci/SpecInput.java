package dev.javernetes.runtime.oci;

import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.Mount;
import dev.javernetes.runtime.image.ImageConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@link SpecPlan} turns into a specification, with every path already resolved on
 * the host.
 */
public record SpecInput(
    ContainerConfig config,
    ImageConfig image,
    Users.User user,
    String rootfs,
    String cgroupsPath,
    String hostname,
    PodNamespaces namespaces,
    PodFiles files,
    List<BindMount> mounts,
    List<HostFacts.DeviceNode> devices,
    @Nullable String seccompProfile,
    Map<String, String> annotations) {

  public SpecInput {
    mounts = List.copyOf(mounts);
    devices = List.copyOf(devices);
    annotations = Map.copyOf(annotations);
  }

  /**
   * Paths of namespaces to join. Null: the host's. An empty path for pid: a new one for the
   * container.
   */
  public record PodNamespaces(
      @Nullable String network, @Nullable String ipc, @Nullable String uts, @Nullable String pid) {}

  /** The pod's files that every container sees, unless the pod mounts its own there. */
  public record PodFiles(String resolvConf, String hostname, String hosts, String shm) {}

  /** A mount of the request whose source is an existing host path. */
  public record BindMount(Mount request, String source) {}
}
