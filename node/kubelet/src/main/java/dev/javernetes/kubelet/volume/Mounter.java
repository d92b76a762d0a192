package dev.javernetes.kubelet.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Mounts, as the volumes need them. {@link LinuxMounter} makes them; {@link PlainDirectories} does
 * without for a kubelet that is not root (simulations, tests).
 */
public interface Mounter {

  /** {@code sizeBytes} 0 leaves the limit to the kernel. Does nothing where one is mounted. */
  void tmpfs(Path target, long sizeBytes, int mode) throws IOException;

  void bind(Path source, Path target, boolean readOnly) throws IOException;

  /**
   * Binds what {@code subPath} leads to below {@code root} to {@code target}, following no link out
   * of {@code root}, made as a directory if it is not there.
   */
  void bindBeneath(Path root, String subPath, Path target) throws IOException;

  boolean mounted(Path target) throws IOException;

  /** Does nothing where nothing is mounted. */
  void unmount(Path target) throws IOException;

  /** Every mount point at or below {@code root}, the deepest first. */
  List<Path> mountsBelow(Path root) throws IOException;
}
