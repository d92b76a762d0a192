package dev.javernetes.apiserver.watchcache;

import dev.javernetes.apiserver.request.FrameSource.Frame;

/** Turns what a watch sees into frames of one format. */
public interface EventEncoder {

  /** Equal encoders share encodings. */
  Object key();

  /** {@code shared} keeps encodings for other watchers; {@code null} for an initial event. */
  Frame encode(
      CacheEvent.Type type,
      CachedObject object,
      @org.jspecify.annotations.Nullable CacheEvent shared);

  Frame bookmark(long revision, boolean endOfInitialEvents);

  Frame error(dev.javernetes.api.machinery.json.JsonObject status);
}
