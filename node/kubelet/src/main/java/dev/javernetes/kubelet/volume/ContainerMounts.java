package dev.javernetes.kubelet.volume;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.VolumeMount;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.Mount;
import dev.javernetes.cri.v1.MountPropagation;
import dev.javernetes.kubelet.container.ContainerConfigException;
import dev.javernetes.kubelet.container.Expansion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What of a pod's volumes one container sees, and where. Sub-paths are bound through a file
 * descriptor, so that no link in the volume can lead to the node's files (CVE-2017-1002101).
 */
public final class ContainerMounts {
  private final PodDirectories directories;
  private final Mounter mounter;

  public ContainerMounts(PodDirectories directories, Mounter mounter) {
    this.directories = directories;
    this.mounter = mounter;
  }

  public List<Mount> of(
      Pod pod,
      Container container,
      Map<String, MountedVolume> volumes,
      Map<String, String> environment)
      throws ContainerConfigException {
    if (!container.volumeDevices().isEmpty()) {
      throw new ContainerConfigException("volumeDevices are not supported by this kubelet");
    }
    List<Mount> mounts = new ArrayList<>();
    int index = -1;
    for (VolumeMount mount : container.volumeMounts()) {
      index++;
      MountedVolume volume = volumes.get(mount.name());
      if (volume == null) {
        throw new ContainerConfigException(
            "cannot find volume \"%s\" to mount into container \"%s\""
                .formatted(mount.name(), container.name()));
      }
      String subPath = mount.subPath();
      if (!mount.subPathExpr().isEmpty()) {
        subPath = Expansion.expandStrictly(mount.subPathExpr(), environment::get);
      }
      Mount.Builder result =
          Mount.newBuilder()
              .setContainerPath(absolute(mount.mountPath()))
              .setReadonly(Boolean.TRUE.equals(mount.readOnly()) || volume.readOnly())
              .setPropagation(propagation(mount.mountPropagation()))
              .setRecursiveReadOnly("Enabled".equals(mount.recursiveReadOnly()));
      if (volume.imageReference() != null) {
        result
            .setImage(ImageSpec.newBuilder().setImage(volume.imageReference()))
            .setImageSubPath(subPath);
      } else {
        result.setHostPath(hostPath(pod, container, mount, volume, subPath, index).toString());
      }
      mounts.add(result.build());
    }
    return mounts;
  }

  private Path hostPath(
      Pod pod,
      Container container,
      VolumeMount mount,
      MountedVolume volume,
      String subPath,
      int index)
      throws ContainerConfigException {
    if (subPath.isEmpty()) {
      if (!Files.exists(volume.path())) {
        createHostPath(volume.path());
      }
      return volume.path();
    }
    if (subPath.startsWith("/")
        || Path.of(subPath).normalize().startsWith("..")
        || List.of(subPath.split("/")).contains("..")) {
      throw new ContainerConfigException(
          "unable to create subPath: must be a relative path without '..': " + subPath);
    }
    Path target = directories.subPath(pod.metadata().uid(), mount.name(), container.name(), index);
    try {
      if (mounter.mounted(target)) {
        mounter.unmount(target); // the sub-path may be another file since the last start
      }
      mounter.bindBeneath(volume.path(), subPath, target);
      return target;
    } catch (IOException problem) {
      throw new ContainerConfigException(
          "failed to prepare subPath for volumeMount \"%s\" of container \"%s\": %s"
              .formatted(mount.name(), container.name(), problem.getMessage()));
    }
  }

  /** A hostPath without a type is made as a directory, as container runtimes always did. */
  private static void createHostPath(Path path) throws ContainerConfigException {
    try {
      Files.createDirectories(path);
    } catch (IOException problem) {
      throw new ContainerConfigException(
          "failed to create directory " + path + ": " + problem.getMessage());
    }
  }

  private static String absolute(String mountPath) {
    return mountPath.startsWith("/") ? mountPath : "/" + mountPath;
  }

  private static MountPropagation propagation(@org.jspecify.annotations.Nullable String mode) {
    return switch (mode == null ? "" : mode) {
      case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
      case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
      default -> MountPropagation.PROPAGATION_PRIVATE;
    };
  }
}
