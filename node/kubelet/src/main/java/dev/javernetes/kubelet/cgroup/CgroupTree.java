package dev.javernetes.kubelet.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's cgroup file systems, either version, by path from the root: {@code
 * kubepods/burstable/pod7f…}.
 *
 * <p>Version 1 has a tree per controller ({@code /sys/fs/cgroup/memory/kubepods/…}), version 2 one
 * for all.
 */
final class CgroupTree {
  /** Those that limits are written to; the runtime makes the others itself. */
  private static final List<String> V1_CONTROLLERS = List.of("cpu", "memory", "pids");

  private static final String V2_CONTROLLERS = "+cpu +memory +pids";

  private final Path mount;
  private final boolean unified;

  private CgroupTree(Path mount, boolean unified) {
    this.mount = mount;
    this.unified = unified;
  }

  static CgroupTree at(Path mount) {
    return new CgroupTree(mount, Files.exists(mount.resolve("cgroup.controllers")));
  }

  boolean unified() {
    return unified;
  }

  boolean usable() {
    return unified
        ? Files.isWritable(mount)
        : V1_CONTROLLERS.stream().allMatch(name -> Files.isWritable(mount.resolve(name)));
  }

  void create(String path) throws IOException {
    if (!unified) {
      for (String controller : V1_CONTROLLERS) {
        Files.createDirectories(mount.resolve(controller).resolve(path));
      }
      return;
    }
    Path current = mount;
    for (Path name : Path.of(path)) {
      enableControllers(current);
      current = current.resolve(name);
      if (!Files.isDirectory(current)) {
        Files.createDirectory(current);
      }
    }
    enableControllers(current);
  }

  /** Values that the kernel or the hardware does not offer are left out. */
  void write(String path, Map<String, String> values) throws IOException {
    for (Map.Entry<String, String> value : values.entrySet()) {
      Path file = directory(path, value.getKey()).resolve(value.getKey());
      if (Files.exists(file)) {
        Files.writeString(file, value.getValue());
      }
    }
  }

  @Nullable String read(String path, String file) {
    try {
      return Files.readString(directory(path, file).resolve(file)).strip();
    } catch (IOException absent) {
      return null;
    }
  }

  boolean exists(String path) {
    return Files.isDirectory(unified ? mount.resolve(path) : mount.resolve("memory").resolve(path));
  }

  /** Below {@code path}, one level. */
  List<String> children(String path) {
    List<String> names = new ArrayList<>();
    Path directory = unified ? mount.resolve(path) : mount.resolve("memory").resolve(path);
    try (var entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (IOException absent) {
      return List.of();
    }
    return names;
  }

  /** Removes the group and those below it in every hierarchy; processes must be gone. */
  void remove(String path) throws IOException {
    List<Path> roots = new ArrayList<>();
    if (unified) {
      roots.add(mount);
    } else {
      try (var entries = Files.newDirectoryStream(mount, Files::isDirectory)) {
        entries.forEach(roots::add);
      }
    }
    for (Path root : roots) {
      removeTree(root.resolve(path));
    }
  }

  private static void removeTree(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path child : entries) {
        removeTree(child);
      }
    }
    try {
      Files.delete(directory); // its files cannot be deleted, the group as a whole can
    } catch (NoSuchFileException gone) {
      // somebody was faster
    } catch (DirectoryNotEmptyException busy) {
      throw new IOException("cgroup " + directory + " still has processes", busy);
    }
  }

  private Path directory(String path, String file) {
    if (unified) {
      return mount.resolve(path);
    }
    return mount.resolve(file.substring(0, file.indexOf('.'))).resolve(path);
  }

  private static void enableControllers(Path directory) throws IOException {
    Path file = directory.resolve("cgroup.subtree_control");
    for (String controller : V2_CONTROLLERS.split(" ")) {
      try {
        Files.writeString(file, controller);
      } catch (IOException unavailable) {
        // not delegated to us: its limits are left out, see write()
      }
    }
  }

  static Map<String, String> values(String... namesAndValues) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return values;
  }
}
