package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Makes small images out of files at hand, without any other tool: the demo image and the images of
 * tests.
 *
 * <pre>{@code
 * new OciLayoutWriter(Platform.current())
 *     .layer(OciLayoutWriter.Layer.of()
 *         .file("bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")))
 *         .symlink("bin/sh", "busybox"))
 *     .config(JsonObject.of("Cmd", List.of("sh")))
 *     .write(directory, "localhost/demo:latest");
 * }</pre>
 *
 * The bytes depend on the input alone (times are 0), so the same image has the same id wherever it
 * is built.
 */
public final class OciLayoutWriter {
  private final Manifests.Platform platform;
  private final List<byte[]> layers = new ArrayList<>();
  private JsonObject config = new JsonObject();

  public OciLayoutWriter(Manifests.Platform platform) {
    this.platform = platform;
  }

  public OciLayoutWriter layer(Layer layer) {
    layers.add(layer.archive());
    return this;
  }

  /** The {@code config} member of the image's config: Cmd, Entrypoint, Env, User, WorkingDir. */
  public OciLayoutWriter config(JsonObject value) {
    config = value;
    return this;
  }

  /** Content by digest, and the manifest's place among it. */
  public record Built(Map<Digest, byte[]> blobs, Digest manifest, Digest config) {
    public byte[] manifestBytes() {
      byte[] bytes = blobs.get(manifest);
      if (bytes == null) {
        throw new IllegalStateException("an image without its manifest");
      }
      return bytes;
    }
  }

  public Built build() {
    Map<Digest, byte[]> blobs = new java.util.TreeMap<>();
    List<Object> diffIds = new ArrayList<>();
    List<Object> descriptors = new ArrayList<>();
    for (byte[] layer : layers) {
      Digest digest = Digest.sha256(layer);
      blobs.put(digest, layer);
      diffIds.add(digest.toString());
      descriptors.add(descriptor(Manifests.OCI_LAYER, digest, layer.length));
    }
    byte[] configBytes =
        Json.bytes(
            JsonObject.of(
                "architecture",
                platform.architecture(),
                "os",
                platform.os(),
                "config",
                config,
                "rootfs",
                JsonObject.of("type", "layers", "diff_ids", diffIds)));
    Digest configDigest = Digest.sha256(configBytes);
    blobs.put(configDigest, configBytes);
    byte[] manifest =
        Json.bytes(
            JsonObject.of(
                "schemaVersion",
                2L,
                "mediaType",
                Manifests.OCI_MANIFEST,
                "config",
                descriptor(Manifests.OCI_CONFIG, configDigest, configBytes.length),
                "layers",
                descriptors));
    Digest manifestDigest = Digest.sha256(manifest);
    blobs.put(manifestDigest, manifest);
    return new Built(blobs, manifestDigest, configDigest);
  }

  /** An OCI layout in {@code directory}. */
  public Built write(Path directory, String name) throws IOException {
    Built built = build();
    for (var blob : built.blobs().entrySet()) {
      Path file = directory.resolve("blobs/sha256").resolve(blob.getKey().hex());
      Files.createDirectories(directory.resolve("blobs/sha256"));
      Files.write(file, blob.getValue());
    }
    JsonObject entry =
        descriptor(Manifests.OCI_MANIFEST, built.manifest(), built.manifestBytes().length);
    entry.put("annotations", JsonObject.of("org.opencontainers.image.ref.name", name));
    List<Object> entries = new ArrayList<>(List.of(entry));
    Files.write(
        directory.resolve("index.json"),
        Json.bytes(JsonObject.of("schemaVersion", 2L, "manifests", entries)));
    Files.write(
        directory.resolve("oci-layout"), Json.bytes(JsonObject.of("imageLayoutVersion", "1.0.0")));
    return built;
  }

  private static JsonObject descriptor(String type, Digest digest, long size) {
    return JsonObject.of("mediaType", type, "digest", digest.toString(), "size", size);
  }

  /** A tar archive in the making. Directories above a file are added by themselves. */
  public static final class Layer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TreeSet<String> directories = new TreeSet<>();

    private Layer() {}

    public static Layer of() {
      return new Layer();
    }

    public Layer file(String path, int mode, byte[] content) {
      parents(path);
      header(path, '0', mode, content.length, "");
      out.writeBytes(content);
      out.writeBytes(new byte[(512 - content.length % 512) % 512]);
      return this;
    }

    public Layer file(String path, int mode, String content) {
      return file(path, mode, content.getBytes(StandardCharsets.UTF_8));
    }

    public Layer directory(String path, int mode) {
      parents(path);
      if (directories.add(path)) {
        header(path + "/", '5', mode, 0, "");
      }
      return this;
    }

    public Layer symlink(String path, String target) {
      parents(path);
      header(path, '2', 0777, 0, target);
      return this;
    }

    public Layer hardLink(String path, String target) {
      parents(path);
      header(path, '1', 0644, 0, target);
      return this;
    }

    /** An entry as it is given, for archives that try something. */
    Layer raw(String path, char type, String link) {
      header(path, type, 0644, 0, link);
      return this;
    }

    private void parents(String path) {
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        String parent = path.substring(0, slash);
        if (directories.add(parent)) {
          header(parent + "/", '5', 0755, 0, "");
        }
      }
    }

    private void header(String name, char type, int mode, long size, String link) {
      byte[] block = new byte[512];
      put(block, 0, 100, name);
      put(block, 100, 8, "%07o".formatted(mode));
      put(block, 108, 8, "0000000");
      put(block, 116, 8, "0000000");
      put(block, 124, 12, "%011o".formatted(size));
      put(block, 136, 12, "00000000000");
      put(block, 157, 100, link);
      put(block, 257, 8, "ustar\00000");
      block[156] = (byte) type;
      Arrays.fill(block, 148, 156, (byte) ' ');
      int sum = 0;
      for (byte b : block) {
        sum += b & 0xff;
      }
      put(block, 148, 8, "%06o\0 ".formatted(sum));
      out.writeBytes(block);
    }

    private static void put(byte[] block, int offset, int room, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > room) {
        throw new IllegalArgumentException("too long for a small archive: " + text);
      }
      System.arraycopy(bytes, 0, block, offset, bytes.length);
    }

    byte[] archive() {
      var archive = new ByteArrayOutputStream();
      archive.writeBytes(out.toByteArray());
      archive.writeBytes(new byte[1024]);
      return archive.toByteArray();
    }
  }
}
