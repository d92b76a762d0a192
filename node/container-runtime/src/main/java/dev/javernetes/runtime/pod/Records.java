package dev.javernetes.runtime.pod;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of one kind, in memory and on disk ({@code DIRECTORY/ID/record}, replaced as a whole).
 *
 * <p>Whoever changes a record holds its entry's lock over the whole change, slow steps included:
 * two calls for one container wait for each other, calls for different ones do not. Readers take
 * the last whole record without a lock.
 */
final class Records<R extends MessageLite> {
  private static final Logger LOG = LoggerFactory.getLogger(Records.class);

  static final class Entry<R> {
    final ReentrantLock lock = new ReentrantLock();
    private volatile R record;

    private Entry(R record) {
      this.record = record;
    }

    R record() {
      return record;
    }
  }

  interface Parser<R> {
    R parse(byte[] bytes) throws InvalidProtocolBufferException;
  }

  private final String kind;
  private final Path directory;
  private final ConcurrentHashMap<String, Entry<R>> entries = new ConcurrentHashMap<>();

  Records(String kind, Path directory) {
    this.kind = kind;
    this.directory = directory;
  }

  /**
   * Reads what a former process left. A directory without a readable record is debris of a crash
   * and is handed to {@code debris}.
   */
  void load(Parser<R> parser, java.util.function.Consumer<String> debris) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        String id = child.getFileName().toString();
        try {
          entries.put(id, new Entry<>(parser.parse(Files.readAllBytes(child.resolve("record")))));
        } catch (IOException e) {
          LOG.warn("{} {} has no readable record and is removed: {}", kind, id, e.getMessage());
          debris.accept(id);
        }
      }
    }
  }

  List<R> list() {
    return entries.values().stream().map(Entry::record).toList();
  }

  /** By id, or by the start of an id as people type it. */
  Entry<R> get(String id) {
    Entry<R> exact = entries.get(id);
    if (exact != null) {
      return exact;
    }
    List<String> matches =
        id.isEmpty()
            ? List.of()
            : entries.keySet().stream().filter(key -> key.startsWith(id)).toList();
    if (matches.size() > 1) {
      throw RuntimeFailure.invalid(kind + " id " + id + " is ambiguous");
    }
    Entry<R> found = matches.isEmpty() ? null : entries.get(matches.getFirst());
    if (found == null) {
      throw RuntimeFailure.notFound(kind + " \"" + id + "\" not found");
    }
    return found;
  }

  boolean has(String id) {
    return entries.containsKey(id);
  }

  Entry<R> add(String id, R record) throws IOException {
    var entry = new Entry<>(record);
    write(id, record);
    entries.put(id, entry);
    return entry;
  }

  void change(String id, Entry<R> entry, R record) throws IOException {
    write(id, record);
    entry.record = record;
  }

  void remove(String id) {
    entries.remove(id);
  }

  private void write(String id, R record) throws IOException {
    Path home = Files.createDirectories(directory.resolve(id));
    Path fresh = home.resolve("record.new");
    Files.write(fresh, record.toByteArray());
    Files.move(
        fresh,
        home.resolve("record"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
