package dev.javernetes.runtime;

import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.linux.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the machine must have, looked for at once and told in one message that names Debian's
 * packages.
 */
final class HostRequirements {
  private static final Logger LOG = LoggerFactory.getLogger(HostRequirements.class);
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");

  /** Names the controllers that we mounted; on a tmpfs, as they are. */
  static final Path MARK = Path.of("/run/j8s-cgroup-controllers");

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
    freeHybridControllers();
    return new Found(oci, conmon);
  }

  /**
   * crun refuses a host with cgroup v1 whose v2 tree at /sys/fs/cgroup/unified has a controller
   * left ("cgroups in hybrid mode not supported, drop all controllers from cgroupv2"). Mounting
   * such a controller as v1 takes it from there.
   */
  private static void freeHybridControllers() throws IOException {
    Path left = CGROUP.resolve("unified/cgroup.controllers");
    if (!Files.exists(left)) {
      return;
    }
    for (String controller : Files.readString(left).strip().split("\\s+")) {
      Path target = CGROUP.resolve(controller);
      if (!controller.isEmpty() && !Files.exists(target)) {
        LOG.info(
            "mounting cgroup controller {} as v1: the OCI runtime takes no hybrid host",
            controller);
        Files.createDirectories(target);
        Files.writeString(
            MARK, controller + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Posix.onPlatformThread(
            "mount",
            () -> {
              Posix.mount("cgroup", target, "cgroup", 0, controller);
              return null;
            });
      }
    }
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
