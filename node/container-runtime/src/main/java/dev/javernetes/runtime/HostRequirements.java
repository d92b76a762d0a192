package dev.javernetes.runtime;

import dev.javernetes.runtime.failure.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the machine must have, looked for at once and told in one message that names Debian's
 * packages.
 */
final class HostRequirements {
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");

  private HostRequirements() {}

  record Found(Path ociRuntime, Path conmon) {}

  static Found check(RuntimeOptions options) throws IOException {
    List<String> missing = new ArrayList<>();
    if (!Files.isDirectory(Path.of("/proc/self/ns"))) {
      throw RuntimeFailure.notReady("containers need Linux");
    }
    if (!(Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid)
        || uid != 0) {
      throw RuntimeFailure.notReady("containers need root: start with sudo");
    }
    Path oci = find(options.ociRuntime());
    if (oci == null) {
      missing.add(
          options.ociRuntime() + " (package " + Path.of(options.ociRuntime()).getFileName() + ")");
    }
    Path conmon = find("conmon");
    if (conmon == null) {
      missing.add("conmon (package conmon)");
    }
    if (options.cniBinDirs().stream().noneMatch(d -> Files.isExecutable(d.resolve("bridge")))) {
      missing.add("CNI plugins (package containernetworking-plugins)");
    }
    if (find("iptables") == null) {
      missing.add("iptables (package iptables)");
    }
    if (oci == null || conmon == null || !missing.isEmpty()) {
      throw RuntimeFailure.notReady(
          "this machine lacks "
              + String.join(", ", missing)
              + "; on Debian: apt-get install the packages named");
    }
    if (!Files.exists(CGROUP.resolve("cgroup.controllers"))
        && !Files.isDirectory(CGROUP.resolve("memory"))) {
      throw RuntimeFailure.notReady("no cgroup hierarchy is mounted at /sys/fs/cgroup");
    }
    return new Found(oci, conmon);
  }

  /** On PATH, and where Debian's root has it, since a user's PATH lacks sbin. */
  static @Nullable Path find(String program) {
    if (program.contains("/")) {
      Path path = Path.of(program);
      return Files.isExecutable(path) ? path : null;
    }
    String path = System.getenv("PATH");
    for (String directory :
        ((path == null ? "" : path)
                + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .split(":")) {
      Path candidate = Path.of(directory, program);
      if (!directory.isEmpty() && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }
}
