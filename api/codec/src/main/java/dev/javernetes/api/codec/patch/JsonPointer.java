package dev.javernetes.api.codec.patch;

import java.util.ArrayList;
import java.util.List;

/** RFC 6901 as upstream's library reads it: what stands before the first slash is ignored. */
record JsonPointer(List<String> parents, String last) {
  static final int NO_SLASH = -1;

  /** {@code null} for a text without a slash: it points to nothing. */
  static @org.jspecify.annotations.Nullable JsonPointer parse(String text) {
    if (text.indexOf('/') == NO_SLASH) {
      return null;
    }
    List<String> tokens = new ArrayList<>();
    for (String token : text.substring(text.indexOf('/') + 1).split("/", -1)) {
      tokens.add(token.replace("~1", "/").replace("~0", "~"));
    }
    String last = tokens.removeLast();
    return new JsonPointer(List.copyOf(tokens), last);
  }
}
