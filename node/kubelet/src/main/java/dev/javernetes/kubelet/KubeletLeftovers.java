package dev.javernetes.kubelet;

import dev.javernetes.kubelet.cgroup.PodCgroups;
import dev.javernetes.kubelet.volume.LinuxMounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * Takes away what a kubelet that has ended left on the node: mounts of its pods' volumes, their
 * cgroups, and on demand their files. For after the containers have been ended, see {@code ./j8s
 * down}.
 */
public final class KubeletLeftovers {
  private KubeletLeftovers() {}

  /**
   * {@code files} false keeps what pods wrote into their volumes, as over a reboot; memory volumes
   * are lost either way. Needs root where anything is mounted.
   */
  public static void remove(KubeletOptions.Paths paths, String cgroupRoot, boolean files)
      throws IOException {
    if (Files.isDirectory(paths.root())) {
      try (LinuxMounter mounter = new LinuxMounter()) {
        for (Path mount : mounter.mountsBelow(paths.root())) {
          mounter.unmount(mount);
        }
        if (files && mounter.mountsBelow(paths.root()).isEmpty()) {
          delete(paths.root().resolve("pods"));
        }
      }
    }
    PodCgroups.at(paths.cgroupMount(), cgroupRoot, false, 0).removeAll();
  }

  private static void delete(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (var tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
