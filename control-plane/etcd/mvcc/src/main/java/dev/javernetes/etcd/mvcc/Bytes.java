package dev.javernetes.etcd.mvcc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes, ordered as etcd orders keys: byte by byte, unsigned, a prefix
 * before what it prefixes.
 *
 * <p>{@code Bytes.utf8("/registry/pods/").prefixEnd()} is {@code /registry/pods0}: the first key
 * behind all keys with that prefix.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** Takes the array over without a copy; the caller must not change it afterwards. */
  public static Bytes wrap(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content);
  }

  public static Bytes copyOf(byte[] content) {
    return wrap(content.clone());
  }

  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The backing array itself, for hot paths that only read it. Changing it breaks every holder. */
  public byte[] array() {
    return content;
  }

  public byte[] toByteArray() {
    return content.clone();
  }

  public int size() {
    return content.length;
  }

  public boolean isEmpty() {
    return content.length == 0;
  }

  public byte at(int index) {
    return content[index];
  }

  public String toUtf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(content);
  }

  public boolean startsWith(Bytes prefix) {
    int length = prefix.content.length;
    return content.length >= length && Arrays.equals(content, 0, length, prefix.content, 0, length);
  }

  public Bytes concat(Bytes tail) {
    byte[] joined = Arrays.copyOf(content, content.length + tail.content.length);
    System.arraycopy(tail.content, 0, joined, content.length, tail.content.length);
    return wrap(joined);
  }

  /**
   * The smallest sequence greater than this one: this one and a zero byte. A list continues here
   * after its last key.
   */
  public Bytes successor() {
    return wrap(Arrays.copyOf(content, content.length + 1));
  }

  /**
   * The smallest sequence greater than every one that starts with this one; null (no bound) for an
   * empty or all-0xFF prefix.
   */
  public @Nullable Bytes prefixEnd() {
    for (int i = content.length - 1; i >= 0; i--) {
      if (content[i] != (byte) 0xFF) {
        byte[] end = Arrays.copyOf(content, i + 1);
        end[i]++;
        return wrap(end);
      }
    }
    return null;
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** Readable for logs: printable ASCII as it is, other bytes as {@code \xNN}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(content.length);
    for (byte b : content) {
      if (b >= 0x20 && b < 0x7F && b != '\\') {
        text.append((char) b);
      } else {
        text.append(String.format("\\x%02x", b & 0xFF));
      }
    }
    return text.toString();
  }
}
