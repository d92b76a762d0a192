package dev.javernetes.runtime.pod;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Control groups as files, v1 and v2. {@code /j8s/4be1…} is one directory on v2 and one per
 * controller on v1; the OCI runtime makes those of containers, we read them and remove the parents
 * that we named.
 */
final class Cgroups {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
  static final Path ROOT = Path.of("/sys/fs/cgroup");

  private Cgroups() {}

  static boolean isV2() {
    return Files.exists(ROOT.resolve("cgroup.controllers"));
  }

  /** {@code controller} counts on v1 only. */
  static Path directory(String controller, String cgroup, boolean v2) {
    String relative = cgroup.startsWith("/") ? cgroup.substring(1) : cgroup;
    return v2 ? ROOT.resolve(relative) : ROOT.resolve(controller).resolve(relative);
  }

  /**
   * Removes a cgroup and the empty ones below it, in every hierarchy; one that has processes stays.
   */
  static void remove(String cgroup, boolean v2) throws IOException {
    for (Path hierarchy : hierarchies(v2)) {
      Path directory = hierarchy.resolve(cgroup.substring(1));
      if (cgroup.length() > 1 && Files.isDirectory(directory)) {
        removeTree(directory);
      }
    }
  }

  /**
   * Moves a process in the hierarchies by which systemd knows what belongs to a service. A conmon
   * left among our own processes would be ended with our service, and its container's exit code
   * with it.
   */
  static void adopt(long pid, String cgroup, boolean v2) {
    List<Path> trees =
        v2 ? List.of(ROOT) : List.of(ROOT.resolve("systemd"), ROOT.resolve("unified"));
    for (Path tree : trees) {
      if (Files.exists(tree.resolve("cgroup.procs"))) {
        try {
          Path directory = Files.createDirectories(tree.resolve(cgroup.substring(1)));
          Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
        } catch (IOException e) {
          LOG.debug("process {} stays in its cgroup: {}", pid, e.getMessage());
        }
      }
    }
  }

  static boolean exists(String cgroup, boolean v2) throws IOException {
    for (Path hierarchy : hierarchies(v2)) {
      if (Files.isDirectory(hierarchy.resolve(cgroup.substring(1)))) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> hierarchies(boolean v2) throws IOException {
    if (v2) {
      return List.of(ROOT);
    }
    List<Path> hierarchies = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
      children.forEach(hierarchies::add);
    }
    return hierarchies;
  }

  private static void removeTree(Path directory) throws IOException {
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(directory, path -> Files.isDirectory(path))) {
      for (Path child : children) {
        removeTree(child);
      }
    }
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      LOG.debug("cgroup {} stays: {}", directory, e.getMessage());
    }
  }
}
