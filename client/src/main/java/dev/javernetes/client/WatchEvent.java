package dev.javernetes.client;

import dev.javernetes.api.machinery.json.JsonObject;

/** One line of a watch. A refusal in mid-stream is thrown by {@link Watch#next}, not an event. */
public sealed interface WatchEvent<T> {

  record Added<T>(T object, String resourceVersion) implements WatchEvent<T> {}

  record Modified<T>(T object, String resourceVersion) implements WatchEvent<T> {}

  /** The object as it was last, at the version of its deletion. */
  record Deleted<T>(T object, String resourceVersion) implements WatchEvent<T> {}

  /** Nothing that matches changed up to this version. */
  record Bookmark<T>(String resourceVersion, boolean initialEventsEnd, JsonObject object)
      implements WatchEvent<T> {}

  String resourceVersion();
}
