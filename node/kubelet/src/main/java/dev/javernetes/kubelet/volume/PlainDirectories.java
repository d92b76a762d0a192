package dev.javernetes.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * No mounts at all: memory volumes are directories, binds are symbolic links. Enough where no real
 * container looks through them.
 */
public final class PlainDirectories implements Mounter {

  @Override
  public void tmpfs(Path target, long sizeBytes, int mode) throws IOException {
    Files.createDirectories(target);
  }

  @Override
  public void bind(Path source, Path target, boolean readOnly) throws IOException {
    Files.deleteIfExists(target);
    Files.createSymbolicLink(target, source);
  }

  @Override
  public void bindBeneath(Path root, String subPath, Path target) throws IOException {
    Path source = root.resolve(subPath).normalize();
    if (!source.startsWith(root)) {
      throw new IOException("subpath " + subPath + " leads out of its volume");
    }
    if (!Files.exists(source)) {
      Files.createDirectories(source);
    }
    if (!source.toRealPath().startsWith(root.toRealPath())) {
      throw new IOException("subpath " + subPath + " leads out of its volume");
    }
    Files.createDirectories(target.getParent());
    bind(source, target, false);
  }

  @Override
  public boolean mounted(Path target) {
    return Files.exists(target, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void unmount(Path target) {
    // nothing is mounted
  }

  @Override
  public List<Path> mountsBelow(Path root) {
    return List.of();
  }
}
