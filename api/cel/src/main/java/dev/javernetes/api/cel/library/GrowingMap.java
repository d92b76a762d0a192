package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code transformMap} gathers in, as {@link GrowingList} for lists. */
public final class GrowingMap extends LinkedHashMap<Object, Object> {
  private static final long serialVersionUID = 1;

  public GrowingMap() {}

  static GrowingMap from(Map<?, ?> map) {
    if (map instanceof GrowingMap growing) {
      return growing;
    }
    GrowingMap copy = new GrowingMap();
    copy.putAll(map);
    return copy;
  }

  void insert(Object key, Object value) {
    if (putIfAbsent(key, value) != null) {
      throw new EvaluationFailure("insert failed: key " + key + " already exists");
    }
  }

  public Map<Object, Object> finished() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(this));
  }
}
