package dev.javernetes.runtime.image;

import com.github.luben.zstd.ZstdInputStream;
import dev.javernetes.runtime.linux.Posix;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPInputStream;

/**
 * Unpacked layers by chain ID, each written once however many images share it.
 *
 * <pre>
 * layers/&lt;chain id&gt;/diff/     what overlayfs sees
 * layers/&lt;chain id&gt;/size      bytes of its files
 * l/&lt;short&gt;                   symlink to diff: mount(2) takes 4096 bytes of options, so 127 layers need short names
 * layers/.new-&lt;chain id&gt;/     being written; left over after a crash and removed at start
 * </pre>
 *
 * A chain ID names a layer together with all below it: {@code sha256(parent + " " + diffID)}, OCI
 * image specification, config.md.
 */
final class LayerStore {
  private static final String FRESH = ".new-";
  private static final String DEAD = ".dead-";

  private final Path layers;
  private final Path links;
  private final boolean ownership;
  private final ConcurrentHashMap<Digest, ReentrantLock> locks = new ConcurrentHashMap<>();

  LayerStore(Path root, boolean ownership) throws IOException {
    this.layers = root.resolve("layers");
    this.links = root.resolve("l");
    this.ownership = ownership;
    Files.createDirectories(layers);
    Files.createDirectories(links);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(layers)) {
      for (Path child : children) {
        if (child.getFileName().toString().startsWith(".")) {
          LayerUnpacker.remove(child);
        }
      }
    }
  }

  static List<Digest> chain(List<Digest> diffIds) {
    List<Digest> chain = new ArrayList<>();
    for (Digest diffId : diffIds) {
      chain.add(
          chain.isEmpty()
              ? diffId
              : Digest.sha256(
                  (chain.getLast() + " " + diffId).getBytes(StandardCharsets.US_ASCII)));
    }
    return chain;
  }

  boolean has(Digest chainId) {
    return Files.exists(layers.resolve(chainId.hex()).resolve("size"));
  }

  long size(Digest chainId) throws IOException {
    return Long.parseLong(Files.readString(layers.resolve(chainId.hex()).resolve("size")).strip());
  }

  /** The short path that goes into overlayfs's options. */
  Path lower(Digest chainId) {
    return links.resolve(chainId.hex().substring(0, 12));
  }

  /**
   * Unpacks unless it is there. {@code content} is opened only if needed, and hashed: another
   * {@code diffId} is an error.
   */
  void add(Digest chainId, Digest diffId, Opening content) throws IOException {
    ReentrantLock lock = locks.computeIfAbsent(chainId, id -> new ReentrantLock());
    lock.lock();
    try {
      if (!has(chainId)) {
        Posix.onPlatformThread(
            "unpack-" + chainId.hex().substring(0, 12),
            () -> {
              write(chainId, diffId, content);
              return null;
            });
      }
    } finally {
      lock.unlock();
      locks.remove(chainId, lock);
    }
  }

  interface Opening {
    InputStream open() throws IOException;
  }

  private void write(Digest chainId, Digest diffId, Opening content) throws IOException {
    Path fresh = layers.resolve(FRESH + chainId.hex());
    LayerUnpacker.remove(fresh);
    Path diff = Files.createDirectories(fresh.resolve("diff"));
    Posix.changeMode(diff, 0755);
    boolean done = false;
    try (InputStream raw = content.open();
        Digest.Hashing tar = Digest.hashing(decompress(raw), diffId.algorithm())) {
      new LayerUnpacker(diff, ownership).unpack(tar);
      Digest actual = tar.digest();
      if (!actual.equals(diffId)) {
        throw new IOException("layer unpacks to " + actual + ", its config says " + diffId);
      }
      Files.writeString(fresh.resolve("size"), Long.toString(tar.count()));
      Path finalPlace = layers.resolve(chainId.hex());
      LayerUnpacker.remove(finalPlace);
      Files.move(fresh, finalPlace);
      Path link = lower(chainId);
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Path.of("..", "layers", chainId.hex(), "diff"));
      done = true;
    } finally {
      if (!done) {
        LayerUnpacker.remove(fresh);
      }
    }
  }

  /** By magic number: media types and bytes disagree in the wild. */
  static InputStream decompress(InputStream raw) throws IOException {
    var buffered = new BufferedInputStream(raw, 1 << 16);
    buffered.mark(4);
    byte[] magic = buffered.readNBytes(4);
    buffered.reset();
    if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
      return new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16), 1 << 16);
    }
    if (magic.length == 4
        && magic[0] == 0x28
        && magic[1] == (byte) 0xb5
        && magic[2] == 0x2f
        && magic[3] == (byte) 0xfd) {
      return new BufferedInputStream(new ZstdInputStream(buffered), 1 << 16);
    }
    return buffered;
  }

  /** Removes every layer that {@code used} does not name. */
  void retain(Set<Digest> used) throws IOException {
    List<Path> dead = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(layers)) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        if (!name.startsWith(".") && !used.contains(new Digest("sha256", name))) {
          dead.add(child);
        }
      }
    }
    for (Path layer : dead) {
      String name = layer.getFileName().toString();
      Path grave = layers.resolve(DEAD + name);
      // renamed first: a half-removed layer is never taken for a whole one
      Files.move(layer, grave);
      Files.deleteIfExists(links.resolve(name.substring(0, 12)));
      LayerUnpacker.remove(grave);
    }
  }

  long diskBytes() throws IOException {
    long sum = 0;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(layers)) {
      for (Path child : children) {
        Path size = child.resolve("size");
        if (Files.exists(size, LinkOption.NOFOLLOW_LINKS)) {
          sum += Long.parseLong(Files.readString(size).strip());
        }
      }
    }
    return sum;
  }

  /** Directory of the unpacked files, for reading an image's own /etc/passwd and the like. */
  Path diff(Digest chainId) {
    return layers.resolve(chainId.hex()).resolve("diff");
  }
}
