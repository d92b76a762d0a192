package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The documents an image is made of, in OCI's and in Docker's media types: an index names a
 * manifest per platform, a manifest names a config and layers.
 */
public final class Manifests {
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** What a registry is told we read. */
  public static final String ACCEPT =
      String.join(", ", OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST);

  /** A manifest is a page of JSON; whoever sends more means harm. */
  public static final int MAX_DOCUMENT_BYTES = 8 << 20;

  private Manifests() {}

  /** A named piece of content. */
  public record Descriptor(
      String mediaType, Digest digest, long size, Map<String, String> annotations) {
    public Descriptor {
      annotations = Map.copyOf(annotations);
      if (size < 0) {
        throw new IllegalArgumentException("negative size of " + digest);
      }
    }

    static Descriptor of(JsonObject json) {
      return new Descriptor(
          json.string("mediaType"),
          Digest.parse(json.string("digest")),
          json.integer("size"),
          json.stringMap("annotations"));
    }
  }

  public record Platform(String os, String architecture, String variant) {
    /** Of this JVM's machine, in Go's words. */
    public static Platform current() {
      String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
      return switch (arch) {
        case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
        case "aarch64", "arm64" -> new Platform("linux", "arm64", "v8");
        default -> new Platform("linux", arch, "");
      };
    }

    boolean accepts(Platform offered) {
      return os.equals(offered.os)
          && architecture.equals(offered.architecture)
          && (offered.variant.isEmpty() || variant.isEmpty() || variant.equals(offered.variant));
    }

    @Override
    public String toString() {
      return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
  }

  public sealed interface Document permits Index, Manifest {}

  public record Index(List<Entry> entries) implements Document {
    public record Entry(Descriptor descriptor, Platform platform) {}

    public Index {
      entries = List.copyOf(entries);
    }

    /**
     * The manifest for {@code wanted}; an entry that names no platform serves if nothing else does.
     */
    public Descriptor choose(Platform wanted, String image) {
      for (Entry entry : entries) {
        if (wanted.accepts(entry.platform)) {
          return entry.descriptor;
        }
      }
      for (Entry entry : entries) {
        if (entry.platform.os.isEmpty()) {
          return entry.descriptor;
        }
      }
      List<String> offered = entries.stream().map(e -> e.platform.toString()).toList();
      throw RuntimeFailure.notFound(
          "no match for platform "
              + wanted
              + " in "
              + image
              + ", which has "
              + String.join(", ", offered));
    }
  }

  public record Manifest(Descriptor config, List<Descriptor> layers) implements Document {
    public Manifest {
      layers = List.copyOf(layers);
    }
  }

  public static Document parse(byte[] bytes) {
    JsonObject json = object(bytes, "manifest");
    long version = json.integer("schemaVersion", 2);
    if (version != 2) {
      throw RuntimeFailure.unsupported(
          "image manifests of schema version " + version + " are not read");
    }
    if (json.has("manifests")) {
      List<Index.Entry> entries = new ArrayList<>();
      for (JsonObject entry : json.objects("manifests")) {
        JsonObject platform = entry.objectOrEmpty("platform");
        entries.add(
            new Index.Entry(
                Descriptor.of(entry),
                new Platform(
                    platform.string("os"),
                    platform.string("architecture"),
                    platform.string("variant"))));
      }
      return new Index(entries);
    }
    JsonObject config = json.object("config");
    if (config == null) {
      throw RuntimeFailure.invalid("the manifest names no config: not an image");
    }
    return new Manifest(
        Descriptor.of(config), json.objects("layers").stream().map(Descriptor::of).toList());
  }

  static JsonObject object(byte[] bytes, String what) {
    try {
      return Json.parseObject(bytes);
    } catch (JsonSyntaxException e) {
      throw new RuntimeFailure(
          RuntimeFailure.Reason.INVALID,
          "the image's " + what + " is not JSON: " + e.getMessage(),
          e);
    }
  }
}
