package dev.javernetes.etcd.engine;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNSUPPORTED;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads RocksDB's native library once per process, and quickly: its own way copies 17 MB out of the
 * jar at every start and runs a shell to find out which C library there is, a quarter of a second
 * in all. This one keeps the copy beside the data.
 */
final class RocksNatives {
  private static final Logger log = LoggerFactory.getLogger(RocksNatives.class);
  private static boolean loaded;

  private RocksNatives() {}

  static synchronized void load(Path cache) {
    if (loaded) {
      return;
    }
    stateLibc();
    String resource = Environment.getJniLibraryFileName("rocksdb");
    try {
      Files.createDirectories(cache);
      // loadLibrary(paths) looks for a file of this (oddly doubled) name.
      extract(resource, cache.resolve(Environment.getJniLibraryFileName("rocksdbjni")));
      RocksDB.loadLibrary(List.of(cache.toAbsolutePath().toString()));
    } catch (IOException | UnsatisfiedLinkError e) {
      // A cache on a noexec mount, say: RocksDB's own way may still work.
      log.debug("loading RocksDB from {} failed", cache, e);
      loadDefault(resource, e);
    }
    loaded = true;
  }

  private static void loadDefault(String name, Throwable first) {
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      e.addSuppressed(first);
      throw new StoreException(
          UNSUPPORTED, "RocksDB's native library " + name + " does not load: " + e, e);
    }
  }

  /**
   * Answers RocksDB's question for the C library by a look at /lib; it would start {@code sh -c
   * ldd} otherwise.
   */
  private static void stateLibc() {
    if (!Environment.isUnix() || Environment.isMac()) {
      return;
    }
    try (Stream<Path> files = Files.list(Path.of("/lib"))) {
      boolean musl = files.anyMatch(file -> file.getFileName().toString().startsWith("ld-musl-"));
      boolean glibc =
          Stream.of("/lib64", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu")
              .anyMatch(directory -> Files.isDirectory(Path.of(directory)));
      Field answer = Environment.class.getDeclaredField("MUSL_LIBC");
      answer.setAccessible(true);
      answer.set(null, musl && !glibc);
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      log.debug("RocksDB finds out the C library by itself", e);
    }
  }

  private static void extract(String name, Path target) throws IOException {
    try (InputStream in = RocksDB.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no " + name + " in the rocksdbjni jar");
      }
      // available() of a jar entry is its full size; a copy of another size is another version or
      // was cut off.
      if (Files.exists(target) && Files.size(target) == in.available()) {
        return;
      }
      Path partial = Files.createTempFile(target.getParent(), name, ".partial");
      Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
