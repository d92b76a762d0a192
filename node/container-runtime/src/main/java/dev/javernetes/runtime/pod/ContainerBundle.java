package dev.javernetes.runtime.pod;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.Device;
import dev.javernetes.cri.v1.LinuxContainerSecurityContext;
import dev.javernetes.cri.v1.Mount;
import dev.javernetes.cri.v1.NamespaceMode;
import dev.javernetes.cri.v1.SecurityProfile;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.image.ImageConfig;
import dev.javernetes.runtime.image.ImageRecord;
import dev.javernetes.runtime.image.ImageStore;
import dev.javernetes.runtime.linux.Posix;
import dev.javernetes.runtime.oci.HostFacts;
import dev.javernetes.runtime.oci.SpecInput;
import dev.javernetes.runtime.oci.SpecPlan;
import dev.javernetes.runtime.oci.Users;
import dev.javernetes.runtime.record.ContainerRecord;
import dev.javernetes.runtime.record.SandboxRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the OCI runtime needs on disk before it creates a container: the root filesystem mounted,
 * the volumes found, {@code config.json} written. The reading of the host happens here, the
 * deciding in {@link SpecPlan}.
 */
final class ContainerBundle {
  private final RuntimePaths paths;
  private final ImageStore images;
  private final HostFacts host;

  ContainerBundle(RuntimePaths paths, ImageStore images, HostFacts host) {
    this.paths = paths;
    this.images = images;
    this.host = host;
  }

  /** Process ids of other containers, for the PID namespace of an ephemeral container. */
  interface Pids {
    long of(String containerId);
  }

  /** The user it will run as, for the record. */
  Users.User prepare(
      ContainerRecord.Builder record, SandboxRecord sandbox, ImageRecord image, Pids pids)
      throws IOException {
    String id = record.getId();
    ContainerConfig config = record.getConfig();
    ImageConfig imageConfig = images.config(image);
    Path home = Files.createDirectories(paths.container(id));
    Posix.changeMode(home, 0711);
    RootFilesystem.mount(images.lowerDirectories(image), home);
    record.setRootfsMounted(true);

    LinuxContainerSecurityContext security = config.getLinux().getSecurityContext();
    Path rootfs = paths.rootfs(id);
    Users.User user = RootFilesystem.users(rootfs).resolve(security, imageConfig.user());
    workingDirectory(rootfs, config, imageConfig, user);

    Path sandboxHome = paths.sandbox(sandbox.getId());
    boolean hostIpc = security.getNamespaceOptions().getIpc() == NamespaceMode.NODE;
    var files =
        new SpecInput.PodFiles(
            sandboxHome.resolve("resolv.conf").toString(),
            sandboxHome.resolve("hostname").toString(),
            sandboxHome.resolve("hosts").toString(),
            hostIpc ? "/dev/shm" : paths.shm(sandbox.getId()).toString());
    JsonObject spec =
        SpecPlan.of(
            new SpecInput(
                config,
                imageConfig,
                user,
                rootfs.toString(),
                record.getCgroup(),
                sandbox.getHostname(),
                namespaces(sandbox, security, pids),
                files,
                binds(config, home),
                devices(config),
                seccompProfile(security),
                annotations(record, sandbox)),
            host);
    Path bundle = Files.createDirectories(paths.bundle(id));
    Files.write(bundle.resolve("config.json"), Json.bytes(spec));
    return user;
  }

  /** Undoes {@link #prepare}; may be repeated, and after a crash in between. */
  void discard(String id) throws IOException {
    Path home = paths.container(id);
    if (Files.exists(home)) {
      RootFilesystem.unmount(home.resolve("rootfs"));
      Path volumes = home.resolve("volumes");
      if (Files.isDirectory(volumes)) {
        try (var children = Files.newDirectoryStream(volumes)) {
          for (Path volume : children) {
            RootFilesystem.unmount(volume);
          }
        }
      }
      RuntimePaths.delete(home);
    }
    RuntimePaths.delete(paths.bundle(id));
  }

  private static void workingDirectory(
      Path rootfs, ContainerConfig config, ImageConfig image, Users.User user) throws IOException {
    String name =
        config.getWorkingDir().isEmpty() ? image.workingDirectory() : config.getWorkingDir();
    if (name.isEmpty() || name.equals("/")) {
      return;
    }
    Path directory = RootFilesystem.inside(rootfs, name);
    if (!Files.exists(directory)) {
      Files.createDirectories(directory);
      Posix.changeOwner(directory, user.uid(), user.gid());
    }
  }

