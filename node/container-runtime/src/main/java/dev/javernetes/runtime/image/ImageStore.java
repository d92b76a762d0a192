package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of this node and the unpacked layers they share.
 *
 * <pre>
 * images/&lt;config digest&gt;/record.json   names, layers, size
 * images/&lt;config digest&gt;/config.json   the image's config, byte for byte
 * layers/, l/                          see {@code LayerStore}
 * downloads/                           layers on their way; a broken download is resumed from here
 * </pre>
 *
 * A layer's compressed form is dropped once it is unpacked. A name belongs to one image: pulling a
 * newer {@code web:latest} takes the tag from the old image, which stays until somebody removes it.
 *
 * <p>One writer at a time changes records; readers see whole records. Downloads and unpacking
 * happen outside the lock.
 */
public final class ImageStore {
  private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
  private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{12,64}");

  private final Path images;
  private final Path downloads;
  private final LayerStore layers;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Digest, ImageRecord> records = new TreeMap<>();

  /** Layers of images being added: no removal of another image may take them. */
  private final Set<List<Digest>> adding = new HashSet<>();

  private ImageStore(Path root, LayerStore layers) {
    this.images = root.resolve("images");
    this.downloads = root.resolve("downloads");
    this.layers = layers;
  }

  /** {@code ownership}: files get the owners that images name, which only root can do. */
  public static ImageStore open(Path root, boolean ownership) throws IOException {
    var store = new ImageStore(root, new LayerStore(root, ownership));
    Files.createDirectories(store.images);
    Files.createDirectories(store.downloads);
    store.load();
    return store;
  }

