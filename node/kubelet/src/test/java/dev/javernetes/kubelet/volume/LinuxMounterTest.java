package dev.javernetes.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxMounterTest {
  @TempDir Path root;

  @BeforeEach
  void needsRoot() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self")), "mounts need Linux");
    Assumptions.assumeTrue(
        (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "mounts need root");
  }

  @Test
  void mountsAreMadeOnceAndTakenAway() throws IOException {
    try (LinuxMounter mounter = new LinuxMounter()) {
      Path memory = root.resolve("memory");
      mounter.tmpfs(memory, 1 << 20, 01777);
      mounter.tmpfs(memory, 1 << 20, 01777);
      Files.writeString(memory.resolve("file"), "x");
      Path bound = root.resolve("bound");
      mounter.bind(memory, bound, true);
      assertThat(bound.resolve("file")).hasContent("x");
      assertThatThrownBy(() -> Files.writeString(bound.resolve("new"), "x"))
          .isInstanceOf(IOException.class);
      assertThat(mounter.mountsBelow(root)).containsExactlyInAnyOrder(memory, bound);
      mounter.unmount(bound);
      mounter.unmount(memory);
      mounter.unmount(memory);
      assertThat(mounter.mountsBelow(root)).isEmpty();
    }
  }

  @Test
  void subPathsAreBoundBeneathTheirVolume() throws IOException {
    try (LinuxMounter mounter = new LinuxMounter()) {
      Path volume = Files.createDirectories(root.resolve("volume"));
      Files.createSymbolicLink(volume.resolve("out"), Path.of("/etc"));
      Files.createSymbolicLink(volume.resolve("up"), Path.of("../.."));
      for (String escape : new String[] {"out", "up", "out/new"}) {
        assertThatThrownBy(() -> mounter.bindBeneath(volume, escape, root.resolve("target")))
            .isInstanceOf(IOException.class);
      }
      Path target = root.resolve("subs/0");
      mounter.bindBeneath(volume, "deep/er", target);
      Files.writeString(target.resolve("file"), "x");
      assertThat(volume.resolve("deep/er/file")).hasContent("x");
      mounter.unmount(target);
    }
  }
}
