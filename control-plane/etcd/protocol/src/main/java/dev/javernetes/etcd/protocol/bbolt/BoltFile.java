package dev.javernetes.etcd.protocol.bbolt;

import static dev.javernetes.etcd.mvcc.StoreException.Reason.CORRUPT;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bbolt database, read only. The file is an array of pages. The first two hold the meta data of
 * the last two transactions, the newer valid one counts; it points to the root bucket. A bucket is
 * a B+tree: branch pages point to pages, leaf pages hold keys in order with their values. A value
 * of the root bucket is a bucket: the number of its root page, or, where that is 0, a small leaf
 * page right behind.
 *
 * <p>Layout (little-endian): page {@code id u64, flags u16, count u16, overflow u32}; leaf element
 * {@code flags u32, position u32, key size u32, value size u32}; branch element {@code position
 * u32, key size u32, page u64}; positions count from the element's own address. Meta: {@code magic
 * u32, version u32, page size u32, flags u32, root bucket (page u64, sequence u64), freelist u64,
 * pages in use u64, transaction u64, FNV-1a checksum u64} (bbolt, internal/common).
 */
final class BoltFile implements AutoCloseable {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static final int MAGIC = 0xED0CDAED;
  static final int MAGIC_OFFSET = 16;
  private static final int VERSION = 2;
  private static final int PAGE_HEADER_BYTES = 16;
  private static final int ELEMENT_BYTES = 16;
  private static final int BUCKET_HEADER_BYTES = 16;
  private static final int CHECKSUM_OFFSET = 56;
  private static final int BRANCH = 0x01;
  private static final int LEAF = 0x02;
  private static final int BUCKET_ELEMENT = 0x01;
  private static final int SMALLEST_PAGE = 1 << 10;
  private static final int LARGEST_PAGE = 1 << 16;
  private static final int MAX_DEPTH = 64;

  private final Path path;
  private final Arena arena;
  private final MemorySegment file;
  private final Meta meta;

  private record Meta(int pageSize, long rootPage, long pages, long transaction) {}

  /** Receives keys in order. */
  interface Visitor {
    void visit(byte[] key, byte[] value);
  }

  /** A named bucket; its tree is in the file, or in the few bytes of its own entry. */
  record Bucket(byte[] name, long rootPage, @Nullable MemorySegment inline) {}

  private BoltFile(Path path, Arena arena, MemorySegment file) {
    this.path = path;
    this.arena = arena;
    this.file = file;
    this.meta = newestMeta();
  }

  static BoltFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new BoltFile(
          path, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private Meta newestMeta() {
    Meta first = metaAt(0);
    Meta second = first == null ? null : metaAt(first.pageSize);
    // With the first one torn, the page size is unknown: look where the second one can be.
    for (int size = SMALLEST_PAGE; first == null && second == null && size <= LARGEST_PAGE; ) {
      second = metaAt(size);
      size <<= 1;
    }
    if (first == null && second == null) {
      throw damaged("it has no valid meta page");
    }
    if (first == null || second == null) {
      return first == null ? java.util.Objects.requireNonNull(second) : first;
    }
    return second.transaction > first.transaction ? second : first;
  }

  private @Nullable Meta metaAt(long page) {
    long at = page + PAGE_HEADER_BYTES;
    if (at + CHECKSUM_OFFSET + Long.BYTES > file.byteSize()
        || file.get(U32, at) != MAGIC
        || file.get(U32, at + 4) != VERSION
        || file.get(U64, at + CHECKSUM_OFFSET)
            != fnv1a(file.asSlice(at, CHECKSUM_OFFSET).toArray(ValueLayout.JAVA_BYTE))) {
      return null;
    }
    return new Meta(
        file.get(U32, at + 8),
        file.get(U64, at + 16),
        file.get(U64, at + 40),
        file.get(U64, at + 48));
  }

  private static long fnv1a(byte[] bytes) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** What the database takes, without what is behind it in the file. */
  long sizeBytes() {
    return meta.pages * meta.pageSize;
  }

  List<Bucket> buckets() {
    List<Bucket> buckets = new ArrayList<>();
    walk(
        meta.rootPage,
        0,
        (flags, key, value) -> {
          if ((flags & BUCKET_ELEMENT) == 0 || value.byteSize() < BUCKET_HEADER_BYTES) {
            throw damaged("its root holds something else than buckets");
          }
          long root = value.get(U64, 0);
          buckets.add(
              new Bucket(
                  key.toArray(ValueLayout.JAVA_BYTE),
                  root,
                  root == 0 ? value.asSlice(BUCKET_HEADER_BYTES) : null));
        });
    return buckets;
  }

  void forEach(Bucket bucket, Visitor visitor) {
    Element each =
        (flags, key, value) ->
            visitor.visit(key.toArray(ValueLayout.JAVA_BYTE), value.toArray(ValueLayout.JAVA_BYTE));
    MemorySegment inline = bucket.inline();
    if (inline == null) {
      walk(bucket.rootPage(), 0, each);
    } else {
      leaf(inline, "an inline page", each);
    }
  }

  /** Receives a leaf's elements. */
  private interface Element {
    void visit(int flags, MemorySegment key, MemorySegment value);
  }

  private void walk(long id, int depth, Element each) {
    if (id < 2 || id >= meta.pages || depth > MAX_DEPTH) {
      throw damaged("a pointer leads to page " + id + ", which cannot be");
    }
    long at = id * meta.pageSize;
    String name = "page " + id;
    if (at + PAGE_HEADER_BYTES > file.byteSize() || file.get(U64, at) != id) {
      throw damaged(name + " is not where it should be");
    }
    long size = (1L + file.get(U32, at + 12)) * meta.pageSize;
    if (size <= 0 || at + size > file.byteSize()) {
      throw damaged(name + " is cut off");
    }
    MemorySegment page = file.asSlice(at, size);
    switch (page.get(U16, 8)) {
      case LEAF -> leaf(page, name, each);
      case BRANCH -> {
        int count = count(page);
        for (int i = 0; i < count; i++) {
          long element = element(page, i, name);
          walk(page.get(U64, element + 8), depth + 1, each);
        }
      }
      default -> throw damaged(name + " is of an unknown kind");
    }
  }

  private void leaf(MemorySegment page, String name, Element each) {
    int count = count(page);
    for (int i = 0; i < count; i++) {
      long element = element(page, i, name);
      long key = element + Integer.toUnsignedLong(page.get(U32, element + 4));
      long keySize = Integer.toUnsignedLong(page.get(U32, element + 8));
      long valueSize = Integer.toUnsignedLong(page.get(U32, element + 12));
      if (key + keySize + valueSize > page.byteSize()) {
        throw damaged(name + " has an entry that does not fit into it");
      }
      each.visit(
          page.get(U32, element),
          page.asSlice(key, keySize),
          page.asSlice(key + keySize, valueSize));
    }
  }

  private static int count(MemorySegment page) {
    return Short.toUnsignedInt(page.get(U16, 10));
  }

  private long element(MemorySegment page, int index, String name) {
    long element = PAGE_HEADER_BYTES + (long) index * ELEMENT_BYTES;
    if (element + ELEMENT_BYTES > page.byteSize()) {
      throw damaged(name + " has more entries than fit into it");
    }
    return element;
  }

  StoreException damaged(String what) {
    return new StoreException(CORRUPT, path + " is damaged: " + what + "; take another snapshot");
  }

  @Override
  public void close() {
    arena.close();
  }
}
