package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/** Whether what {@code metadata.generation} counts has changed: all but metadata and status. */
final class Generations {
  private static final Set<String> NOT_COUNTED = Set.of("metadata", "status", "apiVersion", "kind");

  private Generations() {}

  static boolean changed(JsonObject object, JsonObject old) {
    Set<String> names = new HashSet<>(object.keySet());
    names.addAll(old.keySet());
    names.removeAll(NOT_COUNTED);
    for (String name : names) {
      if (!Objects.equals(object.get(name), old.get(name))) {
        return true;
      }
    }
    return false;
  }
}