  private void load() throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(images)) {
      for (Path child : children) {
        Path file = child.resolve("record.json");
        try {
          ImageRecord record = ImageRecord.of(Json.parseObject(Files.readAllBytes(file)));
          if (record.chainIds().stream().allMatch(layers::has)) {
            records.put(record.id(), record);
          } else {
            LOG.warn("image {} lost a layer; it must be pulled again", record.id());
          }
        } catch (IOException | JsonSyntaxException | IllegalArgumentException e) {
          LOG.warn("image record {} is unreadable and ignored: {}", file, e.getMessage());
        }
      }
    }
  }

  public List<ImageRecord> list() {
    lock.readLock().lock();
    try {
      return List.copyOf(records.values());
    } finally {
      lock.readLock().unlock();
    }
  }

  /** By id, by the start of an id (12 digits or more), by tag or by digest. */
  public Optional<ImageRecord> find(String name) {
    Collection<ImageRecord> all = list();
    if (ID.matcher(name).matches()) {
      String hex = name.startsWith("sha256:") ? name.substring(7) : name;
      List<ImageRecord> matches =
          all.stream().filter(record -> record.id().hex().startsWith(hex)).toList();
      if (matches.size() == 1) {
        return Optional.of(matches.getFirst());
      }
    }
    try {
      ImageReference reference = ImageReference.parse(name);
      return all.stream().filter(record -> record.isNamed(reference)).findFirst();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public ImageRecord get(String name) {
    return find(name).orElseThrow(() -> RuntimeFailure.notFound("image " + name + " is not here"));
  }

  public ImageConfig config(ImageRecord image) throws IOException {
    return ImageConfig.parse(configBytes(image));
  }

  public byte[] configBytes(ImageRecord image) throws IOException {
    return Files.readAllBytes(images.resolve(image.id().hex()).resolve("config.json"));
  }

  /** Lower directories for overlayfs, topmost first, as its option wants them. */
  public List<Path> lowerDirectories(ImageRecord image) {
    return image.chainIds().reversed().stream().map(layers::lower).toList();
  }

  /** Where the layers' files lie, topmost first. */
  public List<Path> layerDirectories(ImageRecord image) {
    return image.chainIds().reversed().stream().map(layers::diff).toList();
  }

  /**
   * Adds an image whose layers come from {@code source}; layers that are here are not asked for.
   * {@code names} are tags, {@code repoDigests} are {@code name@sha256:…}.
   */
  ImageRecord add(byte[] config, Names names, LayerSource source) throws IOException {
    Digest id = Digest.sha256(config);
    ImageConfig parsed = ImageConfig.parse(config);
    Manifests.Platform here = Manifests.Platform.current();
    if (!here.accepts(parsed.platform())) {
      throw RuntimeFailure.invalid(
          "the image is for " + parsed.platform() + ", this machine is " + here);
    }
    List<Digest> chain = LayerStore.chain(parsed.diffIds());
    announce(chain, true);
    try {
      source.unpackInto(layers, parsed.diffIds(), chain);
      long size = 0;
      for (Digest chainId : new HashSet<>(chain)) {
        size += layers.size(chainId);
      }
      return record(
          new ImageRecord(id, names.tags(), names.repoDigests(), chain, size, false), config);
    } finally {
      announce(chain, false);
    }
  }

  /** The names an image is added under. */
  record Names(TreeSet<String> tags, TreeSet<String> repoDigests) {
    static Names tag(String tag) {
      return new Names(new TreeSet<>(Set.of(tag)), new TreeSet<>());
    }
  }

  /** Brings the layers of an image that is being added. */
  interface LayerSource {
    void unpackInto(LayerStore layers, List<Digest> diffIds, List<Digest> chain) throws IOException;
  }

  private void announce(List<Digest> chain, boolean begins) {
    lock.writeLock().lock();
    try {
      if (begins) {
        adding.add(chain);
      } else {
        adding.remove(chain);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private ImageRecord record(ImageRecord fresh, byte[] config) throws IOException {
    lock.writeLock().lock();
    try {
      for (ImageRecord other : List.copyOf(records.values())) {
        if (!other.id().equals(fresh.id())
            && other.tags().stream().anyMatch(fresh.tags()::contains)) {
          save(other.withoutTags(fresh.tags()));
        }
      }
      ImageRecord known = records.get(fresh.id());
      ImageRecord merged = known == null ? fresh : known.plus(fresh);
      Path directory = Files.createDirectories(images.resolve(fresh.id().hex()));
      Path file = directory.resolve("config.json");
      if (!Files.exists(file)) {
        replace(file, config);
      }
      save(merged);
      return merged;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void save(ImageRecord record) throws IOException {
    replace(
        images.resolve(record.id().hex()).resolve("record.json"),
        Json.bytes(new JsonObject(record.toJson())));
    records.put(record.id(), record);
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, bytes);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Another name for an image that is here. */
  public ImageRecord tag(ImageRecord image, String tag) throws IOException {
    String full = ImageReference.parse(tag).toString();
    return record(
        new ImageRecord(
            image.id(),
            new TreeSet<>(Set.of(full)),
            new TreeSet<>(),
            image.chainIds(),
            image.sizeBytes(),
            image.pinned()),
        configBytes(image));
  }

  /**
   * Removes an image with all its names, and the layers that no other image has. Nothing of that
   * name is fine (CRI wants it so). Refused while {@code inUse} says that a container is made of
   * it.
   */
  public void remove(String name, Predicate<Digest> inUse) throws IOException {
    lock.writeLock().lock();
    try {
      Optional<ImageRecord> found = find(name);
      if (found.isEmpty()) {
        return;
      }
      ImageRecord image = found.get();
      if (inUse.test(image.id())) {
        throw RuntimeFailure.conflict("image " + name + " is in use by a container");
      }
      if (image.pinned()) {
        throw RuntimeFailure.conflict("image " + name + " is pinned");
      }
      records.remove(image.id());
      LayerUnpacker.remove(images.resolve(image.id().hex()));
      Set<Digest> used = new HashSet<>();
      records.values().forEach(record -> used.addAll(record.chainIds()));
      adding.forEach(used::addAll);
      layers.retain(used);
    } finally {
      lock.writeLock().unlock();
    }
  }

  public Path downloads() {
    return downloads;
  }

  public long diskBytes() throws IOException {
    return layers.diskBytes();
  }

  /** Ids of all images, for a check of what is in use. */
  public List<Digest> ids() {
    return new ArrayList<>(list().stream().map(ImageRecord::id).toList());
  }
}
