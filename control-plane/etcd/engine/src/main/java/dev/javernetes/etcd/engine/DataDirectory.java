package dev.javernetes.etcd.engine;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.CORRUPT;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.LOCKED;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNAVAILABLE;
import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNSUPPORTED;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A store's directory, held by one process: {@code FORMAT} (which layout), {@code LOCK}, {@code
 * log/}, {@code db/}. Readable by its owner only, as it holds secrets.
 */
final class DataDirectory implements AutoCloseable {
  private static final String FORMAT = "javernetes-etcd 1";

  private final Path root;
  private final FileChannel lockFile;

  private DataDirectory(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  static DataDirectory open(Path root) {
    try {
      createPrivate(root);
      DataDirectory opened = new DataDirectory(root, lock(root));
      try {
        opened.checkFormat();
        createPrivate(opened.log());
        createPrivate(opened.table());
        return opened;
      } catch (StoreException | IOException e) {
        opened.lockFile.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreException(
          UNAVAILABLE, "the data directory " + root + " cannot be used: " + e, e);
    }
  }

  private static void createPrivate(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      FileAttribute<Set<PosixFilePermission>> ownerOnly =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      Files.createDirectories(directory, ownerOnly);
    } else {
      Files.createDirectories(directory);
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another store of this very process.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new StoreException(
        LOCKED,
        "the data directory "
            + root
            + " is in use by another process; stop it or use another --data-dir");
  }

  private void checkFormat() throws IOException {
    Path format = root.resolve("FORMAT");
    if (Files.exists(format)) {
      String found = Files.readString(format).strip();
      if (!found.equals(FORMAT)) {
        throw new StoreException(
            UNSUPPORTED,
            format + " says \"" + found + "\", this version reads \"" + FORMAT + "\" only");
      }
      return;
    }
    if (isFilled(log()) || isFilled(table())) {
      throw new StoreException(
          CORRUPT, format + " is missing but the directory is not empty; restore it from a backup");
    }
    if (Files.isDirectory(root.resolve("member"))) {
      throw new StoreException(
          UNSUPPORTED,
          root
              + " holds the data of an upstream etcd, which this store does not read; use another --data-dir");
    }
    Path partial = root.resolve("FORMAT.partial");
    try (FileChannel out =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(
          java.nio.ByteBuffer.wrap(
              (FORMAT + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
      out.force(true);
    }
    Files.move(partial, format, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    new DirectoryDisk(root).syncDirectory();
  }

  private static boolean isFilled(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isPresent();
    }
  }

  Path log() {
    return root.resolve("log");
  }

  Path table() {
    return root.resolve("db");
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new StoreException(UNAVAILABLE, "unlocking " + root + " failed", e);
    }
  }
}
