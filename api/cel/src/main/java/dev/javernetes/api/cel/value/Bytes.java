package dev.javernetes.api.cel.value;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A sequence of bytes; it is not changed after it was made. */
public final class Bytes implements Comparable<Bytes> {
  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  public static Bytes of(byte[] content) {
    return new Bytes(content.clone());
  }

  public byte[] toArray() {
    return content.clone();
  }

  public int size() {
    return content.length;
  }

  public Bytes plus(Bytes other) {
    byte[] both = Arrays.copyOf(content, content.length + other.content.length);
    System.arraycopy(other.content, 0, both, content.length, other.content.length);
    return new Bytes(both);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }
}
