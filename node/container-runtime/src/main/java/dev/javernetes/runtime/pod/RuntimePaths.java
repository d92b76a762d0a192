package dev.javernetes.runtime.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where things lie. {@code root} survives a reboot, {@code state} is on a tmpfs and does not: after
 * a reboot no process, mount or namespace of the records is left, and the empty {@code state} says
 * so.
 *
 * <pre>
 * root/images, layers, l, downloads        ImageStore
 * root/sandboxes/ID/record                 and resolv.conf, hostname, hosts
 * root/containers/ID/record                and upper/ work/ rootfs/ volumes/
 * state/ns/ID/{net,ipc,uts,pid}            namespaces, bind mounted
 * state/shm/ID                             the pod's /dev/shm
 * state/b/ID                               bundle: config.json, conmon's ctl and attach
 * state/exits/ID                           exit code, written by conmon
 * state/oci                                the OCI runtime's own state
 * state/ipam                               addresses given out by host-local
 * </pre>
 */
public record RuntimePaths(Path root, Path state) {
  public RuntimePaths {
    for (Path path : new Path[] {root, state}) {
      if (!path.isAbsolute()
          || path.toString().chars().anyMatch(c -> c == ':' || c == ',' || c == '\\')) {
        // overlayfs separates by these
        throw new IllegalArgumentException(
            "must be an absolute path without colon, comma and backslash: " + path);
      }
    }
  }

  void create() throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    // searchable by all: a container's process that is not root walks through here on its way to
    // its volumes
    var searchable =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));
    Files.createDirectories(root, searchable);
    Files.createDirectories(state, searchable);
    for (Path path :
        new Path[] {sandboxes(), containers(), state.resolve("ns"), state.resolve("shm")}) {
      Files.createDirectories(path, searchable);
    }
    for (Path path : new Path[] {state.resolve("b"), exits(), oci(), ipam()}) {
      Files.createDirectories(path, owner);
    }
  }

  Path sandboxes() {
    return root.resolve("sandboxes");
  }

  Path sandbox(String id) {
    return sandboxes().resolve(id);
  }

  Path containers() {
    return root.resolve("containers");
  }

  Path container(String id) {
    return containers().resolve(id);
  }

  Path rootfs(String id) {
    return container(id).resolve("rootfs");
  }

  Path namespaces(String sandboxId) {
    return state.resolve("ns").resolve(sandboxId);
  }

  Path shm(String sandboxId) {
    return state.resolve("shm").resolve(sandboxId);
  }

  /** Short: conmon's sockets lie here, and a socket's path may have 107 bytes. */
  Path bundle(String containerId) {
    return state.resolve("b").resolve(containerId.substring(0, 24));
  }

  Path exits() {
    return state.resolve("exits");
  }

  Path oci() {
    return state.resolve("oci");
  }

  public Path ipam() {
    return state.resolve("ipam");
  }

  static void delete(Path path) throws IOException {
    if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      try (var children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          delete(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
