package dev.javernetes.launch;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What clusters on one machine must not share: address ranges, bridge, chains, the kubelet's port.
 * A cluster takes a slot at its first start and keeps it until it is purged; slot 0 has the values
 * that everyone knows.
 *
 * <pre>
 * slot   pods             services        bridge   chains   kubelet
 * 0      10.244.0.0/16    10.96.0.0/16    j8s0     KUBE     10250
 * 1      10.243.0.0/16    10.97.0.0/16    j8s1     J8S1     10350
 * </pre>
 */
record Slot(int number) {
  private static final int MOST = 32;
  private static final Path REGISTRY = Path.of("/var/lib/j8s-clusters");

  String podCidr() {
    return "10." + (244 - number) + ".0.0/16";
  }

  String serviceCidr() {
    return "10." + (96 + number) + ".0.0/16";
  }

  String bridge() {
    return "j8s" + number;
  }

  String chainPrefix() {
    return number == 0 ? "KUBE" : "J8S" + number;
  }

  int kubeletPort() {
    return 10250 + 100 * number;
  }

  /** Parent of all cgroups of the cluster's pods. */
  String cgroup() {
    return "/j8s" + number;
  }

  /** What does not survive a reboot: sockets, mounts, network namespaces. */
  Path stateDirectory() {
    return Path.of("/run/j8s" + number);
  }

  Path criSocket() {
    return stateDirectory().resolve("runtime.sock");
  }

  /** The slot that {@code directory} has, or the first free one, which it has from now on. */
  static Slot claim(DataDirectory directory) {
    String owner = directory.path().toString();
    try {
      Files.createDirectories(REGISTRY);
      for (int i = 0; i < MOST; i++) {
        if (ownerOf(i).equals(owner)) {
          return new Slot(i);
        }
      }
      for (int i = 0; i < MOST; i++) {
        try {
          Files.writeString(
              REGISTRY.resolve(Integer.toString(i)),
              owner,
              java.nio.file.StandardOpenOption.CREATE_NEW);
          return new Slot(i);
        } catch (FileAlreadyExistsException taken) {
          if (!Files.exists(
              Path.of(ownerOf(i)).resolve("pki"))) { // its data directory was deleted by hand
            Files.writeString(REGISTRY.resolve(Integer.toString(i)), owner);
            return new Slot(i);
          }
        }
      }
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot write to " + REGISTRY + ": " + problem.getMessage(), problem);
    }
    throw new LaunchException(
        MOST
            + " clusters are on this machine already: ./j8s down --purge --data-dir … removes one");
  }

  static void release(DataDirectory directory) {
    try {
      for (int i = 0; i < MOST; i++) {
        if (ownerOf(i).equals(directory.path().toString())) {
          Files.deleteIfExists(REGISTRY.resolve(Integer.toString(i)));
        }
      }
      if (Files.isDirectory(REGISTRY)) {
        try (var left = Files.list(REGISTRY)) {
          if (left.findAny().isEmpty()) {
            Files.delete(REGISTRY);
          }
        }
      }
    } catch (IOException problem) {
      throw new LaunchException("cannot tidy " + REGISTRY + ": " + problem.getMessage(), problem);
    }
  }

  private static String ownerOf(int number) throws IOException {
    Path file = REGISTRY.resolve(Integer.toString(number));
    return Files.exists(file) ? Files.readString(file).strip() : "";
  }
}
