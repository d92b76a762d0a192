package dev.javernetes.runtime.pod;

import dev.javernetes.runtime.linux.Posix;
import dev.javernetes.runtime.oci.Users;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/** A container's root: an image's layers below, what the container writes above, by overlayfs. */
final class RootFilesystem {
  /** The kernel reads one page of mount options. */
  private static final int MAX_OPTIONS = 4000;

  private RootFilesystem() {}

  /** Mounts {@code lower} (topmost first) with {@code home/upper} above at {@code home/rootfs}. */
  static void mount(List<Path> lower, Path home) throws IOException {
    Path upper = Files.createDirectories(home.resolve("upper"));
    Path work = Files.createDirectories(home.resolve("work"));
    Path target = Files.createDirectories(home.resolve("rootfs"));
    Posix.changeMode(upper, 0755);
    if (lower.isEmpty()) {
      Path empty = Files.createDirectories(home.resolve("empty"));
      overlay(List.of(empty), ",upperdir=" + upper + ",workdir=" + work, target);
      return;
    }
    overlay(lower, ",upperdir=" + upper + ",workdir=" + work, target);
  }

  /** The image alone, for an image volume. */
  static void mountReadOnly(List<Path> lower, Path target) throws IOException {
    Files.createDirectories(target);
    if (lower.size() == 1) {
      // overlayfs wants two directories
      Posix.onPlatformThread(
          "mount",
          () -> {
            Posix.mount(lower.getFirst().toRealPath().toString(), target, "", Posix.MS_BIND, "");
            Posix.mount("", target, "", Posix.MS_BIND | Posix.MS_REMOUNT | Posix.MS_RDONLY, "");
            return null;
          });
      return;
    }
    overlay(lower, "", target);
  }

  private static void overlay(List<Path> lower, String rest, Path target) throws IOException {
    String options =
        "lowerdir=" + String.join(":", lower.stream().map(Path::toString).toList()) + rest;
    if (options.length() > MAX_OPTIONS) {
      throw new IOException(
          "the image has %d layers: their paths do not fit into mount options; use a shorter data directory"
              .formatted(lower.size()));
    }
    Posix.onPlatformThread(
        "mount",
        () -> {
          Posix.mount("overlay", target, "overlay", 0, options);
          return null;
        });
  }

  static void unmount(Path target) throws IOException {
    Posix.onPlatformThread(
        "unmount",
        () -> {
          Posix.unmountAll(target);
          return null;
        });
  }

  static Users users(Path rootfs) throws IOException {
    return new Users(read(rootfs, "etc/passwd"), read(rootfs, "etc/group"));
  }

  private static String read(Path rootfs, String name) throws IOException {
    Path file = inside(rootfs, name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(Users.MAX_FILE_BYTES), StandardCharsets.UTF_8);
    }
  }

  /**
   * {@code name} as a process inside would see it: symlinks and {@code ..} never lead out of {@code
   * rootfs}.
   */
  static Path inside(Path rootfs, String name) throws IOException {
    var pending = new ArrayDeque<String>(List.of(name.split("/")));
    Path path = rootfs;
    int links = 0;
    while (!pending.isEmpty()) {
      String part = pending.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        Path parent = path.getParent();
        path = path.equals(rootfs) || parent == null ? rootfs : parent;
        continue;
      }
      Path next = path.resolve(part);
      if (!Files.isSymbolicLink(next)) {
        path = next;
        continue;
      }
      if (++links > 40) {
        throw new IOException("too many symbolic links at " + name);
      }
      String target = Files.readSymbolicLink(next).toString();
      path = target.startsWith("/") ? rootfs : path;
      for (String piece : List.of(target.split("/")).reversed()) {
        pending.push(piece);
      }
    }
    return path;
  }
}
