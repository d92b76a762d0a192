package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads images from disk: an OCI layout as directory or tar, or the archive that {@code docker
 * save} writes.
 *
 * <p>The name comes from the caller, from the layout's annotations ({@code
 * org.opencontainers.image.ref.name}, {@code io.containerd.image.name}) or from the docker
 * archive's {@code RepoTags}. A tar is laid out in a scratch directory first: its entries come in
 * any order.
 */
public final class ImageImporter {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String CONTAINERD_NAME = "io.containerd.image.name";

  private final ImageStore store;

  public ImageImporter(ImageStore store) {
    this.store = store;
  }

  /** {@code name} empty: the names the archive carries. */
  public List<ImageRecord> load(Path source, String name) throws IOException {
    if (!Files.exists(source)) {
      throw RuntimeFailure.notFound(source + " is not there");
    }
    if (Files.isDirectory(source)) {
      return layout(source, name);
    }
    Path scratch = Files.createTempDirectory(store.downloads(), "import-");
    try {
      try (InputStream in =
          LayerStore.decompress(new BufferedInputStream(Files.newInputStream(source)))) {
        new LayerUnpacker(scratch, false).unpack(in);
      }
      return layout(scratch, name);
    } finally {
      LayerUnpacker.remove(scratch);
    }
  }

  private List<ImageRecord> layout(Path directory, String name) throws IOException {
    if (Files.exists(directory.resolve("index.json"))) {
      return ociLayout(directory, name);
    }
    if (Files.exists(directory.resolve("manifest.json"))) {
      return dockerArchive(directory, name);
    }
    throw RuntimeFailure.invalid(
        directory + " holds neither index.json (OCI layout) nor manifest.json (docker archive)");
  }

  private List<ImageRecord> ociLayout(Path directory, String name) throws IOException {
    byte[] bytes = Files.readAllBytes(inside(directory, "index.json"));
    if (!(Manifests.parse(bytes) instanceof Manifests.Index index)) {
      throw RuntimeFailure.invalid("index.json is not an index");
    }
    List<ImageRecord> images = new ArrayList<>();
    Set<Digest> seen = new TreeSet<>();
    for (Manifests.Index.Entry entry : index.entries()) {
      Manifests.Descriptor descriptor = entry.descriptor();
      String tag = name.isEmpty() ? annotated(descriptor) : name;
      if (index.entries().size() > 1 && !name.isEmpty() && !fits(entry)) {
        continue;
      }
      if (tag == null) {
        throw RuntimeFailure.invalid("the layout names no image; give a name");
      }
      if (seen.add(descriptor.digest()) || name.isEmpty()) {
        images.add(ociImage(directory, descriptor, tag));
      }
    }
    if (images.isEmpty()) {
      throw RuntimeFailure.invalid("the layout has no image for " + Manifests.Platform.current());
    }
    return images;
  }

  private static boolean fits(Manifests.Index.Entry entry) {
    return entry.platform().os().isEmpty()
        || Manifests.Platform.current().accepts(entry.platform());
  }

  private static @Nullable String annotated(Manifests.Descriptor descriptor) {
    String full = descriptor.annotations().get(CONTAINERD_NAME);
    return full != null ? full : descriptor.annotations().get(REF_NAME);
  }

  private ImageRecord ociImage(Path directory, Manifests.Descriptor descriptor, String name)
      throws IOException {
    byte[] bytes = blob(directory, descriptor.digest());
    Manifests.Manifest manifest =
        switch (Manifests.parse(bytes)) {
          case Manifests.Manifest direct -> direct;
          case Manifests.Index nested -> {
            Manifests.Descriptor chosen = nested.choose(Manifests.Platform.current(), name);
            if (!(Manifests.parse(blob(directory, chosen.digest()))
                instanceof Manifests.Manifest inner)) {
              throw RuntimeFailure.invalid("an index within an index is not read");
            }
            yield inner;
          }
        };
    ImageReference reference = ImageReference.parse(name);
    var tags = new TreeSet<>(Set.of(reference.toString()));
    var repoDigests = new TreeSet<>(Set.of(reference.withDigest(descriptor.digest()).toString()));
    List<Path> layerFiles = new ArrayList<>();
    for (Manifests.Descriptor layer : manifest.layers()) {
      layerFiles.add(blobFile(directory, layer.digest()));
    }
    return add(
        blob(directory, manifest.config().digest()),
        new ImageStore.Names(tags, repoDigests),
        layerFiles);
  }

