package dev.javernetes.kubelet.server;

import dev.javernetes.client.Timers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container's log in CRI's format and follows it, across rotations.
 *
 * <pre>
 * 2026-11-23T07:00:00.000000000Z stdout F a whole line
 * 2026-11-23T07:00:00.000000001Z stderr P the beginning of a long one,
 * </pre>
 */
final class ContainerLog {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int BLOCK = 16 << 10;

  /** A line longer than this is not the runtime's doing; the rest of it is passed as a new line. */
  private static final int MAX_LINE = 1 << 20;

  private final Path path;
  private final LogOptions options;
  private final OutputStream out;
  private final Timers timers;
  private final BooleanSupplier running;
  private final BooleanSupplier clientGone;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
  private long left;
  private @Nullable Object openFileKey;

  /** {@code running} ends a follow when the container has ended and all was read. */
  ContainerLog(
      Path path,
      LogOptions options,
      OutputStream out,
      Timers timers,
      BooleanSupplier running,
      BooleanSupplier clientGone) {
    this.path = path;
    this.options = options;
    this.out = out;
    this.timers = timers;
    this.running = running;
    this.clientGone = clientGone;
    this.left = options.limitBytes() == null ? Long.MAX_VALUE : options.limitBytes();
  }

  void copy() throws IOException, InterruptedException {
    openFileKey = fileKey();
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      file.position(options.tailLines() == null ? 0 : tailPosition(path, options.tailLines()));
      ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
      boolean ended = false;
      while (left > 0) {
        buffer.clear();
        int read = file.read(buffer);
        if (read > 0) {
          buffer.flip();
          take(buffer);
          out.flush();
          continue;
        }
        if (!options.follow() || ended || clientGone.getAsBoolean()) {
          break;
        }
        FileChannel successor = rotated();
        if (successor != null) {
          file.close();
          file = successor;
          continue;
        }
        // One more read after the end was seen: what was written just before it counts.
        ended = !running.getAsBoolean();
        if (!ended) {
          timers.sleep(LOOK);
        }
      }
      if (line.size() > 0 && left > 0) {
        write(line.toByteArray());
      }
      out.flush();
    } finally {
      file.close();
    }
  }

  private void take(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining() && left > 0) {
      byte b = buffer.get();
      line.write(b);
      if (b == '\n' || line.size() >= MAX_LINE) {
        write(line.toByteArray());
        line.reset();
      }
    }
  }

  /** {@code raw} is one line of the file with its newline. */
  private void write(byte[] raw) throws IOException {
    int first = indexOf(raw, ' ', 0);
    int second = first < 0 ? -1 : indexOf(raw, ' ', first + 1);
    int third = second < 0 ? -1 : indexOf(raw, ' ', second + 1);
    if (third < 0) {
      return; // half a line at the end of a crash
    }
    String time = new String(raw, 0, first, StandardCharsets.US_ASCII);
    String stream = new String(raw, first + 1, second - first - 1, StandardCharsets.US_ASCII);
    boolean partial = raw[second + 1] == 'P';
    if (!options.stream().isEmpty() && !options.stream().equals(stream)) {
      return;
    }
    if (options.since() != null && before(time, options.since())) {
      return;
    }
    int end = raw.length;
    if (partial && raw[end - 1] == '\n') {
      end--;
    }
    if (options.timestamps()) {
      // conmon writes its zone's offset, clients expect Go's RFC 3339 with Z for UTC
      byte[] stamp = (time.replace("+00:00", "Z") + " ").getBytes(StandardCharsets.US_ASCII);
      emit(stamp, 0, stamp.length);
    }
    emit(raw, third + 1, end);
  }

  private void emit(byte[] bytes, int from, int to) throws IOException {
    int length = (int) Math.min(left, to - from);
    out.write(bytes, from, length);
    left -= length;
  }

  private static boolean before(String time, Instant since) {
    try {
      return java.time.OffsetDateTime.parse(time).toInstant().isBefore(since);
    } catch (DateTimeException unreadable) {
      return false;
    }
  }

  /** The new file, if the path leads to another one than the open one. */
  private @Nullable FileChannel rotated() throws IOException {
    try {
      Object now = fileKey();
      if (now == null || now.equals(openFileKey)) {
        return null;
      }
      openFileKey = now;
      return FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException inBetween) {
      return null;
    }
  }

  private @Nullable Object fileKey() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Where the last {@code lines} lines begin. */
  static long tailPosition(Path path, long lines) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long length = file.length();
      if (lines <= 0) {
        return length;
      }
      long seen = 0;
      byte[] block = new byte[BLOCK];
      long end = length;
      while (end > 0) {
        int size = (int) Math.min(BLOCK, end);
        file.seek(end - size);
        file.readFully(block, 0, size);
        for (int i = size - 1; i >= 0; i--) {
          boolean last = end - size + i == length - 1;
          if (block[i] == '\n' && !last && ++seen == lines) {
            return end - size + i + 1;
          }
        }
        end -= size;
      }
      return 0;
    }
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
