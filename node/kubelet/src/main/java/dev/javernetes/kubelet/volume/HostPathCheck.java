package dev.javernetes.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether what lies at a {@code hostPath} is what the pod said it is. */
final class HostPathCheck {
  private static final int S_IFMT = 0170000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFSOCK = 0140000;

  private HostPathCheck() {}

  static void prepare(Path path, String type) throws VolumeException {
    try {
      switch (type) {
        case "" -> {}
        case "DirectoryOrCreate" -> {
          if (!Files.exists(path)) {
            Files.createDirectories(path);
            AtomicWriter.setMode(path, 0755);
          }
          require(Files.isDirectory(path), path, "a directory");
        }
        case "Directory" -> require(Files.isDirectory(path), path, "a directory");
        case "FileOrCreate" -> {
          if (!Files.exists(path)) {
            Files.createFile(path);
            AtomicWriter.setMode(path, 0644);
          }
          require(Files.isRegularFile(path), path, "a file");
        }
        case "File" -> require(Files.isRegularFile(path), path, "a file");
        case "Socket" -> require(kind(path) == S_IFSOCK, path, "a socket file");
        case "CharDevice" -> require(kind(path) == S_IFCHR, path, "a character device");
        case "BlockDevice" -> require(kind(path) == S_IFBLK, path, "a block device");
        default -> throw new VolumeException(type + " is an invalid volume type");
      }
    } catch (IOException problem) {
      throw new VolumeException("hostPath type check failed: " + problem.getMessage(), problem);
    }
  }

  private static int kind(Path path) throws IOException {
    return Files.exists(path) ? (int) Files.getAttribute(path, "unix:mode") & S_IFMT : 0;
  }

  private static void require(boolean fits, Path path, String what) throws VolumeException {
    if (!fits) {
      throw new VolumeException("hostPath type check failed: " + path + " is not " + what);
    }
  }
}
