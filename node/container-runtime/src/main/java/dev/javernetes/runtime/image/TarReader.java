package dev.javernetes.runtime.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive entry by entry: POSIX ustar and pax, and GNU's long names.
 *
 * <p>Written here since extended attributes ({@code SCHILY.xattr.security.capability}) are bytes,
 * which general readers hand out as text. Sparse files of GNU tar, which no image builder writes,
 * are refused.
 *
 * <pre>{@code
 * for (TarReader.Entry e = tar.next(); e != null; e = tar.next()) {
 *   if (e.type() == '0') Files.copy(tar.content(), target);
 * }
 * }</pre>
 */
final class TarReader {
  private static final int BLOCK = 512;

  /** Of a pax header or a long name: 1 MiB, thousands of times what one needs. */
  private static final int MAX_HEADER_BYTES = 1 << 20;

  /**
   * {@code type} is tar's type flag: '0' file, '1' hard link, '2' symlink, '3' char, '4' block, '5'
   * directory, '6' fifo.
   */
  record Entry(
      String name,
      char type,
      String linkName,
      int mode,
      long uid,
      long gid,
      long size,
      long mtimeSeconds,
      int mtimeNanos,
      long major,
      long minor,
      Map<String, byte[]> attributes) {}

  private final InputStream in;
  private long remaining;
  private long padding;
  private final Map<String, byte[]> global = new HashMap<>();

  TarReader(InputStream in) {
    this.in = in;
  }

  @Nullable Entry next() throws IOException {
    skip(remaining + padding);
    remaining = 0;
    padding = 0;
    Map<String, byte[]> pax = new HashMap<>(global);
    String longName = null;
    String longLink = null;
    while (true) {
      byte[] header = new byte[BLOCK];
      int n = in.readNBytes(header, 0, BLOCK);
      if (n == 0 || (n == BLOCK && isZero(header))) {
        return null;
      }
      if (n < BLOCK) {
        throw new EOFException("tar archive ends inside a header");
      }
      checkSum(header);
      char type = header[156] == 0 ? '0' : (char) header[156];
      long size = number(header, 124, 12);
      switch (type) {
        case 'x' -> pax.putAll(records(block(size)));
        case 'g' -> {
          global.putAll(records(block(size)));
          pax.putAll(global);
        }
        case 'L' -> longName = text(block(size), 0, (int) size);
        case 'K' -> longLink = text(block(size), 0, (int) size);
        case 'S' -> throw new IOException("tar archive holds a sparse file, which is not read");
        default -> {
          return entry(header, type, size, pax, longName, longLink);
        }
      }
    }
  }

  /** The bytes of the entry that {@link #next} returned last; reading past its end gives -1. */
  InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        if (remaining == 0) {
          return -1;
        }
        int n = in.read(buffer, offset, (int) Math.min(length, remaining));
        if (n < 0) {
          throw new EOFException("tar archive ends inside a file");
        }
        remaining -= n;
        return n;
      }
    };
  }

  private Entry entry(
      byte[] header,
      char type,
      long headerSize,
      Map<String, byte[]> pax,
      @Nullable String longName,
      @Nullable String longLink)
      throws IOException {
    if (pax.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."))) {
      throw new IOException("tar archive holds a sparse file, which is not read");
    }
    String name = longName != null ? longName : shortName(header);
    String link = longLink != null ? longLink : text(header, 157, 100);
    String size = string(pax, "size");
    long length = size == null ? headerSize : Long.parseLong(size);
    if (length < 0) {
      throw new IOException("tar archive holds a file of negative size");
    }
    boolean hasContent = type == '0' || type == '7';
    remaining = hasContent ? length : 0;
    padding = hasContent ? (BLOCK - length % BLOCK) % BLOCK : 0;

    long seconds = number(header, 136, 12);
    int nanos = 0;
    String mtime = string(pax, "mtime");
    if (mtime != null) {
      int dot = mtime.indexOf('.');
      seconds = Long.parseLong(dot < 0 ? mtime : mtime.substring(0, dot));
      nanos =
          dot < 0 ? 0 : Integer.parseInt((mtime.substring(dot + 1) + "000000000").substring(0, 9));
    }
    Map<String, byte[]> attributes = new HashMap<>();
    for (var record : pax.entrySet()) {
      if (record.getKey().startsWith("SCHILY.xattr.")) {
        attributes.put(record.getKey().substring("SCHILY.xattr.".length()), record.getValue());
      }
    }
    String path = string(pax, "path");
    String linkPath = string(pax, "linkpath");
    return new Entry(
        path != null ? path : name,
        type == '7' ? '0' : type,
        linkPath != null ? linkPath : link,
        (int) number(header, 100, 8),
        number(pax, "uid", number(header, 108, 8)),
        number(pax, "gid", number(header, 116, 8)),
        length,
        seconds,
        nanos,
        number(header, 329, 8),
        number(header, 337, 8),
        Map.copyOf(attributes));
  }

  private byte[] block(long size) throws IOException {
    if (size > MAX_HEADER_BYTES) {
      throw new IOException("tar archive has a header of " + size + " bytes");
    }
    byte[] bytes = in.readNBytes((int) size);
    if (bytes.length < size) {
      throw new EOFException("tar archive ends inside a header");
    }
    skip((BLOCK - size % BLOCK) % BLOCK);
    return bytes;
  }

  /** Pax records: {@code 30 mtime=1350244992.023960108\n}, the length counting itself. */
  private static Map<String, byte[]> records(byte[] bytes) throws IOException {
    Map<String, byte[]> records = new HashMap<>();
    int at = 0;
    while (at < bytes.length && bytes[at] != 0) {
      int space = at;
      while (space < bytes.length && bytes[space] != ' ') {
        space++;
      }
      int end;
      try {
        end = at + Integer.parseInt(new String(bytes, at, space - at, StandardCharsets.US_ASCII));
      } catch (NumberFormatException e) {
        throw new IOException("tar archive has a bad pax record", e);
      }
      int equals = space;
      while (equals < bytes.length && bytes[equals] != '=') {
        equals++;
      }
      if (end <= equals || end > bytes.length) {
        throw new IOException("tar archive has a bad pax record");
      }
      String key = new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8);
      records.put(key, Arrays.copyOfRange(bytes, equals + 1, end - 1));
      at = end;
    }
    return records;
  }

  private static String shortName(byte[] header) {
    String name = text(header, 0, 100);
    boolean posix = text(header, 257, 6).equals("ustar");
    String prefix = posix ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static @Nullable String string(Map<String, byte[]> pax, String key) {
    byte[] value = pax.get(key);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private static long number(Map<String, byte[]> pax, String key, long otherwise) {
    String value = string(pax, key);
    return value == null ? otherwise : Long.parseLong(value);
  }

  /** Octal text, or, with the high bit set, GNU's big-endian binary. */
  private static long number(byte[] header, int offset, int length) throws IOException {
    if ((header[offset] & 0x80) != 0) {
      long value = header[offset] == (byte) 0xff ? -1 : 0;
      for (int i = offset + 1; i < offset + length; i++) {
        value = (value << 8) | (header[i] & 0xff);
      }
      return value;
    }
    String digits = text(header, offset, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("tar archive has a bad number: " + digits, e);
    }
  }

  private static void checkSum(byte[] header) throws IOException {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    if (sum != number(header, 148, 8)) {
      throw new IOException("not a tar archive, or a damaged one: header checksum is wrong");
    }
  }

  private static String text(byte[] bytes, int offset, int length) {
    int end = offset;
    while (end < Math.min(bytes.length, offset + length) && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void skip(long count) throws IOException {
    in.skipNBytes(count);
  }
}
