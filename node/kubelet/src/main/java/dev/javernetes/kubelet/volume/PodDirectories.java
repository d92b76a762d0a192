package dev.javernetes.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a pod's files lie under the kubelet's root directory: upstream's layout.
 *
 * <pre>
 * pods/7f…/etc-hosts
 * pods/7f…/containers/web/0                           termination messages
 * pods/7f…/volumes/kubernetes.io~empty-dir/cache
 * pods/7f…/volume-subpaths/cache/web/0
 * </pre>
 */
public record PodDirectories(Path root) {

  public Path pods() {
    return root.resolve("pods");
  }

  public Path pod(String uid) {
    return pods().resolve(uid);
  }

  public Path etcHosts(String uid) {
    return pod(uid).resolve("etc-hosts");
  }

  public Path terminationMessage(String uid, String container, int restartCount) {
    return pod(uid)
        .resolve("containers")
        .resolve(container)
        .resolve(Integer.toString(restartCount));
  }

  public Path volumes(String uid) {
    return pod(uid).resolve("volumes");
  }

  /** {@code plugin} is {@code kubernetes.io~empty-dir} and the like. */
  public Path volume(String uid, String plugin, String name) {
    return volumes(uid).resolve(plugin).resolve(name);
  }

  public Path subPath(String uid, String volume, String container, int index) {
    return pod(uid)
        .resolve("volume-subpaths")
        .resolve(volume)
        .resolve(container)
        .resolve(Integer.toString(index));
  }

  /** The uids of all pods that left something here. */
  public List<String> podUids() throws IOException {
    if (!Files.isDirectory(pods())) {
      return List.of();
    }
    List<String> uids = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(pods())) {
      entries.forEach(entry -> uids.add(entry.getFileName().toString()));
    }
    return uids;
  }
}
