package dev.javernetes.kubelet.volume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * {@code fsGroup}: the pod's group owns the volume, may read and write it, and files made later
 * belong to it too (setgid).
 */
final class Ownership {
  private static final int READ_WRITE = 0660;
  private static final int READ_ONLY = 0440;
  private static final int DIRECTORY = 02110;

  private Ownership() {}

  /** {@code onlyOnMismatch}: nothing is done if the volume's root fits already (KEP-695). */
  static void give(Path root, long group, boolean readOnly, boolean onlyOnMismatch)
      throws IOException {
    int mask = readOnly ? READ_ONLY : READ_WRITE;
    int gid = Math.toIntExact(group);
    if (onlyOnMismatch) {
      int mode = AtomicWriter.mode(root);
      boolean fits =
          (int) Files.getAttribute(root, "unix:gid") == gid
              && (mode & (mask | DIRECTORY)) == (mask | DIRECTORY);
      if (fits) {
        return;
      }
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            change(file, attributes);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            change(directory, attributes);
            return FileVisitResult.CONTINUE;
          }

          private void change(Path path, BasicFileAttributes attributes) throws IOException {
            Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
              return;
            }
            int mode = AtomicWriter.mode(path) | mask | (attributes.isDirectory() ? DIRECTORY : 0);
            Files.setAttribute(path, "unix:mode", mode);
          }
        });
  }
}
