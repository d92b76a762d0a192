package dev.javernetes.kubelet.volume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of a volume so that a reader sees all of the old or all of the new ones, never a
 * mixture.
 *
 * <pre>
 * /volume/..2026_11_23_07_00_00.1/color     the files
 * /volume/..data  -> ..2026_11_23_07_00_00.1     renamed over in one step
 * /volume/color   -> ..data/color
 * </pre>
 *
 * Programs watch {@code ..data}: the layout is upstream's and part of the contract.
 */
final class AtomicWriter {
  private static final String DATA = "..data";
  private static final String NEW_DATA = "..data_tmp";

  private AtomicWriter() {}

  /**
   * @param version names the new directory, e.g. by time; not used if nothing changed
   * @param owner who owns files and directories; null leaves the kubelet's user
   * @return whether anything changed
   */
  static boolean write(
      Path root, Map<String, ProjectedFile> files, String version, @Nullable Owner owner)
      throws IOException {
    Path data = root.resolve(DATA);
    Path old = currentDirectory(root);
    if (old != null && same(old, files) && visibleNames(root).equals(topNames(files))) {
      return false;
    }
    Path directory = root.resolve(".." + version);
    Files.createDirectories(directory);
    setMode(directory, 0755);
    for (Map.Entry<String, ProjectedFile> entry : files.entrySet()) {
      writeFile(directory, entry.getKey(), entry.getValue(), owner);
    }
    if (owner != null) {
      owner.apply(directory, true);
    }
    Path link = root.resolve(NEW_DATA);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, directory.getFileName());
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Set<String> wanted = topNames(files);
    for (String name : wanted) {
      Path visible = root.resolve(name);
      if (!Files.exists(visible, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(visible, Path.of(DATA, name));
      }
    }
    for (String name : visibleNames(root)) {
      if (!wanted.contains(name)) {
        Files.deleteIfExists(root.resolve(name));
      }
    }
    if (old != null && !old.equals(directory)) {
      deleteTree(old);
    }
    return true;
  }

  /** Who owns a volume's files. */
  record Owner(@Nullable Integer uid, @Nullable Integer gid) {
    void apply(Path path, boolean directory) throws IOException {
      if (uid != null) {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      }
      if (gid != null) {
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        if (directory) {
          Files.setAttribute(path, "unix:mode", 02775);
        }
      }
    }
  }

  private static void writeFile(
      Path directory, String name, ProjectedFile file, @Nullable Owner owner) throws IOException {
    Path path = directory.resolve(name).normalize();
    if (!path.startsWith(directory) || path.equals(directory)) {
      throw new IOException("invalid path " + name + ": it leads out of the volume");
    }
    Path parent = path.getParent();
    if (parent != null && !parent.equals(directory)) {
      Files.createDirectories(parent);
      for (Path p = parent; p != null && !p.equals(directory); p = p.getParent()) {
        setMode(p, 0755);
        if (owner != null) {
          owner.apply(p, true);
        }
      }
    }
    Files.write(path, file.content());
    // chown clears setuid bits: owner first
    if (owner != null) {
      owner.apply(path, false);
    }
    setMode(path, file.mode());
  }

  private static @Nullable Path currentDirectory(Path root) throws IOException {
    Path data = root.resolve(DATA);
    if (!Files.isSymbolicLink(data)) {
      return null;
    }
    Path directory = root.resolve(Files.readSymbolicLink(data));
    return Files.isDirectory(directory) ? directory : null;
  }

  private static boolean same(Path directory, Map<String, ProjectedFile> files) throws IOException {
    Set<String> present = new HashSet<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            present.add(directory.relativize(file).toString());
            return FileVisitResult.CONTINUE;
          }
        });
    Set<String> wanted = new HashSet<>();
    files.keySet().forEach(name -> wanted.add(Path.of(name).normalize().toString()));
    if (!present.equals(wanted)) {
      return false;
    }
    for (Map.Entry<String, ProjectedFile> entry : files.entrySet()) {
      Path path = directory.resolve(entry.getKey());
      ProjectedFile file = entry.getValue();
      if (Files.size(path) != file.content().length
          || mode(path) != file.mode()
          || !java.util.Arrays.equals(Files.readAllBytes(path), file.content())) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> topNames(Map<String, ProjectedFile> files) {
    Set<String> names = new HashSet<>();
    files.keySet().forEach(name -> names.add(Path.of(name).normalize().getName(0).toString()));
    return names;
  }

  private static Set<String> visibleNames(Path root) throws IOException {
    Set<String> names = new HashSet<>();
    try (var entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith("..")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & 07777;
  }

  static void setMode(Path path, int mode) throws IOException {
    if ((mode & 07000) != 0) {
      Files.setAttribute(path, "unix:mode", mode);
      return;
    }
    Files.setPosixFilePermissions(path, permissions(mode));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] inOrder = {
      PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_READ,
      PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
      PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE,
      PosixFilePermission.OTHERS_EXECUTE
    };
    for (int bit = 0; bit < inOrder.length; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        permissions.add(inOrder[bit]);
      }
    }
    return permissions;
  }

  /** Never follows a link. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
