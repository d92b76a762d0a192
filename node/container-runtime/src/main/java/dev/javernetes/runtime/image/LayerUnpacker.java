package dev.javernetes.runtime.image;

import dev.javernetes.runtime.linux.Posix;
import dev.javernetes.runtime.linux.PosixException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes one layer's tar archive into a directory that overlayfs can use as a lower directory.
 *
 * <p>Whiteouts of the OCI image specification become overlayfs's: {@code etc/.wh.motd} a character
 * device 0/0 named {@code etc/motd}, {@code var/.wh..wh..opq} the attribute {@code
 * trusted.overlay.opaque=y} on {@code var}. Every name is resolved as if the directory were the
 * file system's root: {@code ..} stops there, and a symlink met on the way is followed inside it,
 * so that an archive with {@code evil -> /etc} and {@code evil/passwd} writes {@code etc/passwd} of
 * the layer and never the host's. Nothing else writes into the directory meanwhile, so checking
 * each component before use is enough.
 */
final class LayerUnpacker {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final int MAX_SYMLINKS = 64;
  private static final int S_IFIFO = 0010000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;

  /**
   * Attributes that a layer may set. {@code trusted.*} would steer overlayfs itself, {@code
   * security.selinux} the host.
   */
  private static final Set<String> ATTRIBUTE_PREFIXES = Set.of("user.", "security.capability");

  private final Path root;
  private final boolean ownership;
  private final List<DirectoryTime> directoryTimes = new ArrayList<>();
  private long bytes;

  private record DirectoryTime(Path path, long seconds, int nanos) {}

  /**
   * Without {@code ownership} (not root) files belong to whoever runs us, and devices are left out:
   * for looking into images only.
   */
  LayerUnpacker(Path root, boolean ownership) {
    this.root = root;
    this.ownership = ownership;
  }