  private List<ImageRecord> dockerArchive(Path directory, String name) throws IOException {
    Object parsed;
    try {
      parsed = Json.parse(Files.readAllBytes(inside(directory, "manifest.json")));
    } catch (JsonSyntaxException e) {
      throw RuntimeFailure.invalid("manifest.json is not JSON: " + e.getMessage());
    }
    if (!(parsed instanceof List<?> entries)) {
      throw RuntimeFailure.invalid("manifest.json is not a list");
    }
    List<ImageRecord> images = new ArrayList<>();
    for (Object element : entries) {
      if (!(element instanceof JsonObject entry)) {
        throw RuntimeFailure.invalid("manifest.json holds something that is no object");
      }
      var tags = new TreeSet<String>();
      for (String tag : name.isEmpty() ? entry.strings("RepoTags") : List.of(name)) {
        tags.add(ImageReference.parse(tag).toString());
      }
      if (tags.isEmpty()) {
        throw RuntimeFailure.invalid("the archive names no image; give a name");
      }
      List<Path> layerFiles = new ArrayList<>();
      for (String layer : entry.strings("Layers")) {
        layerFiles.add(inside(directory, layer));
      }
      byte[] config = Files.readAllBytes(inside(directory, entry.string("Config")));
      images.add(add(config, new ImageStore.Names(tags, new TreeSet<>()), layerFiles));
    }
    return images;
  }

  private ImageRecord add(byte[] config, ImageStore.Names names, List<Path> layerFiles)
      throws IOException {
    return store.add(
        config,
        names,
        (layers, diffIds, chain) -> {
          if (layerFiles.size() != diffIds.size()) {
            throw RuntimeFailure.invalid(
                "the archive has %d layers, the image's config %d"
                    .formatted(layerFiles.size(), diffIds.size()));
          }
          for (int i = 0; i < chain.size(); i++) {
            Path file = layerFiles.get(i);
            layers.add(chain.get(i), diffIds.get(i), () -> Files.newInputStream(file));
          }
        });
  }

  private static byte[] blob(Path directory, Digest digest) throws IOException {
    Path file = blobFile(directory, digest);
    if (Files.size(file) > Manifests.MAX_DOCUMENT_BYTES) {
      throw RuntimeFailure.invalid("document " + digest + " is larger than 8 MiB");
    }
    byte[] bytes = Files.readAllBytes(file);
    if (digest.algorithm().equals("sha256") && !Digest.sha256(bytes).equals(digest)) {
      throw RuntimeFailure.invalid("blob " + digest + " holds " + Digest.sha256(bytes));
    }
    return bytes;
  }

  private static Path blobFile(Path directory, Digest digest) throws IOException {
    return inside(directory, "blobs/" + digest.algorithm() + "/" + digest.hex());
  }

  /** A file of the archive; neither its name nor a symlink in it may lead outside. */
  private static Path inside(Path directory, String name) throws IOException {
    Path file = directory.resolve(name).normalize();
    if (name.isEmpty() || !file.startsWith(directory) || !Files.exists(file)) {
      throw RuntimeFailure.invalid("the archive has no file " + name);
    }
    Path real = file.toRealPath();
    if (!real.startsWith(directory.toRealPath())
        || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      throw RuntimeFailure.invalid("the archive's " + name + " leads outside");
    }
    return real;
  }
}
