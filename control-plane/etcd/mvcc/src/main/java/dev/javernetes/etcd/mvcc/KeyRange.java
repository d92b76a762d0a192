package dev.javernetes.etcd.mvcc;

import org.jspecify.annotations.Nullable;

/**
 * The keys from {@code start} (inclusive) to {@code end} (exclusive); no end means every key from
 * the start on.
 *
 * <p>{@code KeyRange.prefix(Bytes.utf8("/registry/pods/"))} holds all pods; {@code
 * KeyRange.single(key)} is {@code [key, key+0x00)}.
 */
public record KeyRange(Bytes start, @Nullable Bytes end) {
  private static final KeyRange ALL = new KeyRange(Bytes.EMPTY, null);

  public static KeyRange single(Bytes key) {
    return new KeyRange(key, key.successor());
  }

  public static KeyRange prefix(Bytes prefix) {
    return new KeyRange(prefix, prefix.prefixEnd());
  }

  public static KeyRange prefix(String prefix) {
    return prefix(Bytes.utf8(prefix));
  }

  public static KeyRange from(Bytes start) {
    return new KeyRange(start, null);
  }

  public static KeyRange of(Bytes start, Bytes end) {
    return new KeyRange(start, end);
  }

  public static KeyRange all() {
    return ALL;
  }

  public boolean contains(Bytes key) {
    Bytes bound = end;
    return key.compareTo(start) >= 0 && (bound == null || key.compareTo(bound) < 0);
  }

  /** Whether this range can hold no key but its start. */
  public boolean isSingle() {
    Bytes bound = end;
    return bound != null
        && bound.size() == start.size() + 1
        && bound.at(start.size()) == 0
        && bound.startsWith(start);
  }

  public boolean isEmpty() {
    Bytes bound = end;
    return bound != null && bound.compareTo(start) <= 0;
  }

  @Override
  public String toString() {
    return isSingle() ? start.toString() : "[" + start + ", " + (end == null ? "∞" : end) + ")";
  }
}