  /** The bytes of file content written. */
  long unpack(InputStream tarStream) throws IOException {
    TarReader tar = new TarReader(tarStream);
    for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
      try {
        write(entry, tar.content());
      } catch (IOException | IllegalArgumentException e) {
        throw new IOException("entry " + entry.name() + ": " + e.getMessage(), e);
      }
    }
    for (DirectoryTime time : directoryTimes.reversed()) {
      if (Files.isDirectory(time.path, LinkOption.NOFOLLOW_LINKS)) {
        Posix.setModified(time.path, time.seconds, time.nanos);
      }
    }
    return bytes;
  }

  private void write(TarReader.Entry entry, InputStream content) throws IOException {
    List<String> names = components(entry.name());
    if (names.isEmpty()) {
      if (entry.type() == '5') {
        describe(root, entry);
      }
      return;
    }
    Path parent = directory(names.subList(0, names.size() - 1));
    String name = names.getLast();
    if (name.equals(OPAQUE)) {
      opaque(parent);
      return;
    }
    if (name.startsWith(WHITEOUT)) {
      whiteout(parent.resolve(plain(name.substring(WHITEOUT.length()))));
      return;
    }
    Path target = parent.resolve(name);
    switch (entry.type()) {
      case '5' -> {
        makeDirectory(target);
        describe(target, entry);
      }
      case '0' -> {
        remove(target);
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
          bytes += content.transferTo(out);
        }
        describe(target, entry);
      }
      case '1' -> {
        Path source = existing(components(entry.linkName()));
        if (!source.equals(target)) {
          remove(target);
          Files.createLink(target, source);
        }
      }
      case '2' -> {
        remove(target);
        Files.createSymbolicLink(target, Path.of(entry.linkName()));
        describe(target, entry);
      }
      case '3', '4', '6' -> {
        if (ownership) {
          remove(target);
          int kind = entry.type() == '3' ? S_IFCHR : entry.type() == '4' ? S_IFBLK : S_IFIFO;
          Posix.makeNode(target, kind | (entry.mode() & 07777), entry.major(), entry.minor());
          describe(target, entry);
        }
      }
      default -> throw new IOException("tar entry type '" + entry.type() + "' is not known");
    }
  }

  private void describe(Path path, TarReader.Entry entry) throws IOException {
    if (ownership) {
      Posix.changeOwner(path, entry.uid(), entry.gid());
    }
    if (entry.type() != '2') {
      Posix.changeMode(path, entry.mode());
    }
    for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
      if (ownership && ATTRIBUTE_PREFIXES.stream().anyMatch(attribute.getKey()::startsWith)) {
        setAttribute(path, attribute.getKey(), attribute.getValue());
      }
    }
    if (entry.type() == '5') {
      directoryTimes.add(new DirectoryTime(path, entry.mtimeSeconds(), entry.mtimeNanos()));
    } else {
      Posix.setModified(path, entry.mtimeSeconds(), entry.mtimeNanos());
    }
  }

  private static void setAttribute(Path path, String name, byte[] value) throws IOException {
    try {
      Posix.setAttribute(path, name, value);
    } catch (PosixException e) {
      // user.* is not for symlinks and devices, and some file systems have none: as upstream, that
      // alone fails no image
      if (e.errno() != PosixException.EOPNOTSUPP && e.errno() != PosixException.EPERM) {
        throw e;
      }
    }
  }

  /**
   * All that lower layers put into {@code directory} is hidden; what this layer put there before
   * stays.
   */
  private void opaque(Path directory) throws IOException {
    if (ownership) {
      Posix.setAttribute(directory, "trusted.overlay.opaque", new byte[] {'y'});
    }
  }

  private void whiteout(Path target) throws IOException {
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      // the same layer wrote it: a layer's whiteouts hide lower layers only
      opaque(target);
      return;
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (ownership) {
      Posix.makeNode(target, S_IFCHR, 0, 0);
    }
  }

  /**
   * True if it was not there. One that takes the place of a whiteout hides what lower layers had
   * below that name.
   */
  private boolean makeDirectory(Path target) throws IOException {
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    boolean replaces = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    remove(target);
    Files.createDirectory(target);
    if (replaces) {
      opaque(target);
    }
    return true;
  }

  /** The directory of these names inside the root, made where missing. */
  private Path directory(List<String> names) throws IOException {
    Path path = resolve(names, true);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("is not below a directory");
    }
    return path;
  }

  private Path existing(List<String> names) throws IOException {
    if (names.isEmpty()) {
      throw new IOException("links to nothing");
    }
    Path target = resolve(names.subList(0, names.size() - 1), false).resolve(names.getLast());
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException("links to " + String.join("/", names) + ", which is not there");
    }
    return target;
  }

  private Path resolve(List<String> names, boolean create) throws IOException {
    Deque<String> pending = new ArrayDeque<>(names);
    Path path = root;
    int symlinks = 0;
    while (!pending.isEmpty()) {
      String name = pending.pop();
      if (name.equals("..")) {
        path = path.equals(root) || path.getParent() == null ? root : path.getParent();
        continue;
      }
      Path next = path.resolve(name);
      if (Files.isSymbolicLink(next)) {
        if (++symlinks > MAX_SYMLINKS) {
          throw new IOException("too many symbolic links");
        }
        String target = Files.readSymbolicLink(next).toString();
        if (target.startsWith("/")) {
          path = root;
        }
        List<String> parts = rawComponents(target);
        for (String part : parts.reversed()) {
          pending.push(part);
        }
        continue;
      }
      if (create && makeDirectory(next)) {
        Posix.changeMode(next, 0755);
      }
      path = next;
    }
    return path;
  }

  /**
   * Clean components of an entry's name; {@code ..} resolves against what precedes it and stops at
   * the root.
   */
  private static List<String> components(String name) {
    List<String> clean = new ArrayList<>();
    for (String part : rawComponents(name)) {
      if (!part.equals("..")) {
        clean.add(part);
      } else if (!clean.isEmpty()) {
        clean.removeLast();
      }
    }
    return clean;
  }

  private static List<String> rawComponents(String name) {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/")) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static String plain(String name) throws IOException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new IOException("whiteout of nothing");
    }
    return name;
  }

  static void remove(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          remove(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
