package dev.javernetes.apiserver.watchcache;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A second encoding of a cached object, made when it is first asked for and kept as long as the
 * object: clients that read protobuf list the same objects again and again.
 */
final class EncodedOnce {
  private volatile byte @Nullable [] bytes;

  /** Two readers may both encode at first; they get the same bytes. */
  byte[] get(Supplier<byte[]> encode) {
    byte[] known = bytes;
    if (known == null) {
      known = encode.get();
      bytes = known;
    }
    return known;
  }
}