  private SpecInput.PodNamespaces namespaces(
      SandboxRecord sandbox, LinuxContainerSecurityContext security, Pids pids) {
    Path directory = paths.namespaces(sandbox.getId());
    var options = security.getNamespaceOptions();
    String pid =
        switch (options.getPid()) {
          case CONTAINER -> "";
          case NODE -> null;
          case POD -> {
            if (!sandbox.getNamespacesList().contains("pid")) {
              throw RuntimeFailure.invalid("the sandbox has no PID namespace to share");
            }
            yield directory.resolve("pid").toString();
          }
          case TARGET -> "/proc/" + pids.of(options.getTargetId()) + "/ns/pid";
          case UNRECOGNIZED -> throw RuntimeFailure.invalid("unknown PID namespace mode");
        };
    return new SpecInput.PodNamespaces(
        kept(sandbox, directory, "net"),
        kept(sandbox, directory, "ipc"),
        kept(sandbox, directory, "uts"),
        pid);
  }

  private static @Nullable String kept(SandboxRecord sandbox, Path directory, String name) {
    return sandbox.getNamespacesList().contains(name) ? directory.resolve(name).toString() : null;
  }

  private List<SpecInput.BindMount> binds(ContainerConfig config, Path home) throws IOException {
    List<SpecInput.BindMount> binds = new ArrayList<>();
    for (Mount mount : config.getMountsList()) {
      if (mount.getContainerPath().isEmpty()) {
        throw RuntimeFailure.invalid("a mount without a container path");
      }
      if (mount.getUidMappingsCount() > 0 || mount.getGidMappingsCount() > 0) {
        throw RuntimeFailure.unsupported("id-mapped mounts are not supported by this runtime");
      }
      if (mount.hasImage() && !mount.getImage().getImage().isEmpty()) {
        binds.add(imageVolume(mount, home, binds.size()));
        continue;
      }
      Path source = Path.of(mount.getHostPath());
      if (!Files.exists(source)) {
        // as containerd: a host path that is not there becomes a directory
        Files.createDirectories(source);
      }
      binds.add(new SpecInput.BindMount(mount, source.toRealPath().toString()));
    }
    return binds;
  }

  private SpecInput.BindMount imageVolume(Mount mount, Path home, int index) throws IOException {
    ImageRecord image = images.get(mount.getImage().getImage());
    Path target = home.resolve("volumes").resolve(Integer.toString(index));
    RootFilesystem.mountReadOnly(images.lowerDirectories(image), target);
    Path source = target;
    if (!mount.getImageSubPath().isEmpty()) {
      source = RootFilesystem.inside(target, mount.getImageSubPath());
      if (!Files.exists(source)) {
        throw RuntimeFailure.invalid(
            "image " + mount.getImage().getImage() + " has no " + mount.getImageSubPath());
      }
    }
    return new SpecInput.BindMount(mount.toBuilder().setReadonly(true).build(), source.toString());
  }

  private static List<HostFacts.DeviceNode> devices(ContainerConfig config) throws IOException {
    List<HostFacts.DeviceNode> devices = new ArrayList<>();
    for (Device device : config.getDevicesList()) {
      HostFacts.DeviceNode node = HostProbe.device(Path.of(device.getHostPath()).toRealPath());
      if (node == null) {
        throw RuntimeFailure.invalid(device.getHostPath() + " is not a device");
      }
      devices.add(
          new HostFacts.DeviceNode(
              device.getContainerPath(),
              node.type(),
              node.major(),
              node.minor(),
              node.mode(),
              node.uid(),
              node.gid()));
    }
    return devices;
  }

  private static @Nullable String seccompProfile(LinuxContainerSecurityContext security)
      throws IOException {
    if (security.getSeccomp().getProfileType() != SecurityProfile.ProfileType.Localhost) {
      return null;
    }
    Path file = Path.of(security.getSeccomp().getLocalhostRef());
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readString(file) : null;
  }

  private static Map<String, String> annotations(
      ContainerRecord.Builder record, SandboxRecord sandbox) {
    var metadata = sandbox.getConfig().getMetadata();
    return Map.of(
        "io.kubernetes.cri.container-name", record.getConfig().getMetadata().getName(),
        "io.kubernetes.cri.sandbox-id", sandbox.getId(),
        "io.kubernetes.cri.sandbox-name", metadata.getName(),
        "io.kubernetes.cri.sandbox-namespace", metadata.getNamespace(),
        "io.kubernetes.cri.sandbox-uid", metadata.getUid());
  }
}
