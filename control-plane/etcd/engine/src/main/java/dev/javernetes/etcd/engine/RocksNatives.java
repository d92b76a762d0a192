package dev.javernetes.etcd.engine;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.UNSUPPORTED;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library once per process. Its own loader copies 17 MB out of the jar at
 * every start; this one keeps the copy in a directory and loads it from there, which saves a tenth
 * of a second.
 */
final class RocksNatives {
  private static boolean loaded;

  private RocksNatives() {}

  static synchronized void load(Path cache) {
    if (loaded) {
      return;
    }
    String name = Environment.getJniLibraryFileName("rocksdb");
    try {
      Files.createDirectories(cache);
      extract(name, cache.resolve(name));
      RocksDB.loadLibrary(List.of(cache.toAbsolutePath().toString()));
    } catch (IOException | UnsatisfiedLinkError e) {
      // A cache on a noexec mount, say: RocksDB's own way may still work.
      loadDefault(name, e);
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
