package dev.javernetes.runtime.image;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Removal of whole directories; symlinks are removed and never followed. */
public final class FileTrees {
  private FileTrees() {}

  public static void delete(Path path) throws IOException {
    LayerUnpacker.remove(path);
  }

  public static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // somebody else's files are in it
    }
  }
}
