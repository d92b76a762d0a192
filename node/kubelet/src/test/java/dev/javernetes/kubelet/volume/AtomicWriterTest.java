package dev.javernetes.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicWriterTest {
  @TempDir Path root;

  @Test
  void filesAreLinksThroughOneSwappedDirectory() throws IOException {
    assertThat(AtomicWriter.write(root, files("a", "1", "dir/b", "2"), "v1", null)).isTrue();
    assertThat(root.resolve("a")).hasContent("1");
    assertThat(root.resolve("dir/b")).hasContent("2");
    assertThat(Files.readSymbolicLink(root.resolve("..data"))).isEqualTo(Path.of("..v1"));
    assertThat(Files.readSymbolicLink(root.resolve("a"))).isEqualTo(Path.of("..data/a"));

    assertThat(AtomicWriter.write(root, files("a", "1", "dir/b", "2"), "v2", null)).isFalse();
    assertThat(Files.exists(root.resolve("..v2"))).isFalse();

    assertThat(AtomicWriter.write(root, files("a", "3"), "v3", null)).isTrue();
    assertThat(root.resolve("a")).hasContent("3");
    assertThat(Files.exists(root.resolve("dir"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
        .isFalse();
    assertThat(Files.exists(root.resolve("..v1"))).isFalse();
  }

  @Test
  void modesAreKept() throws IOException {
    AtomicWriter.write(
        root,
        Map.of("key", new ProjectedFile("x".getBytes(StandardCharsets.UTF_8), 0400)),
        "v1",
        null);
    assertThat(AtomicWriter.mode(root.resolve("key"))).isEqualTo(0400);
  }

  @Test
  void aPathOutOfTheVolumeIsRefused() {
    assertThatThrownBy(() -> AtomicWriter.write(root, files("../../evil", "x"), "v1", null))
        .isInstanceOf(IOException.class);
  }

  @Test
  void subPathsCannotLeaveTheirVolume() throws IOException {
    Path volume = Files.createDirectories(root.resolve("volume"));
    Files.createSymbolicLink(volume.resolve("out"), Path.of("/etc"));
    PlainDirectories mounter = new PlainDirectories();
    assertThatThrownBy(() -> mounter.bindBeneath(volume, "out/passwd", root.resolve("t/0")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("out of its volume");
    mounter.bindBeneath(volume, "made/here", root.resolve("t/1"));
    assertThat(volume.resolve("made/here")).isDirectory();
  }

  private static Map<String, ProjectedFile> files(String... namesAndTexts) {
    Map<String, ProjectedFile> files = new java.util.LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      files.put(
          namesAndTexts[i],
          new ProjectedFile(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8), 0644));
    }
    return files;
  }
}
