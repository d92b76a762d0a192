package dev.javernetes.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerUnpackerTest {
  @TempDir Path home;

  private Path unpack(OciLayoutWriter.Layer layer, boolean ownership) throws IOException {
    Path root = Files.createDirectories(home.resolve("root"));
    new LayerUnpacker(root, ownership).unpack(new ByteArrayInputStream(layer.archive()));
    return root;
  }

  private static void assumeRoot() throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0,
        "owners and devices need root");
  }

  @Test
  void filesLinksAndModes() throws IOException {
    Path root =
        unpack(
            OciLayoutWriter.Layer.of()
                .file("bin/tool", 04755, "tool")
                .hardLink("bin/same", "bin/tool")
                .symlink("bin/link", "/bin/tool"),
            false);
    assertThat(Files.getAttribute(root.resolve("bin/tool"), "unix:mode")).isEqualTo(0104755);
    assertThat(Files.isSameFile(root.resolve("bin/tool"), root.resolve("bin/same"))).isTrue();
    assertThat(Files.readSymbolicLink(root.resolve("bin/link"))).isEqualTo(Path.of("/bin/tool"));
  }

  @Test
  void namesThatClimbStayInside() throws IOException {
    Path root =
        unpack(
            OciLayoutWriter.Layer.of()
                .file("../../escape", 0644, "x")
                .file("/absolute", 0644, "y")
                .file("a/../../b", 0644, "z"),
            false);
    assertThat(home.resolve("escape")).doesNotExist();
    assertThat(root.resolve("escape")).hasContent("x");
    assertThat(root.resolve("absolute")).hasContent("y");
    assertThat(root.resolve("b")).hasContent("z");
  }

  @Test
  void symlinksAreFollowedInsideTheRootOnly() throws IOException {
    Path outside = Files.createDirectories(home.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Path root =
        unpack(
            OciLayoutWriter.Layer.of()
                .raw("evil", '2', outside.toString())
                .raw("evil/planted", '0', "")
                .raw("up", '2', "../../..")
                .raw("up/planted", '0', "")
                .raw("usr/bin/", '5', "")
                .raw("bin", '2', "usr/bin")
                .raw("bin/tool", '0', ""),
            false);
    assertThat(outside).isDirectoryNotContaining("glob:**planted");
    assertThat(root.resolve(outside.toString().substring(1)).resolve("planted")).exists();
    assertThat(root.resolve("planted")).exists();
    assertThat(root.resolve("usr/bin/tool")).exists();
    assertThat(Files.isSymbolicLink(root.resolve("bin"))).isTrue();
  }

  @Test
  void aHardLinkCannotReachOutside() {
    assertThatThrownBy(() ->
            unpack(OciLayoutWriter.Layer.of().raw("passwd", '1', "../../../../etc/passwd"), false))
        .hasMessageContaining("entry passwd");
  }

  @Test
  void symlinksInACircleAreAnError() {
    assertThatThrownBy(() ->
            unpack(
                OciLayoutWriter.Layer.of()
                    .raw("a", '2', "b")
                    .raw("b", '2', "a")
                    .raw("a/x", '0', ""),
                false))
        .hasMessageContaining("too many symbolic links");
  }

  @Test
  void whiteoutsBecomeOverlayDevicesAndOpaqueDirectories() throws IOException {
    assumeRoot();
    Path root =
        unpack(
            OciLayoutWriter.Layer.of()
                .file("etc/.wh.motd", 0644, "")
                .directory("var", 0755)
                .file("var/.wh..wh..opq", 0644, "")
                .file("var/new", 0644, "new"),
            true);
    int mode =
        (int) Files.getAttribute(root.resolve("etc/motd"), "unix:mode", LinkOption.NOFOLLOW_LINKS);
    assertThat(mode & 0170000).isEqualTo(0020000);
    assertThat(Files.getAttribute(root.resolve("etc/motd"), "unix:rdev")).isEqualTo(0L);
    assertThat(root.resolve("var/.wh..wh..opq")).doesNotExist();
    assertThat(root.resolve("var/new")).hasContent("new");
    assertThat(attribute(root.resolve("var"), "trusted.overlay.opaque")).isEqualTo("y");
  }

  private static String attribute(Path path, String name) throws IOException {
    Process process =
        new ProcessBuilder(
                "python3",
                "-c",
                "import os,sys; print(os.getxattr(sys.argv[1], sys.argv[2]).decode())",
                path.toString(),
                name)
            .start();
    return new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
        .strip();
  }

  @Test
  void aDamagedArchiveIsAnError() throws IOException {
    byte[] archive = OciLayoutWriter.Layer.of().file("a", 0644, "content").archive();
    byte[] damaged = archive.clone();
    damaged[3] = 'x';
    assertThatThrownBy(
            () -> new LayerUnpacker(home, false).unpack(new ByteArrayInputStream(damaged)))
        .hasMessageContaining("checksum");
    assertThatThrownBy(
            () -> new LayerUnpacker(home, false).unpack(new ByteArrayInputStream(archive, 0, 515)))
        .hasMessageContaining("ends inside");
  }

  @Test
  void readsWhatTarOfThisMachineWrites() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")), "no tar");
    Path source = Files.createDirectories(home.resolve("source"));
    String longName = "directory-with-a-name-of-some-length/".repeat(6) + "file-" + "x".repeat(120);
    Path file = source.resolve(longName);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "long");
    for (String format : List.of("gnu", "pax", "ustar")) {
      if (format.equals("ustar")) {
        Files.delete(file);
        Files.writeString(source.resolve("short"), "short");
      }
      Path archive = home.resolve(format + ".tar");
      Process tar =
          new ProcessBuilder(
                  "tar",
                  "--format=" + format,
                  "-C",
                  source.toString(),
                  "-cf",
                  archive.toString(),
                  ".")
              .inheritIO()
              .start();
      assertThat(tar.waitFor()).isZero();
      Path root = Files.createDirectories(home.resolve("out-" + format));
      try (var in = Files.newInputStream(archive)) {
        new LayerUnpacker(root, false).unpack(in);
      }
      assertThat(root.resolve(format.equals("ustar") ? "short" : longName)).exists();
    }
  }

  @Test
  void chainIdsAreThoseOfTheSpecification() {
    Digest a = new Digest("sha256", "aa".repeat(32));
    Digest b = new Digest("sha256", "bb".repeat(32));
    List<Digest> chain = LayerStore.chain(new ArrayList<>(List.of(a, b)));
    assertThat(chain.get(0)).isEqualTo(a);
    assertThat(chain.get(1))
        .isEqualTo(Digest.sha256((a + " " + b).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}
