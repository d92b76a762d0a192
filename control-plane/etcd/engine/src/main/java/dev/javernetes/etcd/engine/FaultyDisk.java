package dev.javernetes.etcd.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that behaves as badly as a real one may: on {@link #powerLoss} every write since
 * the last sync survives, is lost or is torn at a 512-byte sector, in any combination, and so do
 * names of files since the directory was synced. It can also run full and fail.
 */
final class FaultyDisk implements Disk {
  private static final int SECTOR = 512;

  private final Random random;
  private final Map<String, Content> files = new TreeMap<>();
  private long capacity = Long.MAX_VALUE;
  private int failuresAfter = Integer.MAX_VALUE;
  private boolean frozen;

  /** What a file holds now, what a sync made sure of, and what was written in between. */
  private static final class Content {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];
    boolean nameDurable;
    final List<Write> unsynced = new ArrayList<>();
  }

  private record Write(long position, byte[] bytes) {}

  FaultyDisk(Random random) {
    this.random = random;
  }

  /** Writes beyond this many bytes in all fail as on a full disk. */
  void limitTo(long bytes) {
    capacity = bytes;
  }

  /** After that many more operations every one fails with an I/O error. */
  void failAfter(int operations) {
    failuresAfter = operations;
  }

  /** The machine loses power: what was not synced may be gone. Handles opened before are dead. */
  void powerLoss() {
    files.values().removeIf(content -> !content.nameDurable && random.nextBoolean());
    for (Content content : files.values()) {
      byte[] after = content.durable;
      for (Write write : content.unsynced) {
        after = survive(after, write);
      }
      content.now = after;
      content.durable = after;
      content.nameDurable = true;
      content.unsynced.clear();
    }
    failuresAfter = Integer.MAX_VALUE;
    frozen = false;
  }

  private byte[] survive(byte[] before, Write write) {
    byte[] after = before;
    for (int from = 0; from < write.bytes.length; from += SECTOR) {
      if (random.nextInt(3) > 0) {
        int length = Math.min(SECTOR, write.bytes.length - from);
        after =
            put(after, write.position + from, Arrays.copyOfRange(write.bytes, from, from + length));
      }
    }
    return after;
  }

  private static byte[] put(byte[] content, long position, byte[] bytes) {
    int end = Math.toIntExact(position + bytes.length);
    byte[] result = Arrays.copyOf(content, Math.max(content.length, end));
    System.arraycopy(bytes, 0, result, (int) position, bytes.length);
    return result;
  }

  /** Flips one bit of what is stored, as a dying disk does. */
  void corrupt(String name, long position) {
    Content content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException("no file " + name);
    }
    content.now[(int) position] ^= 1;
    content.durable = content.now.clone();
  }

  private void step() throws IOException {
    if (frozen || failuresAfter-- <= 0) {
      frozen = true;
      throw new IOException("Input/output error");
    }
  }

  @Override
  public List<String> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public File open(String name) throws IOException {
    step();
    return new OpenFile(files.computeIfAbsent(name, unused -> new Content()));
  }

  @Override
  public void delete(String name) throws IOException {
    step();
    files.remove(name);
  }

  @Override
  public void syncDirectory() throws IOException {
    step();
    files.values().forEach(content -> content.nameDurable = true);
  }

  @Override
  public String describe(String name) {
    return "simulated/" + name;
  }

  private final class OpenFile implements File {
    private final Content content;

    OpenFile(Content content) {
      this.content = content;
    }

    @Override
    public long size() {
      return content.now.length;
    }

    @Override
    public void read(ByteBuffer into, long position) {
      int length = Math.min(into.remaining(), (int) Math.max(0, content.now.length - position));
      into.put(content.now, (int) position, length);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      step();
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      long used = files.values().stream().mapToLong(file -> file.now.length).sum();
      long growth = Math.max(0, position + bytes.length - content.now.length);
      if (used + growth > capacity) {
        throw new IOException("No space left on device");
      }
      content.now = put(content.now, position, bytes);
      content.unsynced.add(new Write(position, bytes));
    }

    @Override
    public void truncate(long size) throws IOException {
      step();
      content.now = Arrays.copyOf(content.now, (int) size);
      // Truncation is metadata: it is ordered with the next sync, and until then may or may not
      // have happened.
      if (random.nextBoolean()) {
        content.durable =
            Arrays.copyOf(content.durable, (int) Math.min(size, content.durable.length));
        content.unsynced.clear();
      }
    }

    @Override
    public void sync() throws IOException {
      step();
      content.durable = content.now.clone();
      content.unsynced.clear();
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
