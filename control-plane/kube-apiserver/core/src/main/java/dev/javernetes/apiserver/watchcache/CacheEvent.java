package dev.javernetes.apiserver.watchcache;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A change of one object. {@code object} is its new state, or the last one (with the deletion's
 * revision) if it was deleted; {@code previous} the state before, if there was one.
 */
public final class CacheEvent {

  /** What a watcher is told. */
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }

  private final Type type;
  private final CachedObject object;
  private final @Nullable CachedObject previous;
  private final long nanoTime;
  private volatile @Nullable ConcurrentHashMap<Object, byte[]> encodings;
  private volatile @Nullable CachedObject previousAtRevision;

  CacheEvent(Type type, CachedObject object, @Nullable CachedObject previous, long nanoTime) {
    this.type = type;
    this.object = object;
    this.previous = previous;
    this.nanoTime = nanoTime;
  }

  public Type type() {
    return type;
  }

  public CachedObject object() {
    return object;
  }

  public @Nullable CachedObject previous() {
    return previous;
  }

  public long revision() {
    return object.revision();
  }

  long nanoTime() {
    return nanoTime;
  }

  /** What a watcher sees whose selector the object has just left: the old state, now. */
  CachedObject previousAtRevision() {
    CachedObject known = previousAtRevision;
    CachedObject before = previous;
    if (known == null && before != null) {
      known = before.withRevision(object.revision());
      previousAtRevision = known;
    }
    return known == null ? object : known;
  }

  /** An encoding other than the cached one, made once for all watchers that want it. */
  public byte[] encoding(Object key, Supplier<byte[]> make) {
    ConcurrentHashMap<Object, byte[]> known = encodings;
    if (known == null) {
      known = new ConcurrentHashMap<>(2);
      encodings = known; // a lost race costs one more encoding
    }
    return known.computeIfAbsent(key, unused -> make.get());
  }
}
