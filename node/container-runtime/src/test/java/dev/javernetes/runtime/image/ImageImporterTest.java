package dev.javernetes.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageImporterTest {
  @TempDir Path home;
  private ImageStore store;
  private ImageImporter importer;
  private OciLayoutWriter writer;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(home.resolve("root"), false);
    importer = new ImageImporter(store);
    writer =
        new OciLayoutWriter(Manifests.Platform.current())
            .layer(OciLayoutWriter.Layer.of().file("etc/a", 0644, "a"))
            .layer(OciLayoutWriter.Layer.of().file("etc/b", 0644, "b"))
            .config(JsonObject.of("Entrypoint", new ArrayList<Object>(List.of("/a"))));
  }

  private Path layout() throws IOException {
    Path directory = Files.createDirectories(home.resolve("layout"));
    writer.write(directory, "localhost/one:1");
    return directory;
  }

  @Test
  void anOciLayoutUnderItsOwnNameOrAnother() throws IOException {
    List<ImageRecord> images = importer.load(layout(), "");
    assertThat(images).hasSize(1);
    assertThat(images.getFirst().tags()).containsExactly("localhost/one:1");
    assertThat(store.config(images.getFirst()).entrypoint()).containsExactly("/a");
    importer.load(layout(), "localhost/two");
    assertThat(store.get("localhost/two:latest").tags())
        .containsExactly("localhost/one:1", "localhost/two:latest");
    assertThat(store.list()).hasSize(1);
  }

  @Test
  void aTarOfALayout() throws Exception {
    Path tar = home.resolve("layout.tar");
    assertThat(
            new ProcessBuilder("tar", "-C", layout().toString(), "-cf", tar.toString(), ".")
                .start()
                .waitFor())
        .isZero();
    assertThat(importer.load(tar, "")).hasSize(1);
    assertThat(store.downloads()).isEmptyDirectory();
  }

  @Test
  void layersInEachCompressionGiveTheSameImage() throws IOException {
    Digest plain = dockerArchive("plain", UnaryOperator.identity());
    Digest gzip = dockerArchive("gzip", ImageImporterTest::gzip);
    Digest zstd = dockerArchive("zstd", Zstd::compress);
    assertThat(gzip).isEqualTo(plain);
    assertThat(zstd).isEqualTo(plain);
    assertThat(store.get("localhost/archive:zstd").tags()).hasSize(3);
  }

  /** What docker save writes. */
  private Digest dockerArchive(String tag, UnaryOperator<byte[]> compress) throws IOException {
    Path directory = Files.createDirectories(home.resolve("docker-" + tag));
    OciLayoutWriter.Built built = writer.build();
    Manifests.Manifest manifest = (Manifests.Manifest) Manifests.parse(built.manifestBytes());
    List<Object> layers = new ArrayList<>();
    for (Manifests.Descriptor layer : manifest.layers()) {
      String file = layer.digest().hex() + "/layer.tar";
      Files.createDirectories(directory.resolve(layer.digest().hex()));
      Files.write(directory.resolve(file), compress.apply(blob(built, layer.digest())));
      layers.add(file);
    }
    Files.write(directory.resolve("config.json"), blob(built, built.config()));
    List<Object> tags = new ArrayList<>(List.of("localhost/archive:" + tag));
    List<Object> entries = new ArrayList<>();
    entries.add(JsonObject.of("Config", "config.json", "RepoTags", tags, "Layers", layers));
    Files.write(directory.resolve("manifest.json"), Json.bytes(entries));
    return importer.load(directory, "").getFirst().id();
  }

  private static byte[] blob(OciLayoutWriter.Built built, Digest digest) {
    byte[] bytes = built.blobs().get(digest);
    assertThat(bytes).isNotNull();
    return bytes == null ? new byte[0] : bytes;
  }

  private static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  void aTagMovesToTheNewerImageAndRemovalFreesUnsharedLayers() throws IOException {
    ImageRecord first = importer.load(layout(), "localhost/app").getFirst();
    writer.layer(OciLayoutWriter.Layer.of().file("etc/c", 0644, "c"));
    ImageRecord second = importer.load(layout(), "localhost/app").getFirst();
    assertThat(store.get("localhost/app").id()).isEqualTo(second.id());
    assertThat(store.get(first.id().toString()).tags()).isEmpty();
    assertThat(second.chainIds()).startsWith(first.chainIds().toArray(new Digest[0]));

    store.remove(first.id().toString(), id -> false);
    assertThat(store.layerDirectories(second)).allMatch(Files::isDirectory);
    store.remove("localhost/app", id -> false);
    assertThat(home.resolve("root/layers")).isEmptyDirectory();
    assertThat(home.resolve("root/l")).isEmptyDirectory();
    store.remove("localhost/app", id -> false);
  }

  @Test
  void imagesAreThereAfterARestart() throws IOException {
    ImageRecord image = importer.load(layout(), "").getFirst();
    Files.createDirectories(home.resolve("root/layers/.new-half"));
    ImageStore again = ImageStore.open(home.resolve("root"), false);
    assertThat(again.list()).containsExactly(image);
    assertThat(home.resolve("root/layers/.new-half")).doesNotExist();
    LayerUnpacker.remove(home.resolve("root/layers").resolve(image.chainIds().getFirst().hex()));
    assertThat(ImageStore.open(home.resolve("root"), false).list()).isEmpty();
  }

  @Test
  void whatIsNoImageIsRefused() throws IOException {
    assertThatThrownBy(() -> importer.load(home.resolve("nosuch"), ""))
        .isInstanceOf(RuntimeFailure.class);
    Path empty = Files.createDirectories(home.resolve("empty"));
    assertThatThrownBy(() -> importer.load(empty, "")).hasMessageContaining("index.json");
    Files.writeString(
        empty.resolve("manifest.json"), "[{\"Config\":\"../../etc/passwd\",\"RepoTags\":[\"a\"]}]");
    assertThatThrownBy(() -> importer.load(empty, "")).hasMessageContaining("../../etc/passwd");
    Files.createSymbolicLink(empty.resolve("link"), Path.of("/etc/passwd"));
    Files.writeString(
        empty.resolve("manifest.json"), "[{\"Config\":\"link\",\"RepoTags\":[\"a\"]}]");
    assertThatThrownBy(() -> importer.load(empty, "")).hasMessageContaining("leads outside");
  }
}
