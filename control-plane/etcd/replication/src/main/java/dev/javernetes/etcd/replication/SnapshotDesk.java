package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Snapshots that other members are fetching, each a file until it is closed; at most two at a time,
 * the oldest goes first.
 */
final class SnapshotDesk implements AutoCloseable {
  static final int PIECE_BYTES = 1 << 20;
  private static final int MAX_OPEN = 2;

  private final Path directory;
  private final Map<Long, Path> open = new LinkedHashMap<>();
  private long last;

  SnapshotDesk(Path directory) {
    this.directory = directory;
  }

  /**
   * What a snapshot is, as {@link Question.OpenSnapshot} answers.
   *
   * @param term of the last entry in it
   * @param index of the last entry in it
   */
  record Ticket(long number, long sizeBytes, long term, long index) {
    byte[] encode() {
      return ByteBuffer.allocate(4 * Long.BYTES)
          .putLong(number)
          .putLong(sizeBytes)
          .putLong(term)
          .putLong(index)
          .array();
    }

    static Ticket decode(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      return new Ticket(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
  }

  synchronized Ticket open(State state) throws IOException {
    Files.createDirectories(directory);
    long number = ++last;
    Path file = directory.resolve("snapshot-" + number);
    State.Position position = state.prepareSnapshot();
    try (var prepared = position.snapshot();
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      prepared.writeTo(out);
    }
    open.put(number, file);
    while (open.size() > MAX_OPEN) {
      close(open.keySet().iterator().next());
    }
    return new Ticket(number, Files.size(file), position.term(), position.index());
  }

  synchronized byte[] read(long number, long offset) throws IOException {
    Path file = open.get(number);
    if (file == null) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "snapshot " + number + " is no longer here");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long left = Math.max(0, channel.size() - offset);
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, left));
      long at = offset;
      while (piece.hasRemaining()) {
        int read = channel.read(piece, at);
        if (read < 0) {
          break;
        }
        at += read;
      }
      return piece.array();
    }
  }

  synchronized void close(long number) throws IOException {
    Path file = open.remove(number);
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    open.clear();
    StateDirectory.deleteTree(directory);
  }
}
